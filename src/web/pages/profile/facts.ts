import type { Profile } from '../../api-types.ts'
import { numberOf } from '../customers/columns.ts'

/** Reads a profile's row of customer_360. */
export interface Facts {
  readonly text: (column: string) => string | null
  readonly number: (column: string) => number | null
  readonly flag: (column: string) => boolean | null
}

export const factsOf = ({ customer }: Profile): Facts => ({
  text: (column) => {
    const value = customer[column]
    return value === null || value === undefined || value === '' ? null : String(value)
  },
  number: (column) => numberOf(customer[column]),
  flag: (column) => {
    const value = customer[column]
    return typeof value === 'boolean' ? value : null
  },
})
