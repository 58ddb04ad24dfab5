import type { FactName } from './facts.ts'

/** A fact summed up by some of its dimensions: every sum and count of its measures, exact, in far fewer rows. */
export interface Rollup {
  readonly name: string
  readonly fact: FactName
  /** `date` is by day. */
  readonly dimensions: readonly string[]
}

const CUSTOMER = ['segment', 'tier', 'activity', 'churn'] as const

/** The first one that has all that a question needs is taken, so smaller ones come first. */
export const rollups: readonly Rollup[] = [
  { name: 'sales_hours', fact: 'sales', dimensions: ['date', 'weekday', 'hour', 'channel', 'store'] },
  {
    name: 'sales_categories',
    fact: 'sales',
    dimensions: ['date', 'weekday', 'channel', 'store', 'category'],
  },
  { name: 'sales_customers', fact: 'sales', dimensions: ['date', 'weekday', 'channel', ...CUSTOMER] },
  { name: 'sales_products', fact: 'sales', dimensions: ['date', 'channel', 'product', 'category'] },
  { name: 'sales_places', fact: 'sales', dimensions: ['date', 'channel', 'city', 'state'] },
  {
    name: 'sessions_hours',
    fact: 'sessions',
    dimensions: ['date', 'weekday', 'hour', 'device', 'session_category'],
  },
  { name: 'sessions_customers', fact: 'sessions', dimensions: ['date', 'device', ...CUSTOMER] },
  { name: 'interactions_agents', fact: 'interactions', dimensions: ['date', 'agent', 'department'] },
  {
    name: 'interactions_types',
    fact: 'interactions',
    dimensions: ['date', 'weekday', 'issue_type', 'resolution_status', 'resolution_bucket'],
  },
  { name: 'points_reasons', fact: 'points', dimensions: ['date', 'loyalty_reason'] },
  {
    name: 'cohorts_months',
    fact: 'cohorts',
    dimensions: ['date', 'cohort_month', 'months_since', ...CUSTOMER],
  },
]
