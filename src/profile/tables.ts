import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session } from '../engines/engine.ts'
import type { CsvFormat } from '../project/types.ts'
import { normalizeFile, readCopySql, readDirectSql, scanFile } from '../sources/formats.ts'
import type { Scan } from '../sources/scan.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { Store } from '../storage/store.ts'
import { parseRecords } from './csv-sniff.ts'
import { decodeText } from './encoding.ts'
import { slices } from './folder.ts'
import type { PassedOver, SniffedFile, TableFiles } from './types.ts'

export interface TableContext {
  readonly session: Session
  readonly dialect: Dialect
  readonly store: Pick<Store, 'url'>
  /** A folder of our own, removed by the caller. */
  readonly scratch: string
  readonly signal?: AbortSignal
}

/** A table as DuckDB sees it: text columns `c0`, `c1`.. in the order of `columns`. */
export interface OpenTable {
  readonly table: TableFiles
  readonly columns: readonly string[]
  /** FROM item with every row, and `FILE`. */
  readonly all: string
  /** FROM item with the rows that types are read from: all of them, or a sample. */
  readonly sample: string
  readonly sampled: boolean
  /** Records that could not be split; 0 of a sampled table, whose files are still to be read. */
  readonly malformed: number
}

/** Beyond this a CSV file is not copied: types come from pieces of it, counts and keys from one pass over all of it. */
const COPIED = 24 * 1024 * 1024
const PIECES = 12
const PIECE = 512 * 1024

/** The column with the place of a row's file among the table's files, from 0. */
export const FILE = 'file_place'

export const columnName = (index: number): string => `c${index}`

/** Makes the files of a table readable as one relation; a file that cannot be read leaves the others. */
export async function openTable(
  context: TableContext,
  table: TableFiles,
  number: number,
): Promise<{ readonly open?: OpenTable; readonly passed: readonly PassedOver[] }> {
  const columns = table.files[0]?.header ?? []
  const size = table.files.reduce((sum, { bytes }) => sum + bytes, 0)
  const isCsv = table.files.every(({ format, packed }) => format.type === 'csv' && !packed)
  if (isCsv && size > COPIED) return { open: await openLarge(context, table, columns, number), passed: [] }
  const parts: { from: string; malformed: number }[] = []
  const passed: PassedOver[] = []
  for (const [index, file] of table.files.entries()) {
    const read = await readWhole(context, file, join(context.scratch, `${number}-${index}.csv`))
    if ('from' in read)
      parts.push({
        from: selected(context.dialect, read.from, file.header, columns, index),
        malformed: read.malformed,
      })
    else passed.push(read)
  }
  if (parts.length === 0) return { passed }
  const name = `t${number}`
  await context.session.execute([
    `create temp table ${name} as ${parts.map(({ from }) => from).join(' union all ')}`,
  ])
  const malformed = parts.reduce((sum, part) => sum + part.malformed, 0)
  return { open: { table, columns, all: name, sample: name, sampled: false, malformed }, passed }
}

/** Where a file with this header has each of the table's columns. */
export function placesIn(header: readonly string[], columns: readonly string[]): number[] {
  const fold = (name: string) => name.trim().toLowerCase()
  return columns.map((column, index) => {
    const at = header.findIndex((name) => fold(name) === fold(column))
    return at < 0 ? index : at
  })
}

/** The columns of one file in the order of the table's, and which of its files it is. */
export function selected(
  d: Dialect,
  from: string,
  header: readonly string[],
  columns: readonly string[],
  place: number,
): string {
  const list = placesIn(header, columns).map((at, index) => `${d.ident(`f${at}`)} as ${columnName(index)}`)
  return `select ${[...list, `${place} as ${FILE}`].join(', ')} from ${from}`
}

/** As a run would read it: directly, or by a canonical copy without the records that cannot be split. */
async function readWhole(
  { store, signal, scratch }: TableContext,
  { path, format, header }: SniffedFile,
  copy: string,
): Promise<{ readonly from: string; readonly malformed: number } | PassedOver> {
  await mkdir(scratch, { recursive: true })
  const url = store.url(path)
  const names = header.map((_, index) => `f${index}`)
  const options = { columns: header.length, ...(signal ? { signal } : {}) }
  const scanned = await scanFile(url, format, { ...options, copyTo: copy })
  if (!scanned.ok) return refused(path, scanned.problem)
  const { scan } = scanned
  const direct = readDirectSql(url, format, names, scan)
  if (direct !== undefined) return { from: direct, malformed: scan.malformed }
  if (scan.shape.kind === 'copied')
    return { from: copied(copy, format, names, scan.shape), malformed: scan.malformed }
  const made = await normalizeFile(url, format, {
    fields: names.length,
    out: copy,
    ...(signal ? { signal } : {}),
  })
  if (!made.ok) return refused(path, made.problem)
  return { from: copied(copy, format, names, made.file), malformed: scan.malformed }
}

const copied = (
  copy: string,
  format: SniffedFile['format'],
  names: readonly string[],
  file: Pick<Scan['shape'] & { kind: 'copied' }, 'longest' | 'quotedNewlines'>,
): string => `(select * from ${readCopySql(copy, format, names, file)} where _raw_error is null)`

export const refused = (
  path: string,
  { message, hint }: { readonly message: string; readonly hint?: string },
): PassedOver => ({
  path,
  kind: 'unreadable',
  why: message,
  ...(hint === undefined ? {} : { hint }),
})

async function openLarge(
  context: TableContext,
  table: TableFiles,
  columns: readonly string[],
  number: number,
): Promise<OpenTable> {
  const { dialect: d, session, store } = context
  const parts = table.files.map(({ path, format, header }, place) =>
    selected(d, lenientCsv(d, store.url(path), format as CsvFormat, header.length), header, columns, place),
  )
  const rows = (
    await Promise.all(table.files.map((file) => sampleRows(store.url(file.path), file, columns)))
  ).flat()
  const file = join(context.scratch, `${number}-sample.jsonl`)
  await mkdir(context.scratch, { recursive: true })
  await writeFile(file, rows.join('\n'))
  const shape = columns.map((_, index) => `'${columnName(index)}': 'VARCHAR'`).join(', ')
  const name = `s${number}`
  const read = `read_json(${d.literal(file)}, format = 'newline_delimited', columns = {${shape}}, maximum_object_size = 33554432)`
  await session.execute([
    `create temp table ${name} as select * from ${read}`,
    `create temp view v${number} as ${parts.join(' union all ')}`,
  ])
  return { table, columns, all: `v${number}`, sample: name, sampled: true, malformed: 0 }
}

/** Reads what it can of a large file, in one pass on all cores: records that do not fit are left out. */
export function lenientCsv(d: Dialect, url: string, format: CsvFormat, width: number): string {
  const columns = Array.from({ length: width }, (_, index) => `'f${index}': 'VARCHAR'`).join(', ')
  const path = d.literal(url.replace(/[*?[]/g, '[$&]'))
  const options = [
    'auto_detect = false',
    `columns = {${columns}}`,
    `delim = ${d.literal(format.delimiter)}`,
    `quote = ${d.literal(format.quote)}`,
    `escape = ${d.literal(format.escape)}`,
    `header = ${format.header}`,
    `encoding = '${format.encoding}'`,
    'ignore_errors = true',
    'strict_mode = false',
    'max_line_size = 8388608',
  ]
  return `read_csv(${path}, ${options.join(', ')})`
}

/** Records from pieces all over a file, as JSON objects of `c0`, `c1`..; the first and last of a piece may be cut and are left out. */
async function sampleRows(
  url: string,
  { bytes, format, header }: SniffedFile,
  columns: readonly string[],
): Promise<string[]> {
  const csv = format as CsvFormat
  const names = placesIn(header, columns).map((place, index) => ({ place, name: `"${columnName(index)}":` }))
  const pieces = await slices(url, bytes, Math.max(2, PIECES), PIECE)
  return pieces.flatMap((piece, index) => {
    const start = index === 0 || csv.encoding === 'utf-16' ? 0 : piece.indexOf(10) + 1
    const records = parseRecords(decodeText(piece.subarray(start), csv.encoding), csv, 100_000, false)
    const body = index === 0 && csv.header ? records.slice(1) : records
    return body
      .filter((record) => record.length === header.length)
      .map((record) => `{${names.map(({ place, name }) => name + JSON.stringify(record[place])).join()}}`)
  })
}
