import { dialect as d } from '../../engines/duckdb/dialect.ts'
import type { RowBatch } from '../../engines/engine.ts'
import type { Project } from '../../project/types.ts'
import type { Columns } from '../../sql/types.ts'
import { overFacts, type ProfileReader, withoutSilver } from '../people/profile-reader.ts'
import { SessionPool } from '../reading/session-pool.ts'
import { openHere, putHere } from './here.ts'

/** A profile's reader, and how it is forgotten. */
export interface CustomerHere extends AsyncDisposable {
  readonly reader: ProfileReader
}

/**
 * Asks a target for all that gold has of one customer (tables that are empty need not be asked), and keeps it in memory on this machine: profile and timeline are then
 * made of it by the very SQL that reads a whole version.
 */
export async function customerHere(
  ask: (sql: string) => Promise<readonly RowBatch[]>,
  types: ReadonlyMap<string, Columns>,
  project: Project,
  id: string,
  isEmpty: (table: string) => boolean,
): Promise<CustomerHere> {
  const found = await Promise.all(
    Object.entries(questions(id)).map(
      async ([table, sql]) => [table, isEmpty(table) ? [] : await ask(sql)] as const,
    ),
  )
  const session = await openHere()
  try {
    for (const [table, batches] of found)
      await putHere(session, d.table('gold', table), types.get(table), batches)
  } catch (error) {
    await session[Symbol.asyncDispose]()
    throw error
  }
  const pool = new SessionPool([session])
  return {
    reader: overFacts({ rows: (sql, signal) => pool.rows(sql, signal) }, withoutSilver(project)),
    [Symbol.asyncDispose]: () => pool.close(),
  }
}

/** Gold table -> the rows of it that a profile reads: the customer's own, and what those refer to. */
function questions(id: string): Readonly<Record<string, string>> {
  const customer = d.literal(id)
  const own = (table: string) => `select * from gold.${table} f where f.customer_id = ${customer}`
  const referred = (table: string, key: string, fact: string) =>
    `select * from gold.${table} t where exists (select 1 from gold.${fact} f where f.${key} = t.${key} and f.customer_id = ${customer})`
  return {
    customer_360: own('customer_360'),
    fact_transactions: own('fact_transactions'),
    fact_service_interactions: own('fact_service_interactions'),
    fact_web_sessions: own('fact_web_sessions'),
    dim_loyalty_accounts: own('dim_loyalty_accounts'),
    fact_loyalty_transactions: referred('fact_loyalty_transactions', 'loyalty_id', 'dim_loyalty_accounts'),
    dim_products: referred('dim_products', 'product_id', 'fact_transactions'),
    dim_stores: referred('dim_stores', 'store_id', 'fact_transactions'),
    dim_agents: referred('dim_agents', 'agent_id', 'fact_service_interactions'),
    reporting_period: 'select * from gold.reporting_period r',
  }
}
