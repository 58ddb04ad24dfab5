import { asNode, isRecord, lineOf, listOf, nameOf, type SqlNode, textOf } from '../../sql/walk.ts'
import { aggregates } from './aggregates.ts'
import { cast } from './casts.ts'
import { coalesced, FUNCTION_HINTS, FUNCTIONS, NODE_FUNCTIONS } from './functions.ts'
import { findColumn, quoted, type Scope } from './scope.ts'
import { type Expression, Refused, type SqlType } from './types.ts'
import { comparedAs, comparedPair, converted, higher, made, numbers } from './values.ts'
import { windows } from './windows.ts'

interface Kind {
  /** The parts that may be used; any other is refused. */
  readonly parts: readonly string[]
  readonly bind: (node: SqlNode, scope: Scope) => Expression
}

/** Parts that only say how something was written. */
const SPELLING: ReadonlySet<string> = new Set([
  'span',
  'quoted',
  'join_mark',
  'no_parens',
  'original_name',
  'inferred_type',
  'name',
  'position',
])

const isUsed = (value: unknown): boolean =>
  value !== null &&
  value !== undefined &&
  value !== false &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0)

/** The parts of a node that are used and not allowed. */
export const otherParts = (node: SqlNode, parts: readonly string[]): string[] =>
  Object.keys(node.fields).filter(
    (part) =>
      isUsed(node.fields[part]) && !parts.includes(part) && !SPELLING.has(part) && !part.endsWith('comments'),
  )

/** Binds an expression to the rows in scope: T-SQL in, DuckDB out. Throws Refused for anything outside the allow-list. */
export function bindExpression(value: unknown, scope: Scope): Expression {
  const node = asNode(value)
  if (!node) throw new Refused('legacy_sql', 'an expression of an unknown shape', undefined, lineOf(value))
  try {
    return inGroup(node, bindNode(node, scope), scope)
  } catch (error) {
    if (!(error instanceof Refused) || error.line !== undefined) throw error
    throw new Refused(error.code, error.message, error.hint, lineOf(value))
  }
}

/** A grouped text stands for all its spellings: one of them is shown, always the same. */
function inGroup(node: SqlNode, bound: Expression, scope: Scope): Expression {
  if (!scope.grouped || scope.grouped.size === 0) return bound
  const { grouped: _, ...rows } = scope
  const replacement = scope.grouped.get(bindNode(node, rows).sql)
  if (replacement === undefined) return bound
  const { folded: _folded, ...group } = bound
  return { ...group, sql: replacement }
}

function bindNode(node: SqlNode, scope: Scope): Expression {
  const kind = KINDS[node.kind]
  if (!kind) throw unknown(node)
  const [other] = otherParts(node, kind.parts)
  if (other !== undefined)
    throw new Refused('legacy_sql', `\`${other.replaceAll('_', ' ')}\` of ${node.kind.replaceAll('_', ' ')}`)
  return kind.bind(node, scope)
}

function unknown(node: SqlNode): Refused {
  const name =
    (node.kind === 'function' || node.kind === 'aggregate_function' ? textOf(node.fields.name) : undefined) ??
    node.kind
  const hint = FUNCTION_HINTS[name.toLowerCase()] ?? FUNCTION_HINTS[name.toLowerCase().replaceAll('_', '')]
  return new Refused(
    'legacy_function',
    `\`${name.toUpperCase()}\` is not understood`,
    hint ?? 'see docs/reconcile.md for what is',
  )
}

const leftRight = ['left', 'right']

const binary = (bind: (node: SqlNode, a: Expression, b: Expression) => Expression): Kind => ({
  parts: leftRight,
  bind: (node, scope) =>
    bind(node, bindExpression(node.fields.left, scope), bindExpression(node.fields.right, scope)),
})

const compare = (operator: string): Kind =>
  binary((node, a, b) => {
    const [left, right] = comparedPair(a, b)
    return made(node, `(${left} ${operator} ${right})`, 'predicate', [a, b])
  })

const logic = (operator: string): Kind =>
  binary((node, a, b) => made(node, `(${a.sql} ${operator} ${b.sql})`, 'predicate', [a, b]))

const arithmetic = (operator: string): Kind =>
  binary((node, a, b) => {
    const type = numbers([a, b], `\`${operator}\``)
    return made(node, `(${converted(a, type)} ${operator} ${converted(b, type)})`, type, [a, b])
  })

/** `+` joins two texts; NULL with anything is NULL. */
const plus = binary((node, a, b) => {
  const joins =
    [a, b].every(({ type }) => type === 'text' || type === 'null') && (a.type === 'text' || b.type === 'text')
  if (joins) return made(node, `(${a.sql} || ${b.sql})`, 'text', [a, b])
  const type = numbers([a, b], '`+`')
  return made(node, `(${converted(a, type)} + ${converted(b, type)})`, type, [a, b])
})

/** Whole numbers divide to a whole number, cut towards zero. */
const divide = binary((node, a, b) => made(node, divided(a, b), numbers([a, b], '`/`'), [a, b]))

export function divided(a: Expression, b: Expression): string {
  const type = numbers([a, b], '`/`')
  const [x, y] = [converted(a, type), converted(b, type)]
  if (type === 'float') return `(${x} / tsql_divisor(${y}))`
  return type === 'int' ? `tsql_int_div(${x}, ${y})` : `tsql_div(${x}, ${y})`
}

function literal(node: SqlNode): Expression {
  const value = textOf(node.fields.value) ?? ''
  if (node.fields.literal_type !== 'number') return made(node, `'${value.replaceAll("'", "''")}'`, 'text')
  const type: SqlType = /e/i.test(value) ? 'float' : value.includes('.') ? 'decimal' : 'int'
  return made(node, value, type)
}

function column(node: SqlNode, scope: Scope): Expression {
  const name = nameOf(node.fields.name) ?? ''
  const {
    alias,
    column: found,
    sql,
    outer,
  } = findColumn(scope, nameOf(node.fields.table), name, lineOf(node.fields))
  const base = made(node, sql, found.type)
  return {
    ...base,
    hidden: found.hidden,
    ...(outer ? {} : { items: new Set([alias]), column: { alias, column: found } }),
    ...(found.folded === undefined ? {} : { folded: `${quoted(alias)}.${quoted(found.folded)}` }),
  }
}

function caseWhen(node: SqlNode, scope: Scope): Expression {
  const { operand, whens, else_ } = node.fields
  const tested = operand === null || operand === undefined ? undefined : bindExpression(operand, scope)
  const branches = listOf(whens).map((when) => {
    const [condition, result] = listOf(when)
    return { condition: bindExpression(condition, scope), result: bindExpression(result, scope) }
  })
  const otherwise = else_ === null || else_ === undefined ? undefined : bindExpression(else_, scope)
  const results = [...branches.map(({ result }) => result), ...(otherwise ? [otherwise] : [])]
  const type = higher(results.map((result) => result.type))
  const lines = branches.map(({ condition, result }) => {
    const when = tested ? comparedPair(tested, condition).join(' = ') : condition.sql
    return `when ${when} then ${converted(result, type)}`
  })
  const end = otherwise ? ` else ${converted(otherwise, type)}` : ''
  const parts = [...results, ...branches.map(({ condition }) => condition), ...(tested ? [tested] : [])]
  return made(node, `case ${lines.join(' ')}${end} end`, type, parts)
}

function inList(node: SqlNode, scope: Scope): Expression {
  const value = bindExpression(node.fields.this, scope)
  const word = node.fields.not === true ? 'not in' : 'in'
  if (node.fields.query) {
    const query = scope.bindQuery(node.fields.query, scope)
    const [only, ...more] = query.columns
    if (!only || more.length > 0) throw new Refused('legacy_sql', 'IN needs a query of one column')
    const type = higher([value.type, only.type])
    const inner: Expression = { ...made(node, `q."${only.name.replaceAll('"', '""')}"`, only.type) }
    const list = `(select ${comparedAs(inner, type)} from (${query.sql}) q)`
    return made(node, `(${comparedAs(value, type)} ${word} ${list})`, 'predicate', [value])
  }
  const list = listOf(node.fields.expressions).map((item) => bindExpression(item, scope))
  const type = higher([value, ...list].map((item) => item.type))
  const side = (item: Expression) => comparedAs(item, type)
  return made(node, `(${side(value)} ${word} (${list.map(side).join(', ')}))`, 'predicate', [value, ...list])
}

function between(node: SqlNode, scope: Scope): Expression {
  const parts = ['this', 'low', 'high'].map((part) => bindExpression(node.fields[part], scope))
  const type = higher(parts.map((part) => part.type))
  const [x, low, high] = parts.map((part) => comparedAs(part, type))
  const word = node.fields.not === true ? 'not between' : 'between'
  return made(node, `(${x} ${word} ${low} and ${high})`, 'predicate', parts)
}

function like(node: SqlNode, scope: Scope): Expression {
  const [value, pattern] = [bindExpression(node.fields.left, scope), bindExpression(node.fields.right, scope)]
  const fixed = asNode(node.fields.right)
  if (fixed?.kind !== 'literal' || (textOf(fixed.fields.value) ?? '').includes('['))
    throw new Refused(
      'legacy_sql',
      'LIKE with a pattern of its own classes',
      'a fixed text with % and _ only',
    )
  if (value.type !== 'text') throw new Refused('legacy_type', 'LIKE over something that is no text')
  const word = node.fields.not === true ? 'not like' : 'like'
  return made(node, `(lower(${value.sql}) ${word} lower(${pattern.sql}))`, 'predicate', [value])
}

function functionCall(node: SqlNode, scope: Scope): Expression {
  const name = (textOf(node.fields.name) ?? '').toLowerCase()
  const write = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (name === 'count_big') return bindNode({ kind: 'count', fields: countBig(node) }, scope)
  if (!write) throw unknown(node)
  return write({
    node,
    name: name.toUpperCase(),
    args: listOf(node.fields.args),
    bind: (arg) => bindExpression(arg, scope),
  })
}

function countBig(node: SqlNode): SqlNode['fields'] {
  const [arg] = listOf(node.fields.args)
  return asNode(arg)?.kind === 'star' || (isRecord(arg) && 'star' in arg) ? { star: true } : { this: arg }
}

const nodeFunctions: Readonly<Record<string, Kind>> = Object.fromEntries(
  Object.entries(NODE_FUNCTIONS).map(([name, { args, write }]) => [
    name,
    {
      parts: args,
      bind: (node, scope) =>
        write({
          node,
          name: name.toUpperCase(),
          args: args.map((part) => node.fields[part]),
          bind: (arg) => bindExpression(arg, scope),
        }),
    } satisfies Kind,
  ]),
)

const typed = (value: Expression, node: SqlNode, sql: string, type = value.type) =>
  made(node, sql, type, [value])

const unary = (write: (value: Expression, node: SqlNode) => Expression, parts = ['this', 'not']): Kind => ({
  parts,
  bind: (node, scope) => write(bindExpression(node.fields.this, scope), node),
})

/** Every kind of node an expression may contain. */
const KINDS: Readonly<Record<string, Kind>> = {
  ...nodeFunctions,
  ...aggregates(bindExpression),
  ...windows(bindExpression),
  literal: { parts: ['literal_type', 'value'], bind: literal },
  null: { parts: [], bind: (node) => made(node, 'null', 'null') },
  column: { parts: ['name', 'table'], bind: column },
  paren: unary((value, node) => ({ ...value, node, sql: `(${value.sql})` }), ['this']),
  neg: unary((value, node) => typed(value, node, `(-${value.sql})`), ['this']),
  not: unary((value, node) => typed(value, node, `(not ${value.sql})`), ['this']),
  is_null: unary((value, node) =>
    typed(value, node, `(${value.sql} is ${node.fields.not === true ? 'not ' : ''}null)`, 'predicate'),
  ),
  add: plus,
  sub: arithmetic('-'),
  mul: arithmetic('*'),
  mod: arithmetic('%'),
  div: divide,
  eq: compare('='),
  neq: compare('<>'),
  lt: compare('<'),
  lte: compare('<='),
  gt: compare('>'),
  gte: compare('>='),
  and: logic('and'),
  or: logic('or'),
  case: { parts: ['operand', 'whens', 'else_'], bind: caseWhen },
  if_func: {
    parts: ['condition', 'true_value', 'false_value'],
    bind: (node, scope) =>
      caseWhen(
        {
          kind: 'case',
          fields: {
            whens: [[node.fields.condition, node.fields.true_value]],
            else_: node.fields.false_value,
          },
        },
        scope,
      ),
  },
  coalesce: {
    parts: ['expressions'],
    bind: (node, scope) =>
      coalesced(
        node,
        listOf(node.fields.expressions).map((item) => bindExpression(item, scope)),
      ),
  },
  cast: {
    parts: ['this', 'to'],
    bind: (node, scope) => cast(node, node.fields.to, bindExpression(node.fields.this, scope)),
  },
  try_cast: {
    parts: ['this', 'to'],
    bind: (node, scope) => cast(node, node.fields.to, bindExpression(node.fields.this, scope), true),
  },
  in: { parts: ['this', 'expressions', 'query', 'not'], bind: inList },
  between: { parts: ['this', 'low', 'high', 'not'], bind: between },
  like: { parts: [...leftRight, 'not'], bind: like },
  exists: {
    parts: ['this', 'not'],
    bind: (node, scope) =>
      made(
        node,
        `${node.fields.not === true ? 'not ' : ''}exists (${scope.bindQuery(node.fields.this, scope).sql})`,
        'predicate',
      ),
  },
  subquery: {
    parts: ['this'],
    bind: (node, scope) => {
      const query = scope.bindQuery(node.fields.this, scope)
      const [only, ...more] = query.columns
      if (!only || more.length > 0)
        throw new Refused('legacy_sql', 'a query in place of a value needs one column')
      return { ...made(node, `(${query.sql})`, only.type), hidden: only.hidden }
    },
  },
  function: { parts: ['name', 'args'], bind: functionCall },
}
