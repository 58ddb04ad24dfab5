import { type FactName, facts, things } from '../model/semantic/facts.ts'
import type { Dialect } from '../sql/dialect.ts'
import { gold } from './rows.ts'

/** What the compiler knows of the version it asks: where each fact begins and ends, and what is filled in. */
export interface Context {
  /** ISO date; null in a warehouse without any fact. */
  readonly asOf: string | null
  readonly facts: Readonly<Record<FactName, Extent>>
  /** `product.category`, `store.city`: columns of things that have any value. */
  readonly filled: readonly string[]
  /** Tables of schema `rollup`. */
  readonly rollups: readonly string[]
}

export interface Extent {
  readonly rows: number
  /** First and last day with a row; null without a dated one. */
  readonly first: string | null
  readonly last: string | null
  /** Columns of the fact that have any value. */
  readonly filled: readonly string[]
}

/** Once per version: rows, first and last days and whether a column has any value, which ends at the first one found. */
export function contextSql(d: Dialect): string {
  const none = 'cast(null as varchar)'
  const filled = (from: string, names: readonly string[]) =>
    d.joinTexts(
      ',',
      names.map(
        (name) =>
          `case when exists (select 1 from ${from} where ${d.ident(name)} is not null) then ${d.literal(name)} end`,
      ),
    )
  const day = (aggregate: string, date: string | undefined) =>
    date === undefined ? none : `cast(${aggregate}(${d.ident(date)}) as varchar)`
  const factRows = Object.values(facts).map((fact) => {
    const date = fact.tableDate ?? fact.date
    const columns = fact.columns.filter((name) => !fact.made?.includes(name))
    const from = gold(d, fact.table)
    return `select 'fact' as kind, ${d.literal(fact.name)} as name, count(*) as n, ${day('min', date)} as first_day, ${day('max', date)} as last_day, ${filled(from, columns)} as filled from ${from}`
  })
  const thingRows = Object.values(things).map((thing) => {
    const from = gold(d, thing.table)
    const columns = filled(from, [...thing.columns, thing.key])
    return `select 'thing', ${d.literal(thing.name)}, count(*), ${none}, ${none}, ${columns} from ${from}`
  })
  return [
    ...factRows,
    ...thingRows,
    `select 'as_of', '', count(*), cast(max(as_of) as varchar), ${none}, '' from ${gold(d, 'reporting_period')}`,
    `select 'rollup', table_name, 0, ${none}, ${none}, '' from information_schema.tables where table_schema = 'rollup' and table_catalog = current_database()`,
  ].join('\nunion all\n')
}

/**
 * The same in the portable subset, one scan per table: an engine that is elsewhere asks each EXISTS for itself, and has no
 * rollups.
 */
export function scannedContextSql(d: Dialect): string {
  const none = 'cast(null as varchar)'
  const day = (aggregate: string, date: string | undefined) =>
    date === undefined ? none : `cast(${aggregate}(t.${d.ident(date)}) as varchar)`
  const row = (kind: string, name: string, table: string, columns: readonly string[], date?: string) => {
    const filled = columns.map(
      (own) => `case when count(t.${d.ident(own)}) > 0 then ${d.literal(`${own},`)} else '' end`,
    )
    return `select ${d.literal(kind)} as kind, ${d.literal(name)} as name, count(*) as n, ${day('min', date)} as first_day, ${day('max', date)} as last_day, ${["''", ...filled].join(' || ')} as filled from ${gold(d, table)} t`
  }
  return [
    ...Object.values(facts).map(({ name, table, columns, made, tableDate, date }) =>
      row(
        'fact',
        name,
        table,
        columns.filter((own) => !made?.includes(own)),
        tableDate ?? date,
      ),
    ),
    ...Object.values(things).map(({ name, table, columns, key }) =>
      row('thing', name, table, [...columns, key]),
    ),
    `select 'as_of' as kind, '' as name, count(*) as n, cast(max(t.as_of) as varchar) as first_day, ${none} as last_day, '' as filled from ${gold(d, 'reporting_period')} t`,
  ].join('\nunion all\n')
}

interface Row {
  readonly kind: string
  readonly name: string
  readonly n: number
  readonly first: string | null
  readonly last: string | null
  readonly filled: readonly string[]
}

/** The context from contextSql's rows: kind, name, n, first_day, last_day, filled. */
export function toContext(rows: readonly Readonly<Record<string, unknown>>[]): Context {
  const read = rows.map(rowOf)
  const factRow = (name: FactName): Extent => {
    const row = read.find((one) => one.kind === 'fact' && one.name === name)
    return {
      rows: row?.n ?? 0,
      first: row?.first ?? null,
      last: row?.last ?? null,
      filled: [...(row?.filled ?? []), ...(facts[name].made ?? [])],
    }
  }
  return {
    asOf: read.find(({ kind }) => kind === 'as_of')?.first ?? null,
    facts: Object.fromEntries(
      (Object.keys(facts) as FactName[]).map((name) => [name, factRow(name)]),
    ) as unknown as Context['facts'],
    filled: read
      .filter(({ kind }) => kind === 'thing')
      .flatMap(({ name, filled }) => filled.map((column) => `${name}.${column}`)),
    rollups: read.filter(({ kind }) => kind === 'rollup').map(({ name }) => name),
  }
}

const textIn = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value)

const rowOf = (row: Readonly<Record<string, unknown>>): Row => ({
  kind: String(row.kind),
  name: String(row.name),
  n: Number(row.n),
  first: textIn(row.first_day),
  last: textIn(row.last_day),
  filled: (textIn(row.filled) ?? '').split(',').filter((word) => word !== ''),
})
