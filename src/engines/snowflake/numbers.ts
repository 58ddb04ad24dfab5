import { literal } from './literals.ts'
import { matches, SPACE, SPACES } from './pieces.ts'

// Figures may stand in groups, as in 1_000.
const FIGURES = '[0-9]+(_[0-9]+)*'
const EXPONENT = '[eE][+-]?([0-9]{1,4}|[0-9]_[0-9]{1,2}|[0-9]{2}_[0-9])'
const NUMBER = `${SPACE}[+-]?(${FIGURES}(\\.(${FIGURES})?)?|\\.${FIGURES})(${EXPONENT})?${SPACE}`

/** What DuckDB reads as a number in figures. */
const figuresOf = (x: string, value: (plain: string) => string): string =>
  `case when ${matches(x, NUMBER)} then ${value(`trim(replace(${x}, '_', ''), ${literal(SPACES)})`)} end`

const [LEAST, MOST] = ['-9223372036854775808', '9223372036854775807']

/** Text -> NUMBER(18,2), or a whole number of 64 bits: halves are rounded away from zero, what does not fit is NULL. */
export function tryNumber(x: string, type: 'integer' | 'decimal'): string {
  if (type === 'decimal') return figuresOf(x, (plain) => `try_to_decimal(${plain}, 18, 2)`)
  return figuresOf(x, (plain) => {
    const whole = `try_to_decimal(${plain}, 38, 0)`
    return `case when ${whole} between ${LEAST} and ${MOST} then ${whole} end`
  })
}

export const tryDouble = (x: string): string => figuresOf(x, (plain) => `try_to_double(${plain})`)
