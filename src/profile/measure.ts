import type { Session } from '../engines/engine.ts'
import type { Dialect } from '../sql/dialect.ts'
import { columnProfile, type Measured } from './column.ts'
import { columnName, type OpenTable } from './tables.ts'
import type { ColumnProfile, KeyProfile, ValueCount } from './types.ts'

/** Different values looked at per column. */
const VALUES = 3000

export interface Measuring {
  readonly session: Session
  readonly dialect: Dialect
  readonly signal?: AbortSignal
}

export async function rowsOf(
  { session, signal }: Pick<Measuring, 'session' | 'signal'>,
  sql: string,
): Promise<unknown[][]> {
  const rows: unknown[][] = []
  for await (const batch of session.stream(sql, signal))
    for (let r = 0; r < batch.rows; r++) rows.push(batch.columns.map((column) => column[r]))
  return rows
}

const present = (x: string): string => `nullif(${x}, '')`

/** Every column's values from the table's sample. Counts of a sampled table are the sample's: `countTable` puts them right. */
export async function sampleProfiles(context: Measuring, table: OpenTable): Promise<ColumnProfile[]> {
  const counts = await countColumns(
    context,
    table.sample,
    table.columns.length,
    [...table.columns.keys()],
    [],
  )
  const out: ColumnProfile[] = []
  for (const [index, name] of table.columns.entries()) {
    const measured: Measured = {
      name,
      rows: counts.rows,
      filled: counts.filled[index] ?? 0,
      distinct: counts.distinct.get(index) ?? 0,
      distinctExact: !table.sampled,
      values: await valuesOf(context, table.sample, columnName(index)),
    }
    out.push(columnProfile(measured))
  }
  return out
}

/** The most frequent values first, and of equally frequent ones any. */
async function valuesOf(context: Measuring, from: string, column: string): Promise<ValueCount[]> {
  const rows = await rowsOf(
    context,
    `select ${column}, count(*) as n from ${from} where ${present(`trim(${column})`)} is not null group by 1 order by n desc, hash(${column}) limit ${VALUES}`,
  )
  return rows.map(([value, count]) => ({ value: String(value), count: Number(count) }))
}

export interface Counts {
  readonly rows: number
  /** By column. */
  readonly filled: readonly number[]
  readonly distinct: ReadonlyMap<number, number>
  /** By the key asked for: rows with all of its columns, and different keys. */
  readonly keys: readonly { readonly filled: number; readonly distinct: number }[]
}

/** Rows, filled values, and different values of some columns and keys: one pass. */
export async function countColumns(
  context: Measuring,
  from: string,
  width: number,
  distinct: readonly number[],
  keys: readonly (readonly number[])[],
): Promise<Counts> {
  const keySql = keys.flatMap((key) => {
    const filled = key.map((index) => `${present(columnName(index))} is not null`).join(' and ')
    const hash = `hash(${key.map(columnName).join(', ')})`
    return [`count(*) filter (where ${filled})`, `count(distinct ${hash}) filter (where ${filled})`]
  })
  const list = [
    'count(*)',
    ...Array.from({ length: width }, (_, index) => `count(${present(columnName(index))})`),
    ...distinct.map((index) => `count(distinct ${present(columnName(index))})`),
    ...keySql,
  ]
  const [row = []] = await rowsOf(context, `select ${list.join(', ')} from ${from}`)
  const [rows = 0, ...rest] = row.map(Number)
  const after = width + distinct.length
  return {
    rows,
    filled: rest.slice(0, width),
    distinct: new Map(distinct.map((index, i) => [index, rest[width + i] ?? 0])),
    keys: keys.map((_, i) => ({ filled: rest[after + 2 * i] ?? 0, distinct: rest[after + 2 * i + 1] ?? 0 })),
  }
}

/** What one pass has counted of a key: rows with all of its columns, different keys, and those of them on several rows. */
export interface KeyCount {
  readonly filled: number
  readonly distinct: number
  readonly repeated: number
}

/** A key by its counts alone: not how its rows differ. */
export function countedKey(
  { columns }: OpenTable,
  key: readonly number[],
  rows: number,
  { filled, distinct, repeated }: KeyCount,
): KeyProfile {
  const names = key.map((index) => columns[index] ?? '')
  return { columns: names, rows, distinct, empty: rows - filled, repeated, differing: 0, differsIn: {} }
}

/** A key by its counts, and how its rows differ by the profile of some of its repeated keys: exact when those are all. */
export function extrapolatedKey(counted: KeyProfile, some: KeyProfile): KeyProfile {
  const times = counted.repeated / Math.max(1, some.repeated)
  const differsIn = Object.entries(some.differsIn).map(([column, n]) => [column, Math.round(n * times)])
  return {
    ...counted,
    differing: Math.round(some.differing * times),
    differsIn: Object.fromEntries(differsIn),
  }
}

/** How the rows of one key differ in a relation with the table's columns. */
export async function keyProfile(
  context: Measuring,
  table: OpenTable,
  key: readonly number[],
  relation: string,
): Promise<KeyProfile> {
  const columns = key.map((index) => table.columns[index] ?? '')
  const others = [...table.columns.keys()].filter((index) => !key.includes(index))
  const filled = key.map((index) => `${present(columnName(index))} is not null`).join(' and ')
  const names = key.map(columnName).join(', ')
  const differs = others.map((index) => `count(distinct coalesce(${columnName(index)}, '')) > 1 as d${index}`)
  const groups = `select ${['count(*) as n', ...differs].join(', ')} from ${relation} where ${filled} group by ${names}`
  const any = others.length === 0 ? 'false' : others.map((index) => `d${index}`).join(' or ')
  const list = [
    'count(*)',
    `(select count(*) from ${relation} where not (${filled}))`,
    'count(*) filter (where n > 1)',
    `count(*) filter (where ${any})`,
    ...others.map((index) => `count(*) filter (where d${index})`),
    'sum(n)',
  ]
  const [row = []] = await rowsOf(context, `select ${list.join(', ')} from (${groups}) g`)
  const [distinct = 0, empty = 0, repeated = 0, differing = 0, ...each] = row.map(Number)
  const differsIn = Object.fromEntries(others.map((index, i) => [table.columns[index] ?? '', each[i] ?? 0]))
  return {
    columns,
    rows: empty + (each[others.length] ?? 0),
    distinct,
    empty,
    repeated,
    differing,
    differsIn,
  }
}
