import { duckdb } from '../../src/engines/duckdb/index.ts'
import type { Session } from '../../src/engines/engine.ts'
import type { BronzeTable } from '../../src/plan/types.ts'
import { all } from '../../src/run/execute.ts'

const { ident, literal } = duckdb.dialect

/**
 * Every difference between two warehouses in silver, what gold reads of it, and gold: tables, columns, rows (as bags). Empty = the
 * same. `besides` names columns that may differ.
 */
export async function differences(
  left: string,
  right: string,
  besides: readonly string[] = [],
): Promise<string[]> {
  await using session = await duckdb.connect({ threads: 1 })
  await session.execute([
    `attach ${literal(left)} as a (read_only)`,
    `attach ${literal(right)} as b (read_only)`,
  ])
  const [a, b] = [await tablesOf(session, 'a'), await tablesOf(session, 'b')]
  const found: string[] = []
  for (const table of [...new Set([...a.keys(), ...b.keys()])].sort()) {
    if (a.get(table) !== b.get(table))
      found.push(`${table}: ${a.get(table) ?? 'missing'} / ${b.get(table) ?? 'missing'}`)
    else found.push(...(await rowsApart(session, table, besides)))
  }
  return found
}

async function tablesOf(session: Session, database: string): Promise<Map<string, string>> {
  const rows = await all(
    session,
    `select schema_name || '.' || table_name as t, string_agg(column_name || ' ' || data_type, ', ' order by column_index) as columns
     from duckdb_columns() where database_name = '${database}' and schema_name in ('silver', 'conformed', 'rules', 'gold') group by t`,
  )
  return new Map(rows.map(({ t, columns }) => [String(t), String(columns)]))
}

async function rowsApart(session: Session, table: string, besides: readonly string[]): Promise<string[]> {
  const [left, right] = [
    await rowsOf(session, 'a', table, besides),
    await rowsOf(session, 'b', table, besides),
  ]
  return [
    ...without(left, right).map((row) => `${table}: only incremental has ${row}`),
    ...without(right, left).map((row) => `${table}: only refreshed has ${row}`),
  ]
}

async function rowsOf(
  session: Session,
  database: string,
  table: string,
  besides: readonly string[],
): Promise<string[]> {
  const name = table.split('.').map(ident).join('.')
  const compared = besides.length === 0 ? '*' : `columns(c -> c not in (${besides.map(literal).join(', ')}))`
  const rows = await all(
    session,
    `select cast(x as varchar) as row from (select ${compared} from ${database}.${name}) x`,
  )
  return rows.map(({ row }) => String(row))
}

/** What is left of a bag of texts when those of another are taken out. */
function without(bag: readonly string[], other: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const text of other) counts.set(text, (counts.get(text) ?? 0) + 1)
  return bag.filter((text) => {
    const count = counts.get(text) ?? 0
    counts.set(text, count - 1)
    return count <= 0
  })
}

/**
 * Rows of bronze that do not have exactly one fate in a warehouse, and superseded rows whose winner is not a row that
 * stayed. Reads the Parquet files the lake lists, and nothing that the run has counted.
 */
export async function unaccounted(
  database: string,
  sources: Readonly<Record<string, BronzeTable>>,
  names: readonly string[],
): Promise<string[]> {
  await using session = await duckdb.connect({ threads: 1 })
  await session.execute([`attach ${literal(database)} as w (read_only)`])
  const found: string[] = []
  for (const source of names) {
    const urls = [...new Set(sources[source]?.deliveries.flatMap((delivery) => delivery.urls))]
    found.push(...(await fatesApart(session, source, urls)), ...(await lostWinners(session, source)))
  }
  return found
}

async function fatesApart(session: Session, source: string, urls: readonly string[]): Promise<string[]> {
  const bronze =
    urls.length === 0
      ? 'select 0 as d, 0 as r where false'
      : `select _delivery as d, _row_number as r from read_parquet([${urls.map(literal).join(', ')}], union_by_name = true)`
  const fates = [
    `select _delivery as d, _row_number as r, 'kept' as fate from w.silver.${ident(source)}`,
    `select _delivery, _row_number, 'quarantined' from w.silver.quarantine where source = ${literal(source)}`,
    `select _delivery, _row_number, fate from w.silver._fates where source = ${literal(source)}`,
  ].join(' union all ')
  const rows = await all(
    session,
    `select d, r, count(b.present) as present, string_agg(f.fate, '+' order by f.fate) as fates
     from (select *, 1 as present from (${bronze})) b full join (${fates}) f using (d, r) group by d, r
     having count(f.fate) <> 1 or count(b.present) <> 1`,
  )
  return rows.map(
    ({ d, r, present, fates: list }) =>
      `${source}/${d}/${r}: ${present} times in bronze, fates ${list ?? 'none'}`,
  )
}

async function lostWinners(session: Session, source: string): Promise<string[]> {
  const rows = await all(
    session,
    `select f.* from w.silver._fates f where source = ${literal(source)} and fate = 'superseded' and by_row is not null
     and not exists (select 1 from w.silver.${ident(source)} s where s._delivery = f.by_delivery and s._row_number = f.by_row)
     and not exists (select 1 from w.silver._fates x where x.source = f.source and x.fate = 'deleted' and x._delivery = f.by_delivery and x._row_number = f.by_row)`,
  )
  return rows.map(
    ({ _delivery, _row_number, by_delivery, by_row }) =>
      `${source}/${_delivery}/${_row_number}: its winner ${by_delivery}/${by_row} is not kept`,
  )
}
