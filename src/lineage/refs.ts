import { asNode, isRecord, listOf, recordOf, type SqlNode } from '../sql/walk.ts'
import type { Catalog } from './catalog.ts'
import { type Derived, type ItemColumn, resolve, type Select } from './scope.ts'

/**
 * How a column has to do with a figure. `value`: it is (part of) the figure. `condition`: it decides which value is taken.
 * `rows`: its rows are counted. `filter`, `join`: it decides which rows take part.
 */
export type Role = 'value' | 'condition' | 'rows' | 'filter' | 'join'

export interface Ref extends ItemColumn {
  readonly role: 'value' | 'condition'
}

export interface Refs {
  readonly columns: readonly Ref[]
  /** Rows are counted or numbered, whatever is in them. */
  readonly countsRows: boolean
  /** Scalar, `in` and `exists` queries inside the expression. */
  readonly queries: readonly (Derived & { readonly role: 'value' | 'condition' })[]
}

/** Their operands decide something and are not handed on. */
const DECIDING: ReadonlySet<string> = new Set([
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'and',
  'or',
  'not',
  'in',
  'between',
  'like',
  'is_null',
  'exists',
  'count',
])
const COUNTING: ReadonlySet<string> = new Set(['count', 'row_number', 'rank', 'dense_rank'])
const QUERIES: ReadonlySet<string> = new Set(['select', 'union', 'intersect', 'except'])

/** Everything an expression of a SELECT names. */
export function refsOf(catalog: Catalog, select: Select, expression: unknown): Refs {
  const columns: Ref[] = []
  const queries: (Derived & { role: 'value' | 'condition' })[] = []
  let countsRows = false
  const go = (value: unknown, role: 'value' | 'condition'): void => {
    if (Array.isArray(value)) for (const part of value) go(part, role)
    if (!isRecord(value)) return
    const node = asNode(value)
    if (!node) {
      goAll(Object.values(value), role)
      return
    }
    if (QUERIES.has(node.kind)) {
      queries.push({ query: node, ctes: select.ctes, role })
      return
    }
    if (COUNTING.has(node.kind)) countsRows = true
    if (node.kind === 'column') {
      const found = resolve(catalog, select, node)
      if (found) columns.push({ ...found, role })
      return
    }
    goParts(node, DECIDING.has(node.kind) ? 'condition' : role)
  }
  const goAll = (values: readonly unknown[], role: 'value' | 'condition') => {
    for (const value of values) go(value, role)
  }
  const goParts = ({ kind, fields }: SqlNode, role: 'value' | 'condition') => {
    if (kind === 'case') goCase(fields, role)
    else if (kind === 'window_function') {
      go(fields.this, role)
      go(fields.over, 'condition')
    } else goAll(Object.values(fields), role)
  }
  const goCase = ({ operand, whens, else_ }: SqlNode['fields'], role: 'value' | 'condition') => {
    go(operand, 'condition')
    for (const when of listOf(whens)) {
      const [condition, result] = listOf(when)
      go(condition, 'condition')
      go(result, role)
    }
    go(else_, role)
  }
  go(expression, 'value')
  return { columns, countsRows, queries }
}

const AGGREGATES: ReadonlySet<string> = new Set(['sum', 'count', 'min', 'max'])

/** True for a value that a grouping makes of several rows; a window looks at several and gives one for each. */
export function isAggregate(expression: unknown): boolean {
  if (Array.isArray(expression)) return expression.some(isAggregate)
  if (!isRecord(expression)) return false
  const node = asNode(expression)
  if (node && QUERIES.has(node.kind)) return false
  if (node && AGGREGATES.has(node.kind)) return true
  if (node?.kind === 'window_function')
    return isAggregate([node.fields.over, Object.values(asNode(node.fields.this)?.fields ?? {})])
  return Object.values(node ? node.fields : expression).some(isAggregate)
}

/** The parts of a predicate that are joined by AND. */
export function conjuncts(predicate: unknown): unknown[] {
  const node = asNode(predicate)
  if (node?.kind === 'and') return [...conjuncts(node.fields.left), ...conjuncts(node.fields.right)]
  if (node?.kind === 'paren' && asNode(node.fields.this)?.kind === 'and') return conjuncts(node.fields.this)
  return node ? [predicate] : []
}

export const whereOf = ({ fields }: Select): unknown => recordOf(fields.where_clause).this
