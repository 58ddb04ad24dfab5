import type { SourceFormat } from '../project/types.ts'
import { type Normalized, type NormalizeOptions, type NormalizeOutcome, normalizeCsv } from './normalize.ts'
import { readParquetSql } from './parquet/read-sql.ts'
import { readNormalizedSql, readPlainSql } from './read-sql.ts'
import { type Scan, type ScanOptions, type ScanOutcome, scanCsv } from './scan.ts'

// Formats beside CSV are loaded when a file needs them: a run with nothing to do must not wait for them.
const xlsx = () => import('./xlsx/scan.ts')

/** Reads a landing file of any format once, in bounded memory; a file that cannot be used at all is a Problem without `file`. */
export async function scanFile(
  path: string,
  format: SourceFormat,
  options: ScanOptions,
): Promise<ScanOutcome> {
  switch (format.type) {
    case 'csv':
      return scanCsv(path, format, options)
    case 'xlsx':
      return (await xlsx()).scanXlsx(path, format, options)
    case 'json':
      return (await import('./json/scan.ts')).scanJson(path, format, options)
    case 'parquet':
      return (await import('./parquet/scan.ts')).scanParquet(path, options)
  }
}

/** Writes the canonical copy of a file that cannot be read as it lies; `readCopySql` reads it. */
export async function normalizeFile(
  path: string,
  format: SourceFormat,
  options: NormalizeOptions,
): Promise<NormalizeOutcome> {
  switch (format.type) {
    case 'csv':
      return normalizeCsv(path, format, options)
    case 'json':
      return (await import('./json/normalize.ts')).normalizeJson(path, format, options)
    case 'xlsx':
      return copyOf(
        await (await xlsx()).scanXlsx(path, format, {
          ...options,
          columns: options.fields,
          copyTo: options.out,
        }),
      )
    case 'parquet':
      return {
        ok: false,
        problem: {
          code: 'parquet_damaged',
          message: 'The footer of the Parquet file can be read, but not all of its rows.',
          hint: 'Transfer or export the file again.',
        },
      }
  }
}

function copyOf(outcome: ScanOutcome): NormalizeOutcome {
  if (!outcome.ok) return outcome
  const { shape, ...scan } = outcome.scan
  if (shape.kind !== 'copied') throw new Error(`A scan that should copy says ${shape.kind}`)
  return { ok: true, file: { ...scan, longest: shape.longest, quotedNewlines: shape.quotedNewlines } }
}

/** FROM item over a file that the engine can read as it lies, one text column per name; undefined = it takes a canonical copy. */
export function readDirectSql(
  path: string,
  format: SourceFormat,
  names: readonly string[],
  scan: Scan,
): string | undefined {
  if (scan.shape.kind === 'typed') return readParquetSql(path, names, scan.shape.texts)
  return format.type === 'csv' && scan.shape.kind === 'plain'
    ? readPlainSql(path, format, names, scan)
    : undefined
}

/** FROM item over a canonical copy: the names, then `_raw_record`, `_raw_error` and `_row_number`. */
export function readCopySql(
  copy: string,
  format: SourceFormat,
  names: readonly string[],
  file: Pick<Normalized, 'longest' | 'quotedNewlines'>,
): string {
  return readNormalizedSql(copy, format.type === 'csv' ? format : { delimiter: ',' }, names, file)
}
