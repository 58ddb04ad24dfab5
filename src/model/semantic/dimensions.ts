import type { DimensionInfo } from '../semantic-types.ts'
import type { FactName, ThingName } from './facts.ts'

/** Numbers told apart by limits: the first limit a value is below of names it. */
export interface Ranges {
  readonly below: readonly { readonly value: number; readonly name: string }[]
  readonly otherwise: string
  /** Rows without a number are told apart by a yes/no column; without one, they are unknown. */
  readonly without?: { readonly column: string; readonly yes: string; readonly no: string }
}

/** Where a fact keeps a dimension's value: one of its columns, or the range that column lies in. */
export interface Own {
  readonly column: string
  readonly ranges?: Ranges
}

/** A thing to group and filter by: in the columns of facts, or a column of a thing they refer to. */
export interface Dimension extends Omit<DimensionInfo, 'labelled' | 'hasData'> {
  readonly own?: Readonly<Partial<Record<FactName, Own>>>
  readonly of?: { readonly thing: ThingName; readonly column: string }
  /** The thing whose label is written beside the key. */
  readonly labelOf?: ThingName
  /** So many values that empty dates are not filled in for each. */
  readonly many?: boolean
}

const column = (name: string): Own => ({ column: name })

const plain = (
  name: string,
  label: string,
  description: string,
  more: Partial<Dimension> & Pick<Dimension, 'own' | 'of'>,
): Dimension => ({ name, label, description, type: 'text', pii: 'none', asOfVersion: false, ...more })

const customerWord = (
  name: string,
  label: string,
  description: string,
  customerColumn: string,
  more: Partial<Dimension> = { asOfVersion: true },
): Dimension =>
  plain(name, label, description, { of: { thing: 'customer', column: customerColumn }, ...more })

/** The one dimension whose values are made by a grain, from each fact's own day. */
export const DATE: Dimension = plain(
  'date',
  'Date',
  'Local day of a sale, of the opening of a ticket, of the beginning of a session, of a change of points, of a registration or of the first purchase',
  { type: 'date', own: {} },
)

const when: readonly Dimension[] = [
  DATE,
  plain('weekday', 'Weekday', 'Local weekday, 1 = Monday to 7 = Sunday', {
    type: 'integer',
    own: {
      sales: column('iso_weekday'),
      interactions: column('iso_weekday'),
      sessions: column('iso_weekday'),
    },
  }),
  plain('hour', 'Hour', 'Local hour, 0 to 23', {
    type: 'integer',
    own: {
      sales: column('hour_of_day'),
      interactions: column('hour_of_day'),
      sessions: column('hour_of_day'),
    },
  }),
]

/** In steps of 1, 2 and 5, so that they fit every currency; a screen shows those that have rows. */
const AMOUNTS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000] as const
const BANDS: Own = {
  column: 'amount',
  ranges: {
    below: [
      { value: 0, name: 'below 0' },
      ...AMOUNTS.map((value, at) => ({ value, name: `${AMOUNTS[at - 1] ?? 0} to ${value}` })),
    ],
    otherwise: '100000 and more',
  },
}

const sales: readonly Dimension[] = [
  plain('channel', 'Channel', 'Where it was sold: online, in_store or any other word', {
    own: { sales: column('channel') },
  }),
  plain('store', 'Store', 'Store of the sale; unknown where there was none', {
    of: { thing: 'store', column: 'store_id' },
    labelOf: 'store',
    parent: 'store_city',
  }),
  plain('store_city', 'City of the store', 'City of the store of the sale', {
    of: { thing: 'store', column: 'city' },
    parent: 'store_state',
  }),
  plain('store_state', 'State of the store', 'State of the store of the sale', {
    of: { thing: 'store', column: 'state' },
  }),
  plain('product', 'Product', 'What was sold', {
    of: { thing: 'product', column: 'product_id' },
    labelOf: 'product',
    parent: 'category',
  }),
  plain('category', 'Category', 'Category of the product', { of: { thing: 'product', column: 'category' } }),
  plain('payment_method', 'Payment method', 'How it was paid', { own: { sales: column('payment_method') } }),
  plain('status', 'Status', 'State of the sale in the source', { own: { sales: column('status') } }),
  plain(
    'amount_band',
    'Amount',
    'How large the transaction line is, each band from its lower end to just before its upper one; refunds are below 0',
    { own: { sales: BANDS } },
  ),
]

const customers: readonly Dimension[] = [
  customerWord(
    'segment',
    'Segment',
    "The customer's segment as of the version; see customer_segmentation",
    'customer_segment',
  ),
  customerWord('tier', 'Tier', "The customer's best loyalty tier as of the version", 'tier'),
  customerWord(
    'activity',
    'Activity',
    'Active when something was bought within active_within of the as-of day, Dormant when only before, Inactive when never; as of the version',
    'activity_status',
  ),
  customerWord(
    'churn',
    'Churn',
    'Churned when the last sale, session or contact is more than churned_after days before the as-of day, else Active, or Never Active; as of the version',
    'churn_status',
  ),
  plain('customer', 'Customer', 'The customer, by id', {
    of: { thing: 'customer', column: 'customer_id' },
    labelOf: 'customer',
    pii: 'direct',
    many: true,
  }),
  customerWord('city', 'City', "The customer's city", 'city', { pii: 'indirect', parent: 'state' }),
  customerWord('state', 'State', "The customer's state", 'state', { pii: 'indirect' }),
]

const BUCKETS: Own = {
  column: 'resolution_seconds',
  ranges: {
    below: [
      { value: 43_200, name: '0-12 hours' },
      { value: 86_400, name: '12-24 hours' },
      { value: 172_800, name: '1-2 days' },
      { value: 432_000, name: '2-5 days' },
    ],
    otherwise: '5+ days',
    without: { column: 'is_resolved', yes: 'Resolved, time unknown', no: 'Open' },
  },
}

const support: readonly Dimension[] = [
  plain('agent', 'Agent', 'Who answered, by id; names are not unique', {
    of: { thing: 'agent', column: 'agent_id' },
    labelOf: 'agent',
    pii: 'employee',
    parent: 'department',
  }),
  plain('department', 'Department', "The agent's department", {
    of: { thing: 'agent', column: 'department' },
  }),
  plain('issue_type', 'Issue type', 'What the contact was about', {
    own: { interactions: column('issue_type') },
  }),
  plain('resolution_status', 'Resolution status', 'State of the contact in the source', {
    own: { interactions: column('resolution_status') },
  }),
  plain(
    'resolution_bucket',
    'Time to resolution',
    'How long it took, each bucket from its lower end to just before its upper one; open contacts and resolved ones without a time are buckets of their own',
    { own: { interactions: BUCKETS } },
  ),
]

const others: readonly Dimension[] = [
  plain('device', 'Device', 'Kind of device of the session', { own: { sessions: column('device') } }),
  plain('session_category', 'Session length', 'Category of the length by session_categories in c360.yaml', {
    own: { sessions: column('session_category') },
  }),
  plain('loyalty_reason', 'Reason', 'Why points changed', { own: { points: column('reason') } }),
  plain('cohort_month', 'Cohort', 'Month of the first counted sale', {
    type: 'date',
    own: { cohorts: column('cohort_month') },
  }),
  plain('months_since', 'Months since', 'Calendar months since the first counted sale, 0 = its own', {
    type: 'integer',
    own: { cohorts: column('months_since') },
  }),
]

export const dimensions: readonly Dimension[] = [...when, ...sales, ...customers, ...support, ...others]
