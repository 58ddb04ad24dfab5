import type { FactName, ThingName } from '../../model/semantic/facts.ts'

/** How one table of the model is put together; what is not named here follows from the catalogue. */
export interface Layout {
  readonly name: string
  readonly gold: string
  /** Facts whose rows it holds: their measures are at home here. */
  readonly facts?: readonly FactName[]
  readonly thing?: ThingName
  /** Only what measures, relationships and dimensions need; otherwise every column. */
  readonly isLean?: boolean
  /** Names of columns that neither the catalogue nor their own name says well. */
  readonly labels?: Readonly<Record<string, string>>
  readonly without?: readonly string[]
  /** Columns nobody reads but a formula. */
  readonly hidden?: readonly string[]
}

/** The table that every date is related to. */
export const DATE_TABLE = 'Date'
export const DATE_COLUMN = 'Date'
export const AGENT_RATES = 'Agent rates'

export const LAYOUT: readonly Layout[] = [
  {
    name: DATE_TABLE,
    gold: 'dim_date',
    labels: {
      date: DATE_COLUMN,
      day_of_week: 'Weekday',
      iso_weekday: 'Weekday number',
      month: 'Month number',
      quarter: 'Quarter number',
      is_weekend: 'Is weekend',
    },
    hidden: ['iso_weekday', 'month', 'quarter'],
    without: ['iso_week'],
  },
  {
    name: 'Customer',
    gold: 'customer_360',
    thing: 'customer',
    facts: ['customers', 'signups'],
    labels: {
      name: 'Full name',
      signup_date: 'Registered on',
      orders: 'Orders so far',
      average_order_value: 'Average order value so far',
      total_spend: 'Total spend',
      interactions: 'Contacts so far',
      open_interactions: 'Open contacts',
      answered_interactions: 'Rated contacts',
      sessions: 'Sessions so far',
      oldest_open_days: 'Days of the oldest open contact',
    },
    hidden: ['preferred_store_id'],
    without: ['source'],
  },
  {
    name: 'Product',
    gold: 'dim_products',
    thing: 'product',
    labels: { name: 'Product name', price: 'List price' },
    without: ['source'],
  },
  {
    name: 'Store',
    gold: 'dim_stores',
    thing: 'store',
    labels: { location: 'Location' },
    without: ['source'],
  },
  { name: 'Agent', gold: 'dim_agents', thing: 'agent', labels: { name: 'Agent name' }, without: ['source'] },
  {
    name: 'Membership',
    gold: 'dim_loyalty_accounts',
    thing: 'account',
    facts: ['accounts'],
    labels: { tier: 'Tier of the membership', points_earned: 'Points' },
    without: ['source'],
  },
  {
    name: AGENT_RATES,
    gold: 'agent_performance',
    labels: {
      total_interactions: 'Contacts of the agent',
      resolved_interactions: 'Resolved of the agent',
      resolution_success_rate: 'Resolution rate of the agent',
      rate_low: 'Rate at least',
      rate_high: 'Rate at most',
    },
    without: ['agent_name'],
  },
  { name: 'Sales', gold: 'fact_transactions', facts: ['sales'], isLean: true },
  {
    name: 'Contacts',
    gold: 'fact_service_interactions',
    facts: ['interactions'],
    isLean: true,
  },
  {
    name: 'Web sessions',
    gold: 'fact_web_sessions',
    facts: ['sessions'],
    isLean: true,
    labels: { session_category: 'Length category' },
  },
  { name: 'Points', gold: 'fact_loyalty_transactions', facts: ['points'], isLean: true },
  {
    name: 'Cohorts',
    gold: 'customer_360',
    facts: ['cohorts'],
    isLean: true,
    labels: { cohort_month: 'Cohort month' },
  },
]

export const layoutOf = (fact: FactName): Layout => {
  const found = LAYOUT.find(({ facts }) => facts?.includes(fact))
  if (!found) throw new RangeError(`no table holds ${fact}`)
  return found
}

export const layoutOfThing = (thing: ThingName): Layout => {
  const found = LAYOUT.find((one) => one.thing === thing)
  if (!found) throw new RangeError(`no table holds ${thing}`)
  return found
}
