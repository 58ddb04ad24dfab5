import type { Problem } from '../errors.ts'
import type { CsvFormat } from '../project/types.ts'
import { csvSyntax } from './csv-syntax.ts'
import { fillWithin, readHeader } from './header.ts'
import { csvLimits, type ReadOptions } from './limits.ts'
import { LineSplitter, type Visit } from './line-splitter.ts'
import { RecordReader } from './record-reader.ts'
import { Refusal } from './refusal.ts'
import { textFile } from './text-file.ts'
import { Window } from './window.ts'

export interface EachOptions extends ReadOptions {
  /** How many columns the file has, for a format without header. */
  readonly columns?: number
}

export type EachOutcome =
  | { readonly ok: true; readonly malformed: number }
  | { readonly ok: false; readonly problem: Problem }

/**
 * Hands over every record of a CSV file as a run would split it, in bounded memory: the bytes, as UTF-8, and where in them its
 * fields are, both valid until the visitor returns. Malformed records are counted and left out. A file that cannot be used is a Problem without `file`, maybe after records of it were visited.
 * Throws C360Error (CANCELLED, NO_ACCESS) or the system's own error.
 */
export async function eachRecord(
  path: string,
  format: CsvFormat,
  visit: Visit,
  options: EachOptions = {},
): Promise<EachOutcome> {
  const window = new Window(textFile(path, format, { ...options, unhashed: true }).chunks)
  try {
    return { ok: true, malformed: await walk(window, format, visit, options) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ok: false, problem: error.problem }
  } finally {
    await window.close()
  }
}

async function walk(window: Window, format: CsvFormat, visit: Visit, options: EachOptions): Promise<number> {
  const limits = { ...csvLimits, ...options.limits }
  const syntax = csvSyntax(format)
  const { names } = await readHeader(window, format, syntax, limits, options.columns ?? 0)
  const lines = new LineSplitter(syntax, names.length)
  const reader = new RecordReader(window, syntax, limits, names.length)
  let malformed = 0
  for (;;) {
    lines.each(window, visit)
    const read = reader.read()
    if (read === 'end') return malformed
    if (read === 'more') {
      await fillWithin(window, limits)
      continue
    }
    if (reader.error) malformed++
    else if (read === 'record') visit(window.bytes, reader)
    window.start = reader.next
  }
}
