import { asNode, recordOf, type SqlNode, textOf } from '../../sql/walk.ts'
import { cast, convert, written } from './casts.ts'
import { type Expression, Refused } from './types.ts'
import { comparedPair, converted, higher, made, numbers } from './values.ts'

/** A call of an allowed function: its arguments as they stand and a way to bind one. */
export interface Call {
  readonly node: SqlNode
  readonly name: string
  readonly args: readonly unknown[]
  bind(arg: unknown): Expression
}

type Write = (call: Call) => Expression

const PARTS: Readonly<Record<string, string>> = {
  year: 'year',
  yy: 'year',
  yyyy: 'year',
  quarter: 'quarter',
  qq: 'quarter',
  q: 'quarter',
  month: 'month',
  mm: 'month',
  m: 'month',
  day: 'day',
  dd: 'day',
  d: 'day',
  hour: 'hour',
  hh: 'hour',
  minute: 'minute',
  mi: 'minute',
  n: 'minute',
  second: 'second',
  ss: 'second',
  s: 'second',
  weekday: 'weekday',
  dw: 'weekday',
  dayofweek: 'weekday',
  weekiso: 'week',
  iso_week: 'week',
  isowk: 'week',
  isoww: 'week',
}

const withoutWeek: ReadonlySet<string> = new Set([
  'year',
  'quarter',
  'month',
  'day',
  'hour',
  'minute',
  'second',
])

function partOf({ name, args }: Call, allowed: (part: string) => boolean): string {
  const word = partWord(args[0])
  const part = PARTS[word.toLowerCase()]
  if (part === undefined || !allowed(part))
    throw new Refused(
      'legacy_function',
      `the date part \`${word}\` in ${name}`,
      'weeks begin on another day by setting; use year, quarter, month, day, hour, minute or second',
    )
  return part
}

function partWord(arg: unknown): string {
  const node = asNode(arg)
  if (node?.kind === 'var') return textOf(node.fields.this) ?? ''
  return textOf(recordOf(node?.fields.name).name) ?? ''
}

/** A date or time; a text is read as one. */
function moment(call: Call, arg: unknown): Expression {
  const value = call.bind(arg)
  if (value.type === 'date' || value.type === 'datetime') return value
  if (value.type === 'null') return { ...value, sql: 'cast(null as timestamp)', type: 'datetime' }
  if (value.type === 'text') return { ...value, sql: converted(value, 'datetime'), type: 'datetime' }
  throw new Refused('legacy_type', `a number as a date in ${call.name}`)
}

function text(call: Call, arg: unknown): Expression {
  const value = call.bind(arg)
  return value.type === 'text' ? value : { ...value, sql: written(value), type: 'text' }
}

function whole(call: Call, arg: unknown): Expression {
  const value = call.bind(arg)
  return { ...value, sql: converted(value, 'int'), type: 'int' }
}

/** A function of texts and whole numbers, each converted as T-SQL does. */
const simple =
  (
    kinds: readonly (typeof text)[],
    type: 'text' | 'int',
    write: (args: readonly string[]) => string,
  ): Write =>
  (call) => {
    if (call.args.length !== kinds.length)
      throw new Refused('legacy_function', `${call.name} with ${call.args.length} arguments`)
    const args = kinds.map((kind, index) => kind(call, call.args[index]))
    return made(call.node, write(args.map(({ sql }) => sql)), type, args)
  }

const datePart = (part: string, sql: string): string =>
  part === 'weekday' ? `(dayofweek(${sql}) + 1)` : `extract(${part} from ${sql})`

/** SQL Server counts weekdays from Sunday = 1 unless DATEFIRST was changed. */
const part =
  (fixed?: string): Write =>
  (call) => {
    const name = fixed ?? partOf(call, () => true)
    const value = moment(call, call.args[fixed === undefined ? 1 : 0])
    return made(call.node, `cast(${datePart(name, value.sql)} as bigint)`, 'int', [value])
  }

const dateName: Write = (call) => {
  const name = partOf(call, () => true)
  const value = moment(call, call.args[1])
  const sql =
    name === 'weekday'
      ? `dayname(${value.sql})`
      : name === 'month'
        ? `monthname(${value.sql})`
        : `cast(extract(${name} from ${value.sql}) as varchar)`
  return made(call.node, sql, 'text', [value])
}

const dateAdd: Write = (call) => {
  const name = partOf(call, (word) => withoutWeek.has(word))
  const [step, value] = [whole(call, call.args[1]), moment(call, call.args[2])]
  const sum = `(${value.sql} + ${name === 'quarter' ? `to_months(3 * ${step.sql})` : `to_${name}s(${step.sql})`})`
  return made(call.node, value.type === 'date' ? `cast(${sum} as date)` : sum, value.type, [step, value])
}

const dateDiff: Write = (call) => {
  const name = partOf(call, (word) => withoutWeek.has(word))
  const ends = [moment(call, call.args[1]), moment(call, call.args[2])]
  const [a = '', b = ''] = ends.map((end) => converted(end, 'datetime'))
  return made(call.node, `date_diff('${name}', ${a}, ${b})`, 'int', ends)
}

/** The first argument that is not NULL. ISNULL keeps the first one's type, COALESCE takes the highest. */
export function coalesced(node: SqlNode, values: readonly Expression[]): Expression {
  const type = higher(values.map((value) => value.type))
  const sql = `coalesce(${values.map((value) => converted(value, type)).join(', ')})`
  return made(node, sql, type, values)
}

const isNull: Write = (call) => {
  const [value, other] = [call.bind(call.args[0]), call.bind(call.args[1])]
  if (value.type === 'null') return coalesced(call.node, [value, other])
  const fits = higher([value.type, other.type]) === value.type
  if (!fits && !(value.type === 'int' && other.type === 'decimal'))
    throw new Refused(
      'legacy_type',
      'ISNULL with a value of another type',
      'use COALESCE, or CAST the second value',
    )
  const second = fits ? converted(other, value.type) : `cast(trunc(${other.sql}) as bigint)`
  return made(call.node, `coalesce(${value.sql}, ${second})`, value.type, [value, other])
}

const nullIf: Write = (call) => {
  const [value, other] = [call.bind(call.args[0]), call.bind(call.args[1])]
  const [a, b] = comparedPair(value, other)
  return made(call.node, `case when ${a} = ${b} then null else ${value.sql} end`, value.type, [value, other])
}

const round: Write = (call) => {
  if (call.args.length !== 2)
    throw new Refused('legacy_function', 'ROUND with a third argument', 'CAST(.. AS DECIMAL(p,s)) rounds')
  const [value, places] = [call.bind(call.args[0]), call.bind(call.args[1])]
  const type = numbers([value], 'ROUND')
  return made(call.node, `round(${converted(value, type)}, ${places.sql})`, type, [value, places])
}

const concat: Write = (call) => {
  const values = call.args.map((arg) => text(call, arg))
  return made(call.node, `concat(${values.map(({ sql }) => sql).join(', ')})`, 'text', values)
}

/** Case does not matter in the text that is looked for either. */
const replace = ([x, from, to]: readonly string[]): string =>
  `case when ${from} is not null and ${to} is not null then case when ${from} = '' then ${x} else regexp_replace(${x}, regexp_escape(${from}), replace(${to}, '\\', '\\\\'), 'gi') end end`

/** Every function the parser knows by name only. What is not here is refused. */
export const FUNCTIONS: Readonly<Record<string, Write>> = {
  datename: dateName,
  datepart: part(),
  date_part: part(),
  dateadd: dateAdd,
  datediff: dateDiff,
  eomonth: (call) => {
    if (call.args.length !== 1)
      throw new Refused('legacy_function', 'EOMONTH with a second argument', 'add months with DATEADD first')
    const value = moment(call, call.args[0])
    return made(call.node, `last_day(${value.sql})`, 'date', [value])
  },
  isnull: isNull,
  nullif: nullIf,
  convert: (call) =>
    convert(call.node, recordOf(call.args[0]).data_type, call.bind(call.args[1]), call.args[2]),
  try_convert: (call) => {
    if (call.args.length > 2) throw new Refused('legacy_function', 'TRY_CONVERT with a style', 'use CONVERT')
    return cast(call.node, recordOf(call.args[0]).data_type, call.bind(call.args[1]), true)
  },
  round,
  concat,
  ltrim: simple([text], 'text', ([x]) => `ltrim(${x}, ' ')`),
  rtrim: simple([text], 'text', ([x]) => `rtrim(${x}, ' ')`),
  left: simple([text, whole], 'text', ([x, n]) => `tsql_substring(${x}, 1, ${n})`),
  right: simple([text, whole], 'text', ([x, n]) => `case when ${n} <= 0 then '' else right(${x}, ${n}) end`),
  charindex: simple(
    [text, text],
    'int',
    ([part, x]) => `case when ${part} = '' then 0 else instr(lower(${x}), lower(${part})) end`,
  ),
  replace: simple([text, text, text], 'text', replace),
}

/** Functions the parser has a kind of node for. */
export const NODE_FUNCTIONS: Readonly<
  Record<string, { readonly args: readonly string[]; readonly write: Write }>
> = {
  year: { args: ['this'], write: part('year') },
  month: { args: ['this'], write: part('month') },
  day: { args: ['this'], write: part('day') },
  upper: { args: ['this'], write: simple([text], 'text', ([x]) => `upper(${x})`) },
  lower: { args: ['this'], write: simple([text], 'text', ([x]) => `lower(${x})`) },
  trim: { args: ['this'], write: simple([text], 'text', ([x]) => `trim(${x}, ' ')`) },
  length: { args: ['this'], write: simple([text], 'int', ([x]) => `length(rtrim(${x}, ' '))`) },
  substring: {
    args: ['this', 'start', 'length'],
    write: simple([text, whole, whole], 'text', ([x, from, n]) => `tsql_substring(${x}, ${from}, ${n})`),
  },
  abs: { args: ['this'], write: numeric((x) => `abs(${x})`) },
  floor: { args: ['this'], write: numeric((x) => `floor(${x})`) },
  ceil: { args: ['this'], write: numeric((x) => `ceil(${x})`) },
}

function numeric(write: (sql: string) => string): Write {
  return (call) => {
    const value = call.bind(call.args[0])
    const type = numbers([value], call.name)
    return made(call.node, write(converted(value, type)), type, [value])
  }
}

const CLOCK = 'a view that asks the clock gives other rows every day: write the date out'

/** What to do about a function that is refused. */
export const FUNCTION_HINTS: Readonly<Record<string, string>> = {
  getdate: CLOCK,
  sysdatetime: CLOCK,
  getutcdate: CLOCK,
  current_timestamp: CLOCK,
  format: 'FORMAT depends on the language: use CONVERT(VARCHAR(..), x, 120), DATENAME or CAST(.. AS DECIMAL)',
  newid: 'figures must be the same at every run',
  rand: 'figures must be the same at every run',
  string_agg: 'the order of its parts is not fixed: leave the column out',
  stdev: 'leave the column out',
  rollup: 'union all the levels',
  cube: 'union all the levels',
}
