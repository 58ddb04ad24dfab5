import type { Problem } from '../errors.ts'
import type { CsvFormat } from '../project/types.ts'
import { csvSyntax } from './csv-syntax.ts'
import { readHeader } from './header.ts'
import { csvLimits } from './limits.ts'
import { Refusal } from './refusal.ts'
import { Window } from './window.ts'

export type HeaderLine =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly problem: Problem }

/** The names in the first line of a CSV file, which somebody else has read; undefined = the file has no lines. Without a header, `columns` nameless ones. */
export async function headerLine(
  line: string | undefined,
  format: CsvFormat,
  columns: number,
): Promise<HeaderLine> {
  async function* bytes(): AsyncGenerator<Buffer> {
    if (line !== undefined) yield Buffer.from(`${line}\n`)
  }
  const window = new Window(bytes())
  try {
    const { names } = await readHeader(window, format, csvSyntax(format), csvLimits, columns)
    return { ok: true, names }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ok: false, problem: error.problem }
  } finally {
    await window.close()
  }
}
