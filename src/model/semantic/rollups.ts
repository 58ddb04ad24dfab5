import { type Condition, isTrue } from './expression.ts'
import type { FactName, ThingName } from './facts.ts'

/** A fact summed up by sets of its dimensions: every sum and count of its measures, exact, in far fewer rows. */
export interface Sums {
  readonly name: string
  readonly fact: FactName
  /** Rows of the fact's table from which it pays: fewer are read as quickly as a rollup. */
  readonly from: number
  /** Made together, in one pass over the fact; `date` is by day. */
  readonly sets: readonly (readonly string[])[]
}

/**
 * What counts the distinct values of a column without looking at them. Each row of a value knows the day of the row before
 * (`mark` 1) and of the one before that (`mark` 2). Within a period, a value has exactly one row whose row before lies
 * outside: as many such rows, so many values; and as many more with mark 2, so many values with at least two rows. Rows
 * that share both days are one row with a count, so there are few, and any period, bucket and attribute can be had from them.
 */
export interface Firsts {
  readonly name: string
  readonly fact: FactName
  /** As for sums. */
  readonly from: number
  /** The column, `account.customer_id` for one of a thing referred to. */
  readonly of: string
  /** The rows that count. */
  readonly where?: Condition
  /** A value has rows of its own for each value of the dimensions held: a question must group by them or ask for one value. */
  readonly kinds: readonly { readonly held: readonly string[]; readonly marks: readonly (1 | 2)[] }[]
  /** Dimensions that follow from the value. */
  readonly free: readonly string[]
}

/**
 * A fact's rows in numbers: words are numbers of combinations, each kept once, and rows that share the first of them lie
 * together. What no sum holds is read from it in a fraction of the time that the fact itself takes.
 */
export interface Numbered {
  readonly name: string
  readonly fact: FactName
  /** As for sums. */
  readonly from: number
  /** Columns of the fact as they are. */
  readonly columns: readonly string[]
  /** Columns that are only ever counted: their values are numbers too. A thing's key. */
  readonly counted: ThingName
  /** Dimensions that are one number, of the fact itself or of one thing. */
  readonly words: readonly { readonly of?: ThingName; readonly names: readonly string[] }[]
  /** Dimensions whose values lie together in the rows as they are. */
  readonly narrow: readonly string[]
  /** The same rows in other orders, for questions down to values that lie together there; the last one is for all others. */
  readonly copies: readonly Copy[]
}

export interface Copy {
  readonly name: string
  /** Columns of the rows; `n_<place>` is the number of a combination. */
  readonly order: readonly string[]
  readonly narrow: readonly string[]
}

/** A scan of so many rows takes some hundredths of a second. */
const MANY = 300_000

const CUSTOMER = ['segment', 'tier', 'activity', 'churn'] as const
const PLACE = ['city', 'state'] as const

/** Words of a thing that are few in all their combinations: rollups are grouped by the number of one. */
export const NUMBERED: { readonly thing: ThingName; readonly sets: readonly (readonly string[])[] } = {
  thing: 'customer',
  sets: [CUSTOMER, PLACE],
}

/** The first set that has all that a question needs is taken, so smaller ones come first. */
export const sums: readonly Sums[] = [
  {
    name: 'sales_days',
    fact: 'sales',
    from: MANY,
    sets: [
      ['date', 'weekday', 'channel'],
      ['date', 'weekday', 'channel', 'payment_method', 'status'],
      ['date', 'weekday', 'channel', 'category'],
      ['date', 'weekday', 'hour', 'channel'],
      ['date', 'weekday', 'channel', 'store', 'store_city', 'store_state'],
      ['date', 'weekday', 'hour', 'channel', 'segment'],
      ['date', 'weekday', 'channel', ...CUSTOMER],
      ['date', 'weekday', 'channel', ...PLACE],
    ],
  },
  {
    name: 'sales',
    fact: 'sales',
    from: MANY,
    sets: [
      ['date', 'weekday', 'channel', 'product', 'category'],
      ['date', 'weekday', 'product', 'category', 'segment'],
    ],
  },
  {
    name: 'sessions',
    fact: 'sessions',
    from: MANY,
    sets: [['date', 'weekday', 'hour', 'device', 'session_category']],
  },
  {
    name: 'sessions_customers',
    fact: 'sessions',
    from: MANY,
    sets: [['date', 'weekday', 'device', ...CUSTOMER]],
  },
  {
    // Each row is as wide as three sales, and figures of contacts stand beside those of sales on every page.
    name: 'interactions',
    fact: 'interactions',
    from: MANY / 3,
    sets: [
      ['date', 'weekday', 'hour'],
      ['date', 'weekday', ...CUSTOMER],
      ['date', 'weekday', 'agent', 'department'],
      ['date', 'weekday', 'agent', 'department', 'segment'],
      ['date', 'weekday', 'issue_type', 'resolution_status', 'resolution_bucket'],
    ],
  },
  { name: 'points', fact: 'points', from: MANY, sets: [['date', 'loyalty_reason']] },
  {
    // A customer has a row for each month since the first purchase.
    name: 'cohorts',
    fact: 'cohorts',
    from: MANY / 10,
    sets: [['date', 'cohort_month', 'months_since', ...CUSTOMER]],
  },
]

export const firsts: readonly Firsts[] = [
  {
    name: 'buyers',
    fact: 'sales',
    from: MANY,
    of: 'customer_id',
    where: isTrue('is_sale'),
    kinds: [
      { held: [], marks: [1, 2] },
      { held: ['channel'], marks: [1] },
    ],
    free: CUSTOMER,
  },
  {
    name: 'orders',
    fact: 'sales',
    from: MANY,
    of: 'shared_order',
    where: isTrue('is_sale'),
    kinds: [
      { held: [], marks: [1] },
      { held: ['channel'], marks: [1] },
    ],
    free: [],
  },
  {
    name: 'visitors',
    fact: 'sessions',
    from: MANY,
    of: 'customer_id',
    kinds: [{ held: [], marks: [1] }],
    free: CUSTOMER,
  },
  {
    name: 'active_members',
    fact: 'points',
    from: MANY,
    of: 'account.customer_id',
    kinds: [{ held: [], marks: [1] }],
    free: CUSTOMER,
  },
]

export const numbered: readonly Numbered[] = [
  {
    name: 'sales_rows',
    fact: 'sales',
    from: MANY,
    columns: ['local_date', 'iso_weekday', 'hour_of_day', 'amount', 'quantity', 'is_sale', 'shared_order'],
    counted: 'customer',
    words: [
      { of: 'product', names: ['category', 'product'] },
      { of: 'store', names: ['store_state', 'store_city', 'store'] },
      { of: 'customer', names: CUSTOMER },
      { of: 'customer', names: PLACE },
      { names: ['channel'] },
      { names: ['payment_method', 'status'] },
      { of: 'product', names: ['category'] },
      { of: 'customer', names: ['segment'] },
    ],
    // A store sells some of the products, and none of those that are only online.
    narrow: ['product', 'category', 'store', 'store_city', 'store_state'],
    copies: [
      { name: 'sales_hours', order: ['iso_weekday', 'hour_of_day'], narrow: ['hour', 'weekday'] },
      { name: 'sales_buyers', order: ['n_2', 'customer_id'], narrow: CUSTOMER },
    ],
  },
]
