import { C360Error } from '../errors.ts'
import {
  type Context,
  type Fields,
  hasValue,
  type NodePrinter,
  print,
  unified,
  value,
} from './print-context.ts'
import type { Typed } from './target.ts'
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  type SqlType,
  sumType,
  TEXT,
  TIMESTAMP,
  typeName,
} from './types.ts'
import { asNode, isRecord, listOf, recordOf, textOf } from './walk.ts'

const made = (sql: string, type: SqlType): Typed => ({ sql, type, atomic: true })

const wrong = (what: string, hint: string): C360Error => new C360Error('PROJECT_INVALID', what, { hint })

/** A whole number as written; everything else cannot be printed alike for all engines. */
function whole(expression: unknown, what: string): number {
  const node = asNode(expression)
  const negative = node?.kind === 'neg'
  const { literal_type, value: text } = recordOf((negative ? asNode(node.fields.this) : node)?.fields)
  if (literal_type !== 'number' || !/^\d+$/.test(String(text)))
    throw wrong(`${what} must be a whole number as written`, 'write the number itself')
  return negative ? -Number(text) : Number(text)
}

type TextFunction = 'trim' | 'lower' | 'upper'

const text =
  (name: TextFunction): NodePrinter =>
  ({ this: inner }, context) =>
    made(context.target[name](value(context, inner)), TEXT)

function castTo({ this: inner, to }: Fields, context: Context): Typed {
  const type = typeIn(recordOf(to))
  const x = value(context, inner)
  return { ...made(context.target.cast(x, type), type), exact: true }
}

/** The length of a text type says nothing in DuckDB. */
function typeIn({ data_type, precision, scale }: Readonly<Record<string, unknown>>): SqlType {
  if (data_type === 'decimal')
    return decimal(
      typeof precision === 'number' ? precision : 18,
      typeof scale === 'number' ? scale : decimalScale(precision),
    )
  const type = TYPES[String(data_type)]
  if (!type) throw new C360Error('INTERNAL', `no engine can print the type ${String(data_type)}`)
  return type
}

const decimalScale = (precision: unknown): number => (typeof precision === 'number' ? 0 : 3)

const TYPES: Readonly<Record<string, SqlType>> = {
  var_char: TEXT,
  text: TEXT,
  int: INTEGER,
  big_int: BIGINT,
  double: DOUBLE,
  boolean: BOOLEAN,
  date: DATE,
  timestamp: TIMESTAMP,
}

const PARTS: Readonly<Record<string, string>> = { isodow: 'isodow', dayofweekiso: 'isodow' }

function extract({ this: inner, field }: Fields, context: Context): Typed {
  const written = (textOf(field) ?? textOf(recordOf(field).Custom) ?? '').toLowerCase()
  return made(context.target.extract(PARTS[written] ?? written, value(context, inner)), BIGINT)
}

function count({ this: inner, star, distinct }: Fields, context: Context): Typed {
  const sql =
    star === true || !hasValue(inner)
      ? context.target.countAll()
      : context.target.count(value(context, inner), distinct === true)
  return made(sql, BIGINT)
}

function sum({ this: inner, distinct }: Fields, context: Context): Typed {
  const x = value(context, inner)
  const type = sumType(x.type)
  if (!type) throw wrong(`there is no sum of ${typeName(x.type)}`, 'sum numbers')
  return made(context.target.sum(x, distinct === true, type), type)
}

const extreme =
  (name: 'min' | 'max'): NodePrinter =>
  ({ this: inner }, context) => {
    const x = value(context, inner)
    return made(context.target[name](x), x.type)
  }

const ranking =
  (sql: string): NodePrinter =>
  () =>
    made(sql, BIGINT)

const neighbour =
  (name: 'lag' | 'lead'): NodePrinter =>
  ({ this: inner, offset, default: otherwise }, context) => {
    const x = value(context, inner)
    const steps = hasValue(offset) ? whole(offset, `the distance of ${name}`) : 1
    if (!hasValue(otherwise)) return made(`${name}(${x.sql}, ${steps})`, x.type)
    const given = value(context, otherwise)
    const own =
      given.type.kind === x.type.kind && x.type.kind !== 'decimal'
        ? given.sql
        : context.target.cast(given, x.type)
    return made(`${name}(${x.sql}, ${steps}, ${own})`, x.type)
  }

function windowed({ this: inner, over }: Fields, context: Context): Typed {
  const { partition_by, order_by, frame } = recordOf(over)
  const call = print(context, inner)
  const partition = listOf(partition_by).map((x) => value(context, x).sql)
  const order = listOf(order_by).map((item) => orderItem(context, item))
  const ranks = ORDERED.has(asNode(inner)?.kind ?? '')
  const any = order.length === 0 && ranks ? context.target.anyOrder : undefined
  const parts = [
    ...(partition.length > 0 ? [`partition by ${partition.join(', ')}`] : []),
    ...(order.length > 0 ? [`order by ${order.join(', ')}`] : []),
    ...(any === undefined ? [] : [`order by ${any}`]),
    ...(hasValue(frame) ? [frameOf(recordOf(frame))] : []),
  ]
  return made(`${call.sql} over (${parts.join(' ')})`, call.type)
}

const ORDERED: ReadonlySet<string> = new Set(['row_number', 'rank', 'dense_rank', 'lag', 'lead'])

/** NULLs come last in DuckDB, whichever way the order goes. */
export function orderItem(context: Context, item: unknown): string {
  const { this: inner, desc, nulls_first } = recordOf(item)
  return context.target.order(value(context, inner).sql, desc === true, nulls_first === true)
}

function frameOf({ kind, start, end }: Readonly<Record<string, unknown>>): string {
  if (kind !== 'Rows') throw new C360Error('INTERNAL', `no engine can print a frame of ${String(kind)}`)
  return `rows between ${boundOf(start)} and ${hasValue(end) ? boundOf(end) : 'current row'}`
}

function boundOf(bound: unknown): string {
  const word = BOUNDS[String(bound)]
  if (word !== undefined) return word
  const [direction, distance] = Object.entries(isRecord(bound) ? bound : {})[0] ?? []
  if (direction !== 'Preceding' && direction !== 'Following')
    throw new C360Error('INTERNAL', `no engine can print the frame bound ${JSON.stringify(bound)}`)
  return `${whole(distance, 'the bound of a frame')} ${direction.toLowerCase()}`
}

const BOUNDS: Readonly<Record<string, string>> = {
  CurrentRow: 'current row',
  UnboundedPreceding: 'unbounded preceding',
  UnboundedFollowing: 'unbounded following',
}

function substring({ this: inner, start, length }: Fields, context: Context): Typed {
  const from = whole(start, 'the start of substring')
  const count = hasValue(length) ? whole(length, 'the length of substring') : undefined
  if (from < 1 || (count ?? 0) < 0) throw wrong('substring counts from 1', 'write a start of 1 or more')
  return made(context.target.substring(value(context, inner), from, count), TEXT)
}

function round(context: Context, inner: unknown, decimals: unknown): Typed {
  const x = value(context, inner)
  const places = hasValue(decimals) ? whole(decimals, 'the places of round') : 0
  const type =
    x.type.kind === 'decimal'
      ? decimal(x.type.precision, Math.max(0, Math.min(x.type.scale, places)))
      : x.type
  return made(context.target.round(x, places, type), type)
}

const integral =
  (name: 'floor' | 'ceil'): NodePrinter =>
  ({ this: inner }, context) => {
    const x = value(context, inner)
    const type = x.type.kind === 'decimal' ? decimal(x.type.precision, 0) : DOUBLE
    return made(context.target[name](x), type)
  }

function coalesce({ expressions }: Fields, context: Context): Typed {
  const { type, list } = unified(
    context,
    listOf(expressions).map((x) => value(context, x)),
  )
  return made(context.target.coalesce(list), type)
}

function nullif(context: Context, left: unknown, right: unknown): Typed {
  const a = value(context, left)
  const [own = a, other = a] = unified(context, [a, value(context, right)]).list
  return made(context.target.nullif(own, other), a.type)
}

type Call = (args: readonly unknown[], context: Context) => Typed

const partOf = (args: readonly unknown[]): string =>
  (textOf(recordOf(asNode(args[0])?.fields).value) ?? '').toLowerCase()

const best =
  (name: 'greatest' | 'least'): Call =>
  (args, context) => {
    const { type, list } = unified(
      context,
      args.map((x) => value(context, x)),
    )
    return made(context.target[name](list), type)
  }

const bareInterval: Call = () => {
  throw wrong('to_days and to_months are only added to a date', 'write d + to_days(n)')
}

/** Functions the parser knows by name only. */
const FUNCTION_CALLS: Readonly<Record<string, Call>> = {
  ratio: ([num, den, scale], context) => {
    const places = whole(scale, 'the scale of ratio')
    if (places < 0 || places > 6) throw wrong('the scale of ratio must be 0 to 6', 'write 0 to 6')
    return {
      ...made(context.target.ratio(value(context, num), value(context, den), places), decimal(38, 6)),
      exact: true,
    }
  },
  date_diff: (args, context) =>
    made(context.target.dateDiff(partOf(args), value(context, args[1]), value(context, args[2])), BIGINT),
  date_trunc: (args, context) =>
    made(context.target.dateTrunc(partOf(args), value(context, args[1])), TIMESTAMP),
  to_days: bareInterval,
  to_months: bareInterval,
  nullif: ([a, b], context) => nullif(context, a, b),
  round: ([x, places], context) => round(context, x, places),
  greatest: best('greatest'),
  least: best('least'),
  replace: (args, context) => {
    const [x, from, to] = args.map((arg) => value(context, arg))
    if (!x || !from || !to) throw wrong('replace takes three texts', 'replace(text, from, to)')
    return made(context.target.replace(x, from, to), TEXT)
  },
}

export const functionNames = (): string[] => Object.keys(FUNCTION_CALLS)

/** How functions, aggregates and windows are printed. */
export const CALLS: Readonly<Record<string, NodePrinter>> = {
  cast: castTo,
  extract,
  count,
  sum,
  min: extreme('min'),
  max: extreme('max'),
  window_function: windowed,
  row_number: ranking('row_number()'),
  rank: ranking('rank()'),
  dense_rank: ranking('dense_rank()'),
  lag: neighbour('lag'),
  lead: neighbour('lead'),
  coalesce,
  nullif: ({ left, right }, context) => nullif(context, left, right),
  abs: ({ this: inner }, context) => {
    const x = value(context, inner)
    return made(context.target.abs(x), x.type)
  },
  floor: integral('floor'),
  ceil: integral('ceil'),
  round: ({ this: inner, decimals }, context) => round(context, inner, decimals),
  sqrt: ({ this: inner }, context) => made(context.target.sqrt(value(context, inner)), DOUBLE),
  trim: text('trim'),
  lower: text('lower'),
  upper: text('upper'),
  length: ({ this: inner }, context) => made(context.target.length(value(context, inner)), BIGINT),
  substring,
  function: ({ name, args }, context) => {
    const call = FUNCTION_CALLS[(textOf(name) ?? '').toLowerCase()]
    if (!call) throw new C360Error('INTERNAL', `no engine can print the function ${String(name)}`)
    return call(listOf(args), context)
  },
}
