export type FactName =
  | 'sales'
  | 'interactions'
  | 'sessions'
  | 'points'
  | 'accounts'
  | 'customers'
  | 'signups'
  | 'cohorts'

export type ThingName = 'customer' | 'product' | 'store' | 'agent' | 'account'

/** What facts refer to: one row per key, which the model's certificate holds. */
export interface Thing {
  readonly name: ThingName
  /** Gold model. */
  readonly table: string
  readonly key: string
  /** What a screen writes for the key. */
  readonly label: string
  readonly columns: readonly string[]
  /** Many to one: the things it refers to itself, and the column that does. */
  readonly refers: Readonly<Partial<Record<ThingName, string>>>
}

/** Rows that are counted and summed, each with its own day. */
export interface Fact {
  readonly name: FactName
  readonly label: string
  /** A gold model, read as it is. */
  readonly table: string
  /** Rows that gold does not keep: a portable SELECT over gold models; `table` then is the one it is about. */
  readonly select?: string
  /** The SELECT keeps the table's rows: without the columns it makes the table will do. */
  readonly keepsRows?: boolean
  /** Columns that only the SELECT has. */
  readonly made?: readonly string[]
  /** The day a range filters and a grain buckets; absent for what is only known as of the version. */
  readonly date?: string
  /** The column of `table` with that day, where it has another name there. */
  readonly tableDate?: string
  /** Columns that tell its rows apart, first the source where it has one. */
  readonly key: readonly string[]
  /** All columns that expressions and dimensions may name. */
  readonly columns: readonly string[]
  /** Many to one: the things it refers to, and the column that does. */
  readonly refers: Readonly<Partial<Record<ThingName, string>>>
  /** Its rows are the thing itself, whose columns then are its own. */
  readonly is?: ThingName
  /**
   * Each value of `column` has exactly one row with this value of the dimension, and there every column of `holds` is true
   * when it is in any of its rows: a distinct count of the column is then a count of these rows.
   */
  readonly once?: {
    readonly column: string
    readonly dimension: string
    readonly value: string
    readonly holds: readonly string[]
  }
}

export const things: Readonly<Record<ThingName, Thing>> = {
  customer: {
    name: 'customer',
    table: 'customer_360',
    key: 'customer_id',
    label: 'name',
    columns: ['customer_segment', 'tier', 'activity_status', 'churn_status', 'city', 'state'],
    refers: {},
  },
  product: {
    name: 'product',
    table: 'dim_products',
    key: 'product_id',
    label: 'name',
    columns: ['category'],
    refers: {},
  },
  store: {
    name: 'store',
    table: 'dim_stores',
    key: 'store_id',
    label: 'location',
    columns: ['city', 'state'],
    refers: {},
  },
  agent: {
    name: 'agent',
    table: 'dim_agents',
    key: 'agent_id',
    label: 'name',
    columns: ['department'],
    refers: {},
  },
  account: {
    name: 'account',
    table: 'dim_loyalty_accounts',
    key: 'loyalty_id',
    label: 'loyalty_id',
    columns: ['customer_id'],
    refers: { customer: 'customer_id' },
  },
}

/** Contacts with the seconds since the customer's one before, whatever the filters leave of it. */
const CONTACTS = `select
  source, interaction_id, customer_id, agent_id, local_date, iso_weekday, hour_of_day,
  issue_type, resolution_status, is_resolved, resolution_seconds, satisfaction_score,
  case when customer_id is not null then date_diff('second',
    lag(opened_at) over (partition by customer_id order by opened_at, source, interaction_id), opened_at)
  end as seconds_since_contact
from gold.fact_service_interactions`

/** A buyer's months from that of the first counted sale to that of the as-of day, bought in or not. */
const COHORTS = `select
  c.customer_id, c.first_purchase_date as first_day,
  cast(date_trunc('month', c.first_purchase_date) as date) as cohort_month,
  12 * (m.year - cast(extract(year from c.first_purchase_date) as integer))
    + m.month_of_year - cast(extract(month from c.first_purchase_date) as integer) as months_since,
  case when p.customer_id is null then false else true end as is_retained
from gold.customer_360 c
cross join gold.reporting_period r
join gold.dim_month m on m.last_day >= c.first_purchase_date and m.month <= r.as_of
left join gold.purchases_by_customer_and_month p on p.customer_id = c.customer_id and p.month = m.month
where c.first_purchase_date is not null`

export const facts: Readonly<Record<FactName, Fact>> = {
  sales: {
    name: 'sales',
    label: 'Sales',
    table: 'fact_transactions',
    date: 'local_date',
    key: ['source', 'transaction_id'],
    columns: [
      'source',
      'transaction_id',
      'shared_order',
      'customer_id',
      'product_id',
      'store_id',
      'channel',
      'local_date',
      'iso_weekday',
      'hour_of_day',
      'amount',
      'quantity',
      'payment_method',
      'status',
      'is_sale',
    ],
    refers: { customer: 'customer_id', product: 'product_id', store: 'store_id' },
  },
  interactions: {
    name: 'interactions',
    label: 'Contacts with customer service',
    table: 'fact_service_interactions',
    date: 'local_date',
    key: ['source', 'interaction_id'],
    columns: [
      'source',
      'interaction_id',
      'customer_id',
      'agent_id',
      'local_date',
      'iso_weekday',
      'hour_of_day',
      'issue_type',
      'resolution_status',
      'is_resolved',
      'resolution_seconds',
      'satisfaction_score',
      'seconds_since_contact',
    ],
    select: CONTACTS,
    keepsRows: true,
    made: ['seconds_since_contact'],
    refers: { customer: 'customer_id', agent: 'agent_id' },
  },
  sessions: {
    name: 'sessions',
    label: 'Web sessions',
    table: 'fact_web_sessions',
    date: 'local_date',
    key: ['source', 'session_id'],
    columns: [
      'source',
      'session_id',
      'customer_id',
      'local_date',
      'iso_weekday',
      'hour_of_day',
      'page_views',
      'duration_seconds',
      'session_category',
      'device',
    ],
    refers: { customer: 'customer_id' },
  },
  points: {
    name: 'points',
    label: 'Changes of points',
    table: 'fact_loyalty_transactions',
    date: 'local_date',
    key: ['source', 'loyalty_id', 'occurred_at'],
    columns: ['source', 'loyalty_id', 'occurred_at', 'local_date', 'points_change', 'reason'],
    refers: { account: 'loyalty_id' },
  },
  accounts: {
    name: 'accounts',
    label: 'Memberships',
    table: 'dim_loyalty_accounts',
    key: ['loyalty_id'],
    columns: ['source', 'loyalty_id', 'customer_id', 'points_earned'],
    refers: { customer: 'customer_id' },
    is: 'account',
  },
  customers: {
    name: 'customers',
    label: 'Customers',
    table: 'customer_360',
    key: ['customer_id'],
    columns: [
      'customer_id',
      'total_spend',
      'customer_segment',
      'tier',
      'activity_status',
      'churn_status',
      'city',
      'state',
    ],
    refers: {},
    is: 'customer',
  },
  signups: {
    name: 'signups',
    label: 'Registrations',
    table: 'customer_360',
    date: 'signup_date',
    key: ['customer_id'],
    columns: [
      'customer_id',
      'signup_date',
      'customer_segment',
      'tier',
      'activity_status',
      'churn_status',
      'city',
      'state',
    ],
    refers: {},
    is: 'customer',
  },
  cohorts: {
    name: 'cohorts',
    label: 'Months of buyers since their first purchase',
    table: 'customer_360',
    select: COHORTS,
    made: ['first_day', 'cohort_month', 'months_since', 'is_retained'],
    date: 'first_day',
    tableDate: 'first_purchase_date',
    key: ['customer_id', 'months_since'],
    columns: ['customer_id', 'first_day', 'cohort_month', 'months_since', 'is_retained'],
    once: { column: 'customer_id', dimension: 'months_since', value: '0', holds: ['is_retained'] },
    refers: { customer: 'customer_id' },
  },
}
