import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { duckdb } from '../../engines/duckdb/index.ts'
import type { Project } from '../../project/types.ts'
import { type Row, SessionPool } from '../reading/session-pool.ts'
import type { Lease } from '../reading/snapshot.ts'
import { indexFile, isCustomer, isThere, makeIndex, PLACE } from './profile-index.ts'
import { EVENT_COLUMNS, eventsSql, openTicketsSql, sourceIdsSql } from './profile-sql.ts'

/** How to read what belongs to one customer: FROM items, and who runs a query over them. */
export interface ProfileReader {
  readonly events: (customerId: string) => string
  readonly customer: (customerId: string) => string
  readonly sourceIds: (customerId: string) => string
  readonly openTickets: (customerId: string) => string
  rows(sql: string, signal: AbortSignal): Promise<Row[]>
}

const only = (customerId: string): string => `customer_id = ${d.literal(customerId)}`

/** The facts as they lie. */
export const overFacts = (lease: Pick<Lease, 'rows'>, project: Project): ProfileReader => ({
  events: (id) => `(select ${EVENT_COLUMNS} from (${eventsSql(project, only(id))}))`,
  customer: (id) => `(select * from gold.customer_360 where ${only(id)})`,
  sourceIds: (id) => `(${sourceIdsSql(project, only(id))})`,
  openTickets: (id) => `(${openTicketsSql(only(id))})`,
  rows: (sql, signal) => lease.rows(sql, signal),
})

/** Which file a row came from is told by silver alone: here it is not known. */
export const withoutSilver = (project: Project): Project => ({ ...project, contracts: [] })

const overIndex = (ask: ProfileReader['rows']): ProfileReader => {
  const table = (name: string) => (id: string) =>
    `(select * exclude (${PLACE}) from ${name} where ${isCustomer(id)})`
  return {
    events: table('events'),
    customer: table('customers'),
    sourceIds: table('source_ids'),
    openTickets: table('open_tickets'),
    rows: ask,
  }
}

/** The sorted copy when it is there; else the facts, and the copy is begun. Whether it can be made is told to `failed`. */
export async function profileReader(
  lease: Lease,
  root: string,
  project: Project,
  closing: AbortSignal,
  failed: () => void,
): Promise<ProfileReader> {
  const index = await lease.once('profile index', async () => {
    const state: { reader?: ProfileReader } = {}
    const file = await indexFile(project, lease)
    if (!file) return state
    const open = async () => {
      state.reader = await openIndex(lease, file.path)
    }
    if (await isThere(file)) await open()
    else void makeIndex(root, project, file, closing).then(open).catch(failed)
    return state
  })
  return index.reader ?? overFacts(lease, lease.isGoldOnly ? withoutSilver(project) : project)
}

const SESSIONS = 2

export async function openIndex(lease: Lease, path: string): Promise<ProfileReader> {
  const warehouse = await duckdb.open({ database: path, threads: 1, memory: '256MB' })
  lease.atClose(async () => await warehouse[Symbol.asyncDispose]())
  const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => warehouse.session()))
  await sessions[0]?.execute(['set enable_external_access = false', 'set lock_configuration = true'])
  const pool = new SessionPool(sessions)
  return overIndex((sql, signal) => pool.rows(sql, signal))
}
