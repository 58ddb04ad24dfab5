import type { GoldModel, Reconciliation, Term } from '../model/gold-model.ts'
import type { Catalog } from './catalog.ts'
import { type Population, populationsOf } from './population.ts'
import type { Printer } from './print.ts'
import { pairsSql, tagName } from './tag.ts'

/** The temporary table that holds the keys of the rows asked about. */
export const SELECTED = 'c360_selected'

/** One relation behind a figure, as the statements that find its rows. */
export interface Part {
  readonly population: Population
  /** A table of the keys of the rows that count. */
  readonly counted: string
  /** A table of the keys of rows that would count if they fulfilled the population. */
  readonly leftOut: string
  readonly statements: readonly string[]
  /** Queries of one value, to be added up: the part's share of the figure. */
  readonly values: readonly string[]
}

/** How to find the rows behind a reconciled measure. */
export interface FigurePlan {
  readonly reconciliation: Reconciliation
  /** Query of one value: the figure as the model has it. */
  readonly figure: string
  readonly parts: readonly Part[]
}

export interface FigureInput {
  readonly catalog: Catalog
  readonly printer: Printer
  readonly model: GoldModel
  /** Makes the names of its temporary tables its own. */
  readonly index: number
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const tableOf = (path: string): string => {
  const [schema = '', name] = path.split('.')
  return name === undefined ? `gold.${quoted(schema)}` : `${schema}.${quoted(name)}`
}

/** The statement that selects the rows asked about, with all their columns. */
export const selectRows = (model: GoldModel, where: string | undefined): string =>
  `create or replace temp table ${SELECTED} as select * from ${tableOf(model.name)}${where === undefined ? '' : ` where (\n${where}\n)`}`

/** Undefined when the rows behind the measure cannot be told one by one. */
export async function planFigure(
  input: FigureInput,
  reconciliation: Reconciliation,
): Promise<FigurePlan | undefined> {
  const populations = await populationsOf(input.catalog, input.printer, reconciliation)
  const parts = populations?.map((population, place) => planPart(input, reconciliation, population, place))
  if (!parts || parts.some((part) => part === undefined)) return undefined
  const { measure, where } = reconciliation
  const value = measure === undefined ? 'count(*)' : `coalesce(sum(${quoted(measure)}), 0)`
  return {
    reconciliation,
    figure: `select ${value} as value, count(*) as n from ${SELECTED}${where === undefined ? '' : ` where (\n${where}\n)`}`,
    parts: parts.filter((part) => part !== undefined),
  }
}

function planPart(
  { catalog, printer, model, index }: FigureInput,
  { measure, where }: Reconciliation,
  population: Population,
  place: number,
): Part | undefined {
  const { target } = population
  const from = measure === undefined ? model.grain : [measure]
  const pairs = (without: ReadonlySet<string>) =>
    pairsSql({ catalog, printer, target, without }, model.name.toLowerCase(), from, model.grain)
  const [strict, wide] = [pairs(new Set()), pairs(population.known)]
  if (strict === undefined || wide === undefined) return undefined
  const [counted, leftOut] = [`c360_in_${index}_${place}`, `c360_out_${index}_${place}`]
  const keys = target.key.map((_, i) => tagName(i))
  const relation = tableOf(target.path)
  const paired = (sql: string) =>
    [
      `select distinct ${keys.map((key) => `t.${key}`).join(', ')} from (${sql}) t`,
      `join ${SELECTED} s on ${model.grain.map((name) => `s.${quoted(name)} = t.${quoted(name)}`).join(' and ')}`,
      ...(where === undefined ? [] : [`where (\n${qualifiedWhere(where, model)}\n)`]),
    ].join(' ')
  const rows = (keysTable: string) =>
    `from ${relation} b join (${keysTable}) k on ${target.key.map((name, i) => `k.${tagName(i)} = b.${quoted(name)}`).join(' and ')}`
  return {
    population,
    counted,
    leftOut,
    statements: [
      `create or replace temp table ${counted} as select b.* ${rows(paired(strict))} where ${population.counts}`,
      `create or replace temp table ${leftOut} as select b.* ${rows(paired(wide))} where not (${population.counts})`,
    ],
    values: population.terms.map((term) => valueSql(term, counted)),
  }
}

/** The reconciliation's own condition is about the model's rows: it is asked of those, not of the pairs. */
const qualifiedWhere = (where: string, model: GoldModel): string =>
  `exists (select 1 from (select * from ${SELECTED} where (\n${where}\n)) x where ${model.grain.map((name) => `x.${quoted(name)} = s.${quoted(name)}`).join(' and ')})`

const among = ({ where }: Term): string => (where === undefined ? '' : ` where (\n${where}\n)`)

/** A term over the rows found: the same sum or count as the certificate takes over the whole relation. */
function valueSql(term: Term, counted: string): string {
  const [expression = '', ...more] = term.expressions
  switch (term.aggregate) {
    case 'sum':
      return `select coalesce(sum(\n${expression}\n), 0) as value from ${counted}${among(term)}`
    case 'count':
      return `select count(*) as value from ${counted}${among(term)}`
    default:
      return `select count(*) as value from (select distinct ${[expression, ...more].map((x) => `(\n${x}\n)`).join(', ')} from ${counted}${among(term)})`
  }
}
