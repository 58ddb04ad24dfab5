import { literal } from './literals.ts'
import { SPACE } from './pieces.ts'

// Figures may stand in groups, as in 1_000. A longer exponent would keep Java's decimals busy for long.
const FIGURES = '[0-9]+(?:_[0-9]+)*'
const NUMBER = literal(
  `\\A${SPACE}*[+-]?(?:${FIGURES}(?:\\.(?:${FIGURES})?)?|\\.${FIGURES})(?:[eE][+-]?(?=[0-9_]{1,4}${SPACE}*\\z)${FIGURES})?${SPACE}*\\z`,
)

/** What DuckDB reads as a number in figures; Spark alone would take `1d` and figures of any script as well. */
const figuresOf = (x: string, value: (plain: string) => string): string =>
  `case when ${x} rlike ${NUMBER} then ${value(`replace(${x}, '_', '')`)} end`

/** Text -> DECIMAL(18,2) or BIGINT: halves are rounded away from zero, what does not fit is NULL. */
export const tryNumber = (x: string, type: 'integer' | 'decimal'): string =>
  figuresOf(x, (plain) =>
    type === 'decimal'
      ? `try_cast(${plain} as decimal(18,2))`
      : `try_cast(try_cast(${plain} as decimal(38,0)) as bigint)`,
  )

export const tryDouble = (x: string): string => figuresOf(x, (plain) => `try_cast(${plain} as double)`)
