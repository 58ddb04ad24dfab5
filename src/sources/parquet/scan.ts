import type { SchemaTree } from 'hyparquet'
import { rawFile } from '../raw-file.ts'
import { Refusal } from '../refusal.ts'
import type { ScanOptions, ScanOutcome } from '../scan.ts'
import { readFooter } from './footer.ts'
import { ident } from './read-sql.ts'
import { textOf } from './text.ts'

/** More digits than the engine's decimals hold exactly. */
const MOST_DIGITS = 38

/**
 * Hashes a Parquet file and reads its footer; the rows are left to the engine. A file that cannot be used at all is a Problem
 * without `file`. Throws C360Error (CANCELLED, NO_ACCESS) or the system's own error.
 */
export async function scanParquet(path: string, options: ScanOptions = {}): Promise<ScanOutcome> {
  const raw = rawFile(path, options)
  for await (const _ of raw.chunks);
  const sha256 = raw.sha256()
  try {
    const { columns, rows } = await readFooter(path)
    refuseColumns(columns)
    const names = columns.map(({ element }) => element.name)
    const scan = {
      sha256,
      bytes: raw.bytes(),
      header: names,
      records: rows,
      malformed: 0,
      blankLines: 0,
      shape: { kind: 'typed', texts: columns.map((column, i) => textOf(column, ident(names[i] ?? ''))) },
    } as const
    return { ok: true, scan }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ok: false, problem: error.problem, sha256 }
  }
}

function refuseColumns(columns: readonly SchemaTree[]): void {
  if (columns.length === 0)
    throw new Refusal('parquet_columns', 'The Parquet file has no columns.', 'Export the file again.')
  const seen = new Map<string, number>()
  for (const [index, { element }] of columns.entries()) {
    const folded = element.name.trim().toLowerCase()
    const earlier = seen.get(folded)
    if (earlier !== undefined)
      throw new Refusal(
        'parquet_columns',
        `Columns ${earlier + 1} and ${index + 1} have the same name.`,
        'Give each column its own name (upper and lower case are the same).',
      )
    seen.set(folded, index)
    if ((element.precision ?? 0) > MOST_DIGITS)
      throw new Refusal(
        'parquet_columns',
        `Column ${index + 1} is a decimal of ${element.precision} digits, and more than ${MOST_DIGITS} cannot be read exactly.`,
        'Export it as text, or with fewer digits.',
      )
  }
}
