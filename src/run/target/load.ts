import { relative } from 'node:path'
import { dialect as local } from '../../engines/duckdb/dialect.ts'
import type { LoadInto, Remote, Session } from '../../engines/engine.ts'
import type { FieldType } from '../../model/types.ts'
import { DECIDED } from '../../plan/stage.ts'
import type { BronzeTable, Delivery, LakeState } from '../../plan/types.ts'
import type { OnEvent } from '../events.ts'
import { all } from '../execute.ts'
import type { LakeSql } from '../lake-state.ts'
import { widen } from './widen.ts'

export interface Loading {
  readonly remote: Remote
  readonly session: Session
  /** Reads the lake's files on this machine. */
  readonly lake: LakeSql
  /** The lake's place on this machine: what the urls of deliveries begin with. */
  readonly root: string
  readonly onEvent: OnEvent
  readonly signal?: AbortSignal
}

const technical: readonly (readonly [name: string, type: FieldType])[] = [
  ['_raw_record', 'text'],
  ['_raw_error', 'text'],
  ['_source_file', 'text'],
  ['_row_number', 'integer'],
  ['_delivery', 'integer'],
  ['_run_id', 'text'],
  ['_loaded_at', 'timestamp'],
]

const decided: readonly (readonly [name: string, type: FieldType])[] = [
  ['id', 'integer'],
  ['kind', 'text'],
  ['source', 'text'],
  ['delivery', 'integer'],
  ['row_number', 'integer'],
  ['edits', 'text'],
]

/**
 * Brings into the target's bronze what the lake has and the target lacks: whole deliveries, each told by the number of its
 * rows, so that one which a dead run brought in half is brought again.
 */
export async function bringLake(loading: Loading, { sources, decisions }: LakeState): Promise<void> {
  const tables = Object.entries(sources).map(([source, bronze]) => tableOf(loading, source, bronze))
  for (const { into } of tables) await makeTable(loading, into)
  const there = await counts(loading, tables)
  for (const table of tables) await bringSource(loading, table, there.get(table.source) ?? new Map())
  await bringDecisions(loading, decisions.urls)
}

interface Table {
  readonly source: string
  readonly bronze: BronzeTable
  readonly into: LoadInto
}

const tableOf = ({ remote }: Loading, source: string, bronze: BronzeTable): Table => ({
  source,
  bronze,
  into: {
    table: remote.dialect.table('bronze', source),
    columns: [...bronze.columns.map(({ name }) => [name, 'text'] as const), ...technical],
  },
})

async function makeTable(
  { remote: { dialect: d }, session, signal }: Loading,
  into: LoadInto,
): Promise<void> {
  await session.execute([d.createTable(into.table, into.columns)], withSignal(signal))
  await widen(session, d, into, withSignal(signal))
}

/** `there`: rows of each delivery that the target has. */
async function bringSource(
  loading: Loading,
  { source, bronze, into }: Table,
  there: ReadonlyMap<number, number>,
): Promise<void> {
  const { session, signal } = loading
  const wanted = new Map(bronze.deliveries.map((delivery) => [delivery.delivery, delivery]))
  const wrong = [...there].filter(([delivery, rows]) => wanted.get(delivery)?.rows !== rows)
  if (wrong.length > 0) {
    const list = wrong.map(([delivery]) => delivery).join(', ')
    await session.execute([`delete from ${into.table} where _delivery in (${list})`], withSignal(signal))
  }
  for (const delivery of bronze.deliveries)
    if (delivery.rows > 0 && there.get(delivery.delivery) !== delivery.rows)
      await bringDelivery(loading, source, bronze, delivery, into)
}

async function bringDelivery(
  { remote, session, lake, root, onEvent, signal }: Loading,
  source: string,
  bronze: BronzeTable,
  { delivery, urls, path, rows }: Delivery,
  into: LoadInto,
): Promise<void> {
  onEvent({ type: 'loading', source, path, rows })
  if (remote.lakeUrl !== undefined) {
    const there = remote.lakeUrl.replace(/\/+$/, '')
    const files = urls.map((url) => `${there}/${relative(root, url).replaceAll('\\', '/')}`)
    await remote.loadFiles(session, into, { urls: files, delivery }, signal)
    return
  }
  const names = into.columns.map(([name]) =>
    name === '_loaded_at' ? `cast(${name} as varchar) as ${name}` : local.ident(name),
  )
  const columns = bronze.columns.map(({ name }) => name)
  const from = local.bronze({ table: source, urls, columns, deliveries: [delivery], mixed: true })
  const batches = lake.stream(`select ${names.join(', ')} from ${from} order by _row_number`, signal)
  await remote.load(session, into, batches, signal)
}

/** Rows by delivery of every source, asked for at once. */
async function counts(
  { remote: { dialect: d }, session, signal }: Loading,
  tables: readonly Table[],
): Promise<Map<string, Map<number, number>>> {
  const found = new Map<string, Map<number, number>>()
  const counting = tables.map(
    ({ source, into }) =>
      `select ${d.literal(source)} as source, _delivery, count(*) as n from ${into.table} group by _delivery`,
  )
  const rows = counting.length === 0 ? [] : await all(session, counting.join(' union all '), signal)
  for (const { source, _delivery: delivery, n } of rows) {
    const own = found.get(String(source)) ?? new Map<number, number>()
    found.set(String(source), own.set(Number(delivery), Number(n)))
  }
  return found
}

/** Decisions are few: all of them, anew, whenever their number differs. */
async function bringDecisions(
  { remote, session, lake, signal }: Loading,
  urls: readonly string[],
): Promise<void> {
  if (urls.length === 0) return
  const into: LoadInto = { table: remote.dialect.table('bronze', DECIDED), columns: decided }
  await session.execute([remote.dialect.createTable(into.table, decided)], withSignal(signal))
  const from = local.readParquet(urls)
  const count = async (sql: Pick<Session, 'stream'>, relation: string) =>
    Number((await all(sql, `select count(*) as n from ${relation}`, signal))[0]?.n)
  if ((await count(session, into.table)) === (await count(lake, from))) return
  await session.execute([`delete from ${into.table}`], withSignal(signal))
  const names = decided.map(([name]) => name).join(', ')
  await remote.load(session, into, lake.stream(`select ${names} from ${from} order by id`, signal), signal)
}

const withSignal = (signal: AbortSignal | undefined) => (signal ? { signal } : {})
