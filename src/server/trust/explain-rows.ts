import { duckdb } from '../../engines/duckdb/index.ts'
import { C360Error } from '../../errors.ts'
import { explainModelRows, subjectOf } from '../../lineage/explain.ts'
import type { FileRow, RowsExplained } from '../../lineage/explained.ts'
import { originsOf, placesSql } from '../../lineage/origin.ts'
import { makePrinter } from '../../lineage/print.ts'
import { all } from '../../run/execute.ts'
import type { Prepared } from '../../run/prepare.ts'
import { explainerOf } from './explainer.ts'

export interface ExplainRowsInput {
  /** A gold model. */
  readonly table: string
  /** Column -> the value it must have. */
  readonly where: Readonly<Record<string, string | number | boolean | null>>
  readonly limit: number
  readonly reveal: boolean
}

export interface PlacesInput {
  /** The database of the version the keys are from. */
  readonly database: string
  /** A gold model. */
  readonly relation: string
  /** Columns that tell its rows apart. */
  readonly key: readonly string[]
  /** Their values, as texts. */
  readonly keys: readonly (readonly string[])[]
}

/** For each key, in the order they were given, the rows of the files behind it. */
export type Places = readonly (readonly FileRow[])[]

const { dialect } = duckdb

/** The rows of the files behind rows of a gold model. NOT_FOUND for a table or column that is not there. */
export async function explainTableRows(
  prepared: Prepared,
  { table, where, limit, reveal }: ExplainRowsInput,
): Promise<RowsExplained & { readonly version: number }> {
  const explainer = await explainerOf(prepared)
  if (!explainer.catalog.models.has(table.toLowerCase()))
    throw new C360Error('NOT_FOUND', 'There is no table of gold by that name.')
  const subject = subjectOf(explainer, table)
  const conditions = Object.entries(where).map(([column, value]) => {
    const known = subject.columns.find((name) => name.toLowerCase() === column.toLowerCase())
    if (known === undefined)
      throw new C360Error('NOT_FOUND', `${subject.table} has no column by that name.`, {
        hint: `Columns: ${subject.columns.join(', ')}.`,
      })
    return equals(known, value)
  })
  return explainModelRows(explainer, prepared, subject, {
    where: conditions.length === 0 ? undefined : conditions.join(' and '),
    limit,
    reveal,
  })
}

function equals(column: string, value: string | number | boolean | null): string {
  const x = dialect.ident(column)
  if (value === null) return `${x} is null`
  return `${x} = ${typeof value === 'string' ? dialect.literal(value) : String(value)}`
}

/** Where rows of a gold model come from, down to file and row. */
export async function placesOf(
  prepared: Prepared,
  { database, relation, key, keys }: PlacesInput,
): Promise<Places> {
  const { catalog } = await explainerOf(prepared)
  if (!catalog.models.has(relation) || keys.length === 0) return keys.map(() => [])
  const target = { path: relation, key }
  const input = { d: dialect, project: prepared.project, catalog, printer: await makePrinter() }
  const wanted = keys.map(
    (values) => `(${key.map((name, i) => equals(name, values[i] ?? null)).join(' and ')})`,
  )
  const table = `(select * from gold.${dialect.ident(relation)} where ${wanted.join(' or ')})`
  const sql = placesSql(input, target, originsOf(input, target), table)
  if (sql === undefined) return keys.map(() => [])
  await using session = await duckdb.connect({ database, readOnly: true })
  await session.execute(["set search_path = 'gold,main'"])
  const columns = key.map((name, i) => `cast(${dialect.ident(name)} as varchar) as k${i}`)
  const rows = await all(
    session,
    `select ${columns.join(', ')}, _source, _source_file, _row_number, _delivery from (${sql}) order by _source, _delivery, _row_number`,
  )
  const byKey = new Map<string, FileRow[]>()
  for (const row of rows) {
    const at = JSON.stringify(key.map((_, i) => String(row[`k${i}`])))
    byKey.set(at, [...(byKey.get(at) ?? []), fileRow(row)])
  }
  return keys.map((values) => byKey.get(JSON.stringify(values)) ?? [])
}

const fileRow = (row: Readonly<Record<string, unknown>>): FileRow => ({
  source: String(row._source),
  file: String(row._source_file),
  row: Number(row._row_number),
  delivery: Number(row._delivery),
})
