import { literal } from './names.ts'
import { inSteps, type Step } from './steps.ts'

const SPACE = literal(' \t\n\u000b\f\r')

/**
 * A text taken apart: `m` the figures before an exponent and `e` the exponent, NULL unless both are what DuckDB reads as a number. T-SQL
 * alone reads '', '+' and '.' as zero, and `1d5` as a float. Figures may stand in groups, as in 1_000.
 */
const parts = (x: string): [Step, ...Step[]] => [
  { x },
  { t: `trim(${SPACE} from x)` },
  {
    g: `case when t like '[_]%' or t like '%[_]' or t like '%[^0-9][_]%' or t like '%[_][^0-9]%' then null else replace(lower(t), '_', '') end`,
  },
  { at: `charindex('e', g)` },
  {
    m: `case when at > 0 then left(g, at - 1) else g end`,
    e: `case when at > 0 then substring(g, at + 1, 2147483647) end`,
  },
  {
    is_number: `case when m like '%[0-9]%' and m not like '%[^-+.0-9]%' and m not like '_%[-+]%' and m not like '%.%.%' and (at = 0 or (e like '%[0-9]' and e not like '%[^-+0-9]%' and e not like '_%[-+]%' and len(e) <= 4)) then 1 end`,
  },
]

const exactly = (scale: number): string =>
  `case when is_number = 1 then case when at = 0 then try_convert(decimal(38,${scale}), m) else try_convert(decimal(38,${scale}), try_convert(float, g)) end end`

/** Text -> DECIMAL(18,2) or BIGINT: halves are rounded away from zero, what does not fit is NULL. */
export const tryNumber = (x: string, type: 'integer' | 'decimal'): string =>
  inSteps(
    [...parts(x), { v: exactly(18) }],
    type === 'decimal' ? 'try_convert(decimal(18,2), round(v, 2))' : 'try_convert(bigint, round(v, 0))',
  )

export const tryDouble = (x: string): string =>
  inSteps(parts(x), 'case when is_number = 1 then try_convert(float, g) end')
