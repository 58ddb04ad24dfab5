import { type Day, dayOf, monthsBefore } from './calendar.ts'

export interface SampleOptions {
  /** From 50 to 20,000,000 (5,000,000 where there are workbooks); from 100 on every kind of defect is sure to occur. */
  readonly customers: number
  /** The same options give the same data. */
  readonly seed: number
  /** Plant defects in about one record of a hundred; default true. */
  readonly dirt?: boolean
  /** All channels of the nine CSV files together; default 10, and 6 for `choice`. */
  readonly transactionsPerCustomer?: number
  /** Length of the period of sales; default 18. */
  readonly months?: number
  /** Last day of the period, ISO; default 2025-06-30, never the clock. */
  readonly until?: string
  /** Folder of manifest.json and defects.jsonl; default `<dir>.manifest` beside `dir`. */
  readonly manifest?: string
  /** Called with customers and sales written so far, and how many there will be. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** Options that make sense, all of them given. */
export interface Plan {
  readonly seed: number
  readonly dirt: boolean
  readonly customers: number
  /** How many sales there are in the period. */
  readonly sales: number
  readonly months: number
  readonly first: Day
  readonly last: Day
}

/** Throws RangeError for options that make no sense. */
export function planOf(options: SampleOptions, most: number, perCustomer: number): Plan {
  const {
    customers,
    seed,
    dirt = true,
    transactionsPerCustomer = perCustomer,
    months = 18,
    until = '2025-06-30',
  } = options
  const whole = (name: string, value: number, low: number, high: number) => {
    if (Number.isSafeInteger(value) && value >= low && value <= high) return
    throw new RangeError(`${name} must be a whole number from ${low} to ${high}, not ${value}`)
  }
  whole('customers', customers, 50, most)
  whole('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  whole('months', months, 1, 120)
  if (!(transactionsPerCustomer >= 1 && transactionsPerCustomer <= 1000))
    throw new RangeError(`transactionsPerCustomer must be from 1 to 1000, not ${transactionsPerCustomer}`)
  const last: Day = dayOf(until)
  const sales = Math.round(customers * transactionsPerCustomer)
  return { seed, dirt, customers, sales, months, first: monthsBefore(last, months), last }
}
