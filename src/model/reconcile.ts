import type { Aggregate, Reconciliation, Term } from './gold-model.ts'

const AGGREGATES: readonly Aggregate[] = ['count', 'sum', 'count_distinct', 'days', 'months']
const SCHEMAS: ReadonlySet<string> = new Set(['conformed', 'rules', 'gold'])
const NAME = /^[a-z_][a-z0-9_]*$/i

/** Why a reconciliation cannot be read; `message` completes "cannot read `x: y`: ..". */
export class ReconcileSyntax extends Error {}

/**
 * Reads `measure [where p]: term [+ term ..]`, where a term is one of
 *
 *     count(relation) [where p]
 *     sum(relation.expression) [where p]
 *     count_distinct(relation.expression, expression ..) [where p]
 *     days(relation.column, relation.column ..) [where p]
 *     months(relation.column, relation.column ..) [where p]
 *
 * The measure is a column of the model, summed, or `rows`. Throws ReconcileSyntax.
 */
export function parseReconciliation(label: string, text: string, line: number): Reconciliation {
  const [measure, where] = splitWhere(label)
  if (measure !== 'rows' && !NAME.test(measure)) throw new ReconcileSyntax(`\`${measure}\` is not a column`)
  return {
    label: label.trim(),
    ...(measure === 'rows' ? {} : { measure }),
    ...(where === undefined ? {} : { where }),
    terms: splitTop(text, TERM_PLUS).map((term) => parseTerm(term.trim(), line)),
    line,
  }
}

const TERM_PLUS = new RegExp(`^\\s\\+\\s+(?=(?:${AGGREGATES.join('|')})\\s*\\()`, 'i')
const WHERE = /^\swhere\s+/i
const COMMA = /^\s*,\s*/

function splitWhere(text: string): [string, string | undefined] {
  const [head = '', ...rest] = splitTop(text.trim(), WHERE)
  if (rest.length > 1) throw new ReconcileSyntax('`where` stands twice; join conditions with `and`')
  return [head.trim(), rest[0]?.trim()]
}

function parseTerm(text: string, line: number): Term {
  const [call, where] = splitWhere(text)
  const [, name = '', inside = ''] = /^(\w+)\s*\((.*)\)$/s.exec(call) ?? []
  const aggregate = AGGREGATES.find((known) => known === name.toLowerCase())
  if (!aggregate)
    throw new ReconcileSyntax(`\`${call}\` is none of ${AGGREGATES.map((a) => `${a}(..)`).join(', ')}`)
  const parts = splitTop(inside, COMMA).map((part) => part.trim())
  return { aggregate, ...operands(aggregate, parts, line), ...(where === undefined ? {} : { where }) }
}

function operands(
  aggregate: Aggregate,
  parts: readonly string[],
  line: number,
): Pick<Term, 'relations' | 'expressions'> {
  const [first = '', ...more] = parts
  if (aggregate === 'days' || aggregate === 'months') return dateOperands(aggregate, parts, line)
  if (aggregate !== 'count_distinct' && more.length > 0)
    throw new ReconcileSyntax(`${aggregate}(..) takes one operand, not ${parts.length}`)
  const { relation, expression } = operand(first, line)
  if (aggregate === 'count' && expression !== '')
    throw new ReconcileSyntax(
      `count(..) counts the rows of a relation; write count(${relation.name}) where .. is not null`,
    )
  if (aggregate !== 'count' && expression === '')
    throw new ReconcileSyntax(`${aggregate}(..) needs a column: ${aggregate}(${relation.name}.column)`)
  return { relations: [relation], expressions: aggregate === 'count' ? [] : [expression, ...more] }
}

function dateOperands(
  aggregate: Aggregate,
  parts: readonly string[],
  line: number,
): Pick<Term, 'relations' | 'expressions'> {
  const read = parts.map((part) => operand(part, line))
  if (read.some(({ expression }) => !NAME.test(expression)))
    throw new ReconcileSyntax(`${aggregate}(..) takes date columns: ${aggregate}(relation.column, ..)`)
  return {
    relations: read.map(({ relation }) => relation),
    expressions: read.map(({ expression }) => expression),
  }
}

/** `fact.amount * 2` -> the relation `fact` and the expression `amount * 2`; a schema may come first. */
function operand(text: string, line: number) {
  const [, schema, name = '', expression = ''] =
    /^(?:(conformed|rules|gold)\.)?([a-z_]\w*)(?:\.(.+))?$/is.exec(text) ?? []
  if (name === '' || SCHEMAS.has(name))
    throw new ReconcileSyntax(`\`${text}\` does not begin with the name of a relation`)
  const known = schema === undefined || schema === 'gold' ? {} : { schema }
  return { relation: { ...known, name, line }, expression: expression.trim() }
}

/** Splits at the separator where it is in no quotes and no parentheses. */
function splitTop(text: string, separator: RegExp): string[] {
  const parts: string[] = []
  let [depth, quote, start] = [0, '', 0]
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? ''
    if (quote !== '') {
      if (c === quote) quote = ''
      continue
    }
    if (c === "'" || c === '"') quote = c
    else if (c === '(') depth++
    else if (c === ')') depth--
    const found = depth === 0 ? separator.exec(text.slice(i)) : null
    if (!found) continue
    parts.push(text.slice(start, i))
    i += found[0].length - 1
    start = i + 1
  }
  return [...parts, text.slice(start)]
}
