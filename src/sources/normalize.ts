import { type FileHandle, open, rm } from 'node:fs/promises'
import { fromSystemError, type Problem } from '../errors.ts'
import type { CsvFormat } from '../project/types.ts'
import { CanonicalWriter, canonicalStops } from './canonical-writer.ts'
import { csvSyntax } from './csv-syntax.ts'
import { fillWithin, readHeader, refuseLong } from './header.ts'
import { csvLimits, type ReadOptions } from './limits.ts'
import { RecordReader } from './record-reader.ts'
import { Refusal } from './refusal.ts'
import { Skimmer } from './skimmer.ts'
import { textFile } from './text-file.ts'
import { Window } from './window.ts'

export interface NormalizeOptions extends ReadOptions {
  /** Number of fields, as the scan's header has. */
  readonly fields: number
  /** The file to write; replaced if it is there, removed if the work fails. */
  readonly out: string
}

/** The counts are those of the scan of the same bytes. */
export interface Normalized {
  /** Of the bytes that were read, to be compared with the scan's. */
  readonly sha256: string
  readonly records: number
  readonly malformed: number
  readonly blankLines: number
  /** Bytes of the longest row written. */
  readonly longest: number
  readonly quotedNewlines: boolean
}

export type NormalizeOutcome =
  | { readonly ok: true; readonly file: Normalized }
  | { readonly ok: false; readonly problem: Problem }

/**
 * Writes a canonical copy of a CSV file: UTF-8, no header, `\n`, quotes wherever they are needed; after the fields
 * come `_raw_record`, `_raw_error` and `_row_number` (1 = first record, malformed ones counted). A malformed record has NULL fields and its whole text in
 * `_raw_record`, decoded as Latin-1 where it is not valid UTF-8 and with U+2400 for NUL. It is read with `readNormalizedSql`.
 * Throws C360Error (CANCELLED, DISK_FULL, NO_ACCESS) or the system's own error.
 */
export const normalizeCsv = (
  path: string,
  format: CsvFormat,
  options: NormalizeOptions,
): Promise<NormalizeOutcome> => writeCopy(options.out, (out) => copyRecords(path, format, options, out))

/** Lets `write` fill a new file; it is gone again when that fails. */
export async function writeCopy(
  path: string,
  write: (out: FileHandle) => Promise<Normalized>,
): Promise<NormalizeOutcome> {
  let done = false
  const out = await openOut(path)
  try {
    const file = await write(out)
    done = true
    return { ok: true, file }
  } catch (error) {
    if (!(error instanceof Refusal)) throw fromSystemError(error, `writing ${path}`)
    return { ok: false, problem: error.problem }
  } finally {
    await out.close()
    if (!done) await rm(path, { force: true })
  }
}

async function openOut(path: string): Promise<FileHandle> {
  return open(path, 'w').catch((error: unknown) => {
    throw fromSystemError(error, `writing ${path}`)
  })
}

async function copyRecords(
  path: string,
  format: CsvFormat,
  options: NormalizeOptions,
  out: FileHandle,
): Promise<Normalized> {
  const limits = { ...csvLimits, ...options.limits }
  const syntax = csvSyntax(format)
  const text = textFile(path, format, options)
  const window = new Window(text.chunks)
  try {
    const header = await readHeader(window, format, syntax, limits, options.fields)
    const reader = new RecordReader(window, syntax, limits, options.fields)
    const skimmer = new Skimmer(syntax, options.fields, canonicalStops)
    const writer = new CanonicalWriter(syntax, options.fields)
    const counts = { records: 0, malformed: 0, blankLines: header.blankLines }
    let quotedNewlines = false
    for (;;) {
      if (writer.isFull()) await writer.flush(out)
      if (skimmer.line(window)) {
        refuseLong(skimmer.longest, limits)
        writer.writeLine(window.bytes, window.start, skimmer.end, ++counts.records)
        window.start = skimmer.next
        continue
      }
      const read = reader.read()
      if (read === 'end') break
      if (read === 'more') {
        await fillWithin(window, limits)
        continue
      }
      refuseLong(reader.end - reader.start, limits)
      window.start = reader.next
      if (read === 'blank') counts.blankLines++
      else {
        writer.write(window.bytes, reader, ++counts.records)
        if (reader.error) counts.malformed++
        if (reader.spansLines) quotedNewlines = true
      }
    }
    await writer.flush(out)
    return { ...counts, sha256: text.raw.sha256(), longest: writer.longest, quotedNewlines }
  } finally {
    await window.close()
  }
}
