import { literal } from './literals.ts'

const NUMBER = '[+-]?([0-9]+(_[0-9]+)*(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?'
const isNumber = (x: string): string =>
  `${x} rlike ${literal(`\\A[ \\t\\n\\x0B\\f\\r]*+${NUMBER}[ \\t\\n\\x0B\\f\\r]*+\\z`)}`

/** Text -> number as DuckDB casts it: halves are rounded away from zero, what does not fit is NULL. */
export function tryNumber(x: string, type: 'integer' | 'decimal'): string {
  const plain = `replace(${x}, '_', '')`
  const value =
    type === 'decimal'
      ? `try_cast(${plain} as decimal(18,2))`
      : `try_cast(try_cast(${plain} as decimal(38,0)) as bigint)`
  return `case when ${isNumber(x)} then ${value} end`
}

export const tryDouble = (x: string): string =>
  `case when ${isNumber(x)} then try_cast(replace(${x}, '_', '') as double) end`
