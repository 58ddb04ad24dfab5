import type { EntityName } from '../model/types.ts'

/** The name of an entity's conformed relation. */
export const relationOf: Readonly<Record<EntityName, string>> = {
  customer: 'customers',
  product: 'products',
  store: 'stores',
  agent: 'agents',
  transaction: 'transactions',
  service_interaction: 'service_interactions',
  loyalty_account: 'loyalty_accounts',
  loyalty_transaction: 'loyalty_transactions',
  web_session: 'web_sessions',
}
