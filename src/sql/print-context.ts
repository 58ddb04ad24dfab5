import { C360Error } from '../errors.ts'
import type { Scope } from './scope.ts'
import { operand, type Target, type Typed } from './target.ts'
import { BOOLEAN, type Columns, commonType, NULL, type SqlType, TEXT, typeName } from './types.ts'
import { asNode, type SqlNode } from './walk.ts'

export type Fields = SqlNode['fields']
export type NodePrinter = (fields: Fields, context: Context) => Typed

/** What an expression is printed in. */
export interface Context {
  readonly target: Target
  readonly scope: Scope
  /** One per kind of node. */
  readonly printers: Readonly<Record<string, NodePrinter>>
  /** Prints a query inside an expression; it sees the columns of this one. */
  query(node: SqlNode): { readonly sql: string; readonly columns: Columns }
}

/** An expression as it comes: a value or a condition. */
export function print(context: Context, expression: unknown): Typed {
  const node = asNode(expression)
  const printer = node && context.printers[node.kind]
  if (!printer)
    throw new C360Error('INTERNAL', `no engine can print ${node?.kind ?? 'something that is no node'}`)
  return printer(node.fields, context)
}

/** An expression where a value is wanted. */
export function value(context: Context, expression: unknown): Typed {
  const typed = print(context, expression)
  const { truth } = context.target
  return truth && typed.isCondition ? { sql: truth.value(typed.sql), type: BOOLEAN, atomic: true } : typed
}

/** An expression where a condition is wanted. */
export function condition(context: Context, expression: unknown): Typed {
  const typed = print(context, expression)
  const { truth } = context.target
  return truth && !typed.isCondition
    ? { sql: truth.condition(operand(typed)), type: BOOLEAN, isCondition: true }
    : typed
}

export const hasValue = (part: unknown): boolean => part !== undefined && part !== null

export const unsuited = (what: string, a: SqlType, b: SqlType): C360Error =>
  new C360Error('PROJECT_INVALID', `${what} does not take ${typeName(a)} and ${typeName(b)}`, {
    hint: 'cast both to one type; days between two dates are date_diff',
  })

/** Expressions brought to one type: a literal beside a date becomes a date. */
export function unified(context: Context, list: readonly Typed[]): { type: SqlType; list: readonly Typed[] } {
  const firm = list.filter(({ isLiteral, type }) => !isLiteral && type.kind !== 'null')
  const type = (firm.length === 0 ? list : firm)
    .map((typed) => typed.type)
    .reduce((a, b) => {
      const both = commonType(a, b)
      if (!both) throw unsuited('a comparison', a, b)
      return both
    }, NULL)
  return {
    type,
    list: list.map((typed) =>
      typed.isLiteral && type.kind !== 'text'
        ? { sql: context.target.cast(typed, type), type, atomic: true }
        : typed,
    ),
  }
}

/** An expression as text: numbers, dates and truth in the words DuckDB has for them. */
export const asText = (context: Context, x: Typed): Typed =>
  x.type.kind === 'text' ? x : { sql: context.target.cast(x, TEXT), type: TEXT, atomic: true }
