import type { GoldModel, Reconciliation as Promised, Term } from '../model/gold-model.ts'
import { type Amount, amountOf, amountSql } from './amount.ts'
import type { Ask } from './measure.ts'
import { quoted } from './tsql/scope.ts'

/** What a certified column adds up to, down to the rows of the fact it reconciles with. */
export interface CertifiedMeasure {
  readonly column: string
  readonly promise: Promised
  readonly total: Amount
  /** The fact and its keys beside `source`; undefined where the promise is not about one gold table. */
  readonly fact: Fact | undefined
}

export interface Fact {
  readonly relation: string
  readonly hasSource: boolean
  readonly keys: readonly string[]
  /** `is_sale` decides which rows count, and `status` says why not. */
  readonly status: boolean
  /** One row per row of the fact: keys, `cv` what it adds, `inside` whether it counts. */
  readonly sql: string
  readonly where: string
}

/** Aggregates and expressions of a promise, for finding one by what it adds up. */
export const promiseOf = (model: GoldModel, column: string): Promised | undefined => {
  const about = model.reconciles.filter(({ measure }) => measure === column)
  return about.find(({ where }) => where === undefined) ?? about[0]
}

export async function certifiedMeasure(
  ask: Ask,
  model: GoldModel,
  column: string,
  catalogue: readonly GoldModel[],
  columns: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Promise<CertifiedMeasure | undefined> {
  const promise = promiseOf(model, column)
  if (!promise) return undefined
  const where = promise.where === undefined ? '' : ` where ${promise.where}`
  const [row] = await ask(
    `select ${amountSql(`sum(${quoted(column)})`)} as total from gold.${quoted(model.name)}${where}`,
  )
  return { column, promise, total: amountOf(row?.total), fact: factOf(promise, catalogue, columns) }
}

/** What rows can add to one by one; days and months come from no row alone. */
const COUNTED: ReadonlySet<string> = new Set(['sum', 'count', 'count_distinct'])

function factOf(
  { terms }: Promised,
  catalogue: readonly GoldModel[],
  columns: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Fact | undefined {
  const [name, ...others] = [...new Set(terms.flatMap(({ relations }) => relations.map((read) => read.name)))]
  const model = catalogue.find((candidate) => candidate.name === name)
  const known = columns.get(name ?? '')
  const inGold = terms.every(({ relations }) =>
    relations.every(({ schema }) => schema === undefined || schema === 'gold'),
  )
  if (
    !model ||
    !known ||
    !inGold ||
    others.length > 0 ||
    terms.some(({ aggregate }) => !COUNTED.has(aggregate))
  )
    return undefined
  const wheres = terms.map(({ where }) => where ?? 'true')
  const inside = wheres.map((where) => `coalesce(${where}, false)`).join(' or ')
  const status =
    known.has('is_sale') && known.has('status') && wheres.every((where) => /\bis_sale\b/.test(where))
  const keys = model.grain.filter((key) => key !== 'source')
  const list = [
    known.has('source') ? 'source' : 'null as source',
    ...keys.map(quoted),
    `${terms.map((term) => contribution(term, model.grain)).join(' + ')} as cv`,
    `(${inside}) as inside`,
    ...(status ? ['is_sale', 'status'] : ['true as is_sale', 'null as status']),
  ]
  return {
    relation: model.name,
    hasSource: model.grain.includes('source'),
    keys,
    status,
    sql: `select ${list.join(', ')} from gold.${quoted(model.name)}`,
    where: [...new Set(wheres)].join(' or '),
  }
}

/** What one row of the fact adds to a term; of rows a distinct count takes for one, the first adds it. */
function contribution({ aggregate, expressions, where }: Term, grain: readonly string[]): string {
  const counts = `coalesce(${where ?? 'true'}, false)`
  if (aggregate === 'sum') return `case when ${counts} then coalesce(${expressions[0]}, 0) else 0 end`
  if (aggregate === 'count') return `case when ${counts} then 1 else 0 end`
  const parts = [counts, ...expressions.map((expression) => `(${expression})`)].join(', ')
  const present = expressions.map((expression) => `(${expression}) is not null`).join(' and ')
  const order = grain.map(quoted).join(', ')
  return `case when ${counts} and ${present} and row_number() over (partition by ${parts} order by ${order}) = 1 then 1 else 0 end`
}
