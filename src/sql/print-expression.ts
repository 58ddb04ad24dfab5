import { C360Error } from '../errors.ts'
import {
  asText,
  type Context,
  condition,
  type Fields,
  hasValue,
  type NodePrinter,
  print,
  unified,
  unsuited,
  value,
} from './print-context.ts'
import { columnAround, columnIn, type Found, withoutAlias } from './scope.ts'
import { type Comparison, infix, type Operator, operand, type Target, type Typed } from './target.ts'
import { arithmeticType, BOOLEAN, DATE, NULL, TEXT, TIMESTAMP, typeOfNumber } from './types.ts'
import { asNode, listOf, nameOf, textOf } from './walk.ts'

const isTrue = (sql: string, atomic = false): Typed => ({ sql, type: BOOLEAN, atomic, isCondition: true })

const binary =
  (op: Operator): NodePrinter =>
  ({ left, right }, context) =>
    arithmetic(context, op, left, right)

function arithmetic(context: Context, op: Operator, left: unknown, right: unknown): Typed {
  const { target } = context
  const a = value(context, left)
  const shift = (op === 'add' || op === 'sub') && shiftOf(context, right)
  if (shift) {
    if (a.type.kind !== 'date' && a.type.kind !== 'timestamp') throw unsuited(op, a.type, shift.type)
    const sql = target.shift(a, shift.unit, shift.amount, op === 'add' ? '+' : '-')
    return { sql, type: TIMESTAMP }
  }
  const b = value(context, right)
  const type = arithmeticType(op, a.type, b.type)
  if (!type) throw unsuited(op, a.type, b.type)
  if (type.kind === 'date')
    return {
      sql: target.cast(
        { sql: target.shift(a, 'day', b.sql, op === 'add' ? '+' : '-'), type: TIMESTAMP },
        type,
      ),
      type,
    }
  return { sql: target.arithmetic(op, a, b, type), type }
}

function shiftOf(context: Context, expression: unknown) {
  const node = asNode(expression)
  if (node?.kind === 'paren') return shiftOf(context, node.fields.this)
  const name = node?.kind === 'function' ? (textOf(node.fields.name) ?? '').toLowerCase() : ''
  if (name !== 'to_days' && name !== 'to_months') return undefined
  const unit = name === 'to_days' ? 'day' : 'month'
  const amount = value(context, listOf(node?.fields.args)[0]).sql
  return { unit, amount, type: { kind: 'interval', unit } } as const
}

const compare =
  (op: Comparison): NodePrinter =>
  ({ left, right }, context) => {
    const [a, b] = unified(context, [value(context, left), value(context, right)]).list
    return isTrue(a && b ? infix(op, a, b) : '')
  }

const negated = (not: unknown, sql: string): Typed => (not === true ? isTrue(`not (${sql})`) : isTrue(sql))

const joined =
  (word: 'and' | 'or'): NodePrinter =>
  ({ left, right }, context) => {
    const side = (expression: unknown): string => {
      const { sql, atomic } = condition(context, expression)
      return atomic || asNode(expression)?.kind === word ? sql : `(${sql})`
    }
    return isTrue(`${side(left)} ${word} ${side(right)}`)
  }

function column({ name, table }: Fields, context: Context): Typed {
  const { scope, target } = context
  const own = nameOf(name) ?? ''
  const qualifier = nameOf(table)
  const found = columnIn(scope, own, qualifier)
  if (found) return columnSql(target, found, qualifier)
  const alias = qualifier === undefined ? scope.aliases.get(own.toLowerCase()) : undefined
  if (alias) {
    const inner = { ...context, scope: withoutAlias(scope, own.toLowerCase()) }
    return print(inner, { [alias.kind]: alias.fields })
  }
  const around = columnAround(scope, own, qualifier)
  if (around) return columnSql(target, around, qualifier)
  const full = qualifier === undefined ? own : `${qualifier}.${own}`
  throw new C360Error('PROJECT_INVALID', `there is no column \`${full}\` for the query to read`)
}

const columnSql = (target: Target, { name, type, source }: Found, qualifier: string | undefined): Typed => ({
  sql: qualifier === undefined ? target.ident(name) : `${source.printed}.${target.ident(name)}`,
  type,
  atomic: true,
  exact: source.isTable,
})

function literal({ literal_type, value: text }: Fields, { target }: Context): Typed {
  const written = textOf(text) ?? ''
  switch (literal_type) {
    case 'string':
      return { sql: target.text(written), type: TEXT, atomic: true, isLiteral: true }
    case 'number': {
      const type = typeOfNumber(written)
      return { sql: target.number(written, type), type, atomic: true, exact: true }
    }
    case 'date':
    case 'timestamp': {
      const type = literal_type === 'date' ? DATE : TIMESTAMP
      return { sql: target.temporal(written, type), type, atomic: true, exact: true }
    }
    default:
      throw new C360Error('INTERNAL', `no engine can print a literal of type ${String(literal_type)}`)
  }
}

function cases({ operand: subject, whens, else_ }: Fields, context: Context): Typed {
  const branches = listOf(whens).map((pair) => listOf(pair))
  const results = [...branches.map(([, result]) => result), ...(hasValue(else_) ? [else_] : [])]
  const { type, list } = unified(
    context,
    results.map((result) => value(context, result)),
  )
  const { head, tests } = hasValue(subject)
    ? caseOperand(context, subject, branches)
    : { head: 'case', tests: branches.map(([test]) => condition(context, test).sql) }
  const parts = tests.map((test, index) => `when ${test} then ${list[index]?.sql}`)
  const otherwise = hasValue(else_) ? [`else ${list.at(-1)?.sql}`] : []
  return { sql: [head, ...parts, ...otherwise, 'end'].join(' '), type, atomic: true }
}

function caseOperand(context: Context, subject: unknown, branches: readonly (readonly unknown[])[]) {
  const [of, ...tests] = unified(
    context,
    [subject, ...branches.map(([test]) => test)].map((x) => value(context, x)),
  ).list
  return { head: `case ${of?.sql}`, tests: tests.map(({ sql }) => sql) }
}

function memberOf(fields: Fields, context: Context): Typed {
  const x = value(context, fields.this)
  const [own, ...list] = unified(context, [
    x,
    ...listOf(fields.expressions).map((item) => value(context, item)),
  ]).list
  return negated(fields.not, `${own && operand(own)} in (${list.map(({ sql }) => sql).join(', ')})`)
}

function between(fields: Fields, context: Context): Typed {
  const parts = [fields.this, fields.low, fields.high].map((x) => value(context, x))
  const [x, low, high] = unified(context, parts).list
  return negated(
    fields.not,
    x && low && high ? `${operand(x)} between ${operand(low)} and ${operand(high)}` : '',
  )
}

function scalar({ this: inner }: Fields, context: Context): Typed {
  const { sql, columns } = context.query(asNode(inner) ?? { kind: 'nothing', fields: {} })
  const [first] = columns
  return { sql: `(\n${sql}\n)`, type: first?.[1] ?? NULL, atomic: true }
}

function exists(fields: Fields, context: Context): Typed {
  const { sql } = context.query(asNode(fields.this) ?? { kind: 'nothing', fields: {} })
  return negated(fields.not, `exists (\n${sql}\n)`)
}

/** How operators, literals, names and CASE are printed. */
export const EXPRESSIONS: Readonly<Record<string, NodePrinter>> = {
  column,
  literal,
  boolean: ({ value: is }, { target }) => ({ sql: target.bool(is === true), type: BOOLEAN, atomic: true }),
  null: () => ({ sql: 'null', type: NULL, atomic: true }),
  paren: ({ this: inner }, context) => {
    const typed = print(context, inner)
    return typed.atomic ? typed : { ...typed, sql: `(${typed.sql})`, atomic: true }
  },
  case: cases,
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  neg: ({ this: inner }, context) => {
    const x = value(context, inner)
    return { sql: context.target.negative(x), type: x.type }
  },
  concat: ({ left, right }, context) => {
    const sides = [left, right].map((side) => value(context, side))
    const [a, b] = sides.map((x) => asText(context, x))
    return { sql: a && b ? context.target.concat(a, b) : '', type: TEXT }
  },
  eq: compare('eq'),
  neq: compare('neq'),
  lt: compare('lt'),
  lte: compare('lte'),
  gt: compare('gt'),
  gte: compare('gte'),
  and: joined('and'),
  or: joined('or'),
  not: ({ this: inner }, context) => isTrue(`not (${condition(context, inner).sql})`),
  in: memberOf,
  between,
  like: ({ left, right, not }, context) =>
    negated(not, context.target.like(value(context, left), value(context, right))),
  is_null: ({ this: inner, not }, context) =>
    isTrue(`${operand(value(context, inner))} is ${not === true ? 'not ' : ''}null`),
  exists,
  subquery: scalar,
}
