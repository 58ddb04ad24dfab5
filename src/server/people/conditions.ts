import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { C360Error, type Problem } from '../../errors.ts'
import { didYouMean } from '../../project/words.ts'
import type { GoldColumn } from '../reading/gold-columns.ts'
import type { ColumnType } from '../reading/tables.ts'
import type { Condition } from '../schemas/people.ts'

type Value = string | number | boolean | null

/**
 * Conditions on columns of customer_360 as one predicate over alias `c`: names come from the table, values become literals.
 * USAGE names every condition that cannot be, by its column and never by its value. Asked live, accents count.
 */
export function conditionsSql(
  conditions: readonly Condition[],
  columns: readonly GoldColumn[],
  isLive = false,
): string {
  const problems: Problem[] = []
  const parts = conditions.flatMap((condition) => {
    const column = columns.find(({ name }) => name === condition.column)
    if (!column) {
      problems.push(unknown(condition.column, columns))
      return []
    }
    const sql = conditionSql(condition, column, isLive)
    if (typeof sql === 'string') return [sql]
    problems.push(sql)
    return []
  })
  if (problems.length > 0)
    throw new C360Error('USAGE', 'Some conditions cannot be used.', {
      problems,
      hint: 'See GET /api/customers/columns.',
    })
  return parts.length === 0 ? '1 = 1' : parts.map((part) => `(${part})`).join(' and ')
}

function unknown(name: string, columns: readonly GoldColumn[]): Problem {
  const isPlain = /^[a-z_0-9]{1,80}$/i.test(name)
  const hint = didYouMean(
    name,
    columns.map((column) => column.name),
  )
  return {
    code: 'unknown_column',
    message: isPlain ? `customer_360 has no column \`${name}\`` : 'customer_360 has no column of that name',
    ...(hint === undefined ? {} : { hint }),
  }
}

const unfit = ({ name, type }: GoldColumn, what: string): Problem => ({
  code: 'unfit_condition',
  message: `\`${name}\` is ${type === 'integer' ? 'an' : 'a'} ${type} column: ${what}`,
})

function conditionSql(condition: Condition, column: GoldColumn, isLive: boolean): string | Problem {
  const x = `c.${d.ident(column.name)}`
  switch (condition.op) {
    case 'in':
      return inSql(x, condition.values, column)
    case 'contains':
      return column.type === 'text'
        ? containsSql(x, condition.text, isLive)
        : unfit(column, 'only text contains something')
    case 'between':
      return betweenSql(x, condition.from, condition.to, column)
    case 'is':
      return column.type === 'boolean'
        ? `${x} = ${condition.value}`
        : unfit(column, 'only a boolean is or is not')
    case 'empty':
      return emptySql(x, column, condition.value)
    default:
      return condition satisfies never
  }
}

/** Engines differ in what escapes what in LIKE; taking a text out of another they do alike. */
const containsSql = (x: string, text: string, isLive: boolean): string =>
  isLive
    ? `length(replace(lower(${x}), lower(${d.literal(text)}), '')) < length(${x})`
    : `contains(lower(strip_accents(${x})), lower(strip_accents(${d.literal(text)})))`

function emptySql(x: string, { type }: GoldColumn, wanted: boolean): string {
  const empty = type === 'text' ? `(${x} is null or ${x} = '')` : `${x} is null`
  return wanted ? empty : `not ${empty}`
}

function inSql(x: string, values: readonly Value[], column: GoldColumn): string | Problem {
  const literals = values.filter((value) => value !== null).map((value) => typed(value, column))
  if (literals.includes(undefined)) return unfit(column, 'a value is not of that type')
  const found = literals.length === 0 ? '1 = 0' : `${x} in (${literals.join(', ')})`
  return values.includes(null) ? `${found} or ${x} is null` : found
}

function betweenSql(
  x: string,
  from: Value | undefined,
  to: Value | undefined,
  column: GoldColumn,
): string | Problem {
  if (column.type === 'boolean') return unfit(column, 'it has no order')
  const bounds = [
    { sign: '>=', value: from },
    { sign: '<=', value: to },
  ].flatMap(({ sign, value }) =>
    value === undefined || value === null ? [] : [{ sign, literal: typed(value, column) }],
  )
  if (bounds.some(({ literal }) => literal === undefined)) return unfit(column, 'a bound is not of that type')
  return bounds.length === 0
    ? `${x} is not null`
    : bounds.map(({ sign, literal }) => `${x} ${sign} ${literal}`).join(' and ')
}

const PATTERNS: Readonly<Record<Exclude<ColumnType, 'text'>, RegExp>> = {
  integer: /^-?\d{1,18}$/,
  decimal: /^-?\d{1,15}(\.\d{1,6})?$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  timestamp: /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?$/,
  boolean: /^(true|false)$/,
}

/** A literal of the column's type, or undefined for a value that is none. */
function typed(value: Value, { type, engineType }: GoldColumn): string | undefined {
  const text = String(value)
  if (type === 'text') return d.literal(text)
  if (!PATTERNS[type].test(text)) return undefined
  if ((type === 'date' || type === 'timestamp') && !isDay(text.slice(0, 10))) return undefined
  if (type === 'integer' || type === 'decimal') return text
  return `cast(${d.literal(text)} as ${type === 'date' || type === 'timestamp' ? engineType : 'boolean'})`
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
