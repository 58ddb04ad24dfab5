import type { Aggregate } from '../model/semantic/expression.ts'
import { type FactName, facts } from '../model/semantic/facts.ts'
import type { Dialect } from '../sql/dialect.ts'
import { selectSql } from './aggregate-sql.ts'
import { aggregateKey, conjuncts } from './aggregates.ts'
import type { Period } from './days.ts'
import { figureOf, figureSql } from './figure.ts'
import { fromNumbers } from './from-numbers.ts'
import { fromFirsts, fromSums } from './from-rollup.ts'
import { NumberedRows } from './numbered-rows.ts'
import type { Compared } from './period.ts'
import type { Source } from './rollups.ts'
import { FactRows } from './rows.ts'
import { scanSql } from './scan-sql.ts'
import type { Filtered, Grouped } from './wanted.ts'

/** Which rows of a fact, grouped by what. */
export interface Cut {
  readonly by: readonly Grouped[]
  readonly range?: Period
  readonly values: readonly Filtered[]
  /** The rows are those of a compared period. */
  readonly compared?: Compared
}

/** Where nothing was found: 0, or 0 only in buckets from `first` to `last` because nobody knows of others. */
export type Zero = 'everywhere' | 'nowhere' | { readonly first: string; readonly last: string }

/** The aggregates of one fact over one cut of its rows, as one SELECT: a fact is only ever aggregated for itself. */
export interface Part {
  readonly name: string
  readonly fact: FactName
  readonly cut: Cut
  readonly zero: Zero
  /** Read instead of the fact. */
  readonly rollup?: Source
  readonly nested?: Nested
  readonly aggregates: Aggregate[]
  /** Column of each aggregate. */
  readonly columns: string[]
}

type Nested = Extract<Aggregate, { op: 'count_having' }>

/** Collects the aggregates of a query, each once, part by part. */
export class Parts {
  readonly list: Part[] = []
  private readonly byKey = new Map<string, Part>()
  private columns = 0

  /** The column of an aggregate, in the part that the cut of its fact makes. */
  add(aggregate: Aggregate, cut: Cut, zero: Zero, rollup?: Source): string {
    const part = this.partOf(aggregate, cut, zero, rollup)
    const key = aggregateKey(aggregate)
    const known = part.columns[part.aggregates.findIndex((one) => aggregateKey(one) === key)]
    if (known !== undefined) return known
    this.columns += 1
    const column = `a${this.columns}`
    part.aggregates.push(aggregate)
    part.columns.push(column)
    return column
  }

  private partOf(aggregate: Aggregate, cut: Cut, zero: Zero, rollup: Source | undefined): Part {
    const isRows = rollup === undefined || rollup.kind === 'rows'
    const nested = aggregate.op === 'count_having' && isRows ? aggregate : undefined
    const key = JSON.stringify([
      aggregate.fact,
      cutKey(cut),
      sourceKey(rollup),
      nested && aggregateKey(nested),
    ])
    const known = this.byKey.get(key)
    if (known) return known
    const part: Part = {
      name: this.freeName([aggregate.fact, ...(cut.compared ? ['before'] : [])].join('_')),
      fact: aggregate.fact,
      cut,
      zero,
      ...(rollup === undefined ? {} : { rollup }),
      ...(nested ? { nested } : {}),
      aggregates: [],
      columns: [],
    }
    this.byKey.set(key, part)
    this.list.push(part)
    return part
  }

  private freeName(wanted: string): string {
    const taken = this.list.map(({ name }) => name)
    let name = wanted
    for (let n = 2; taken.includes(name); n++) name = `${wanted}_${n}`
    return name
  }
}

const cutKey = ({ by, range, values, compared }: Cut) => [
  by.map(({ dimension, grain }) => [dimension.name, grain]),
  range,
  values.map(({ dimension, values: left }) => [dimension.name, left]),
  compared,
]

const sourceKey = (rollup: Source | undefined) => {
  if (rollup === undefined) return null
  return rollup.kind === 'rows' ? rollup.tables.rows : [rollup.kind, rollup.table, rollup.part]
}

/** The SELECT of a part: one row per group that has a row for any of its aggregates; one row in all without groups. */
export function partSql(d: Dialect, part: Part): string {
  if (part.nested) return nestedSql(d, part, part.nested)
  if (part.rollup === undefined) return factSql(d, part)
  if (part.rollup.kind === 'rows') return fromNumbers(d, part, part.rollup)
  return part.rollup.kind === 'sums' ? fromSums(d, part, part.rollup) : fromFirsts(d, part, part.rollup)
}

interface Keyed {
  readonly column: string
  readonly alias: string
}

/** Aggregates over the fact's own rows, by the cut's groups and for nested ones by a column more. */
function factSql(
  d: Dialect,
  part: Pick<Part, 'fact' | 'cut' | 'aggregates' | 'columns' | 'rollup'>,
  key?: Keyed,
): string {
  const { fact, cut, rollup } = part
  const rows =
    rollup?.kind === 'rows' ? new NumberedRows(d, rollup.of, rollup.tables) : new FactRows(d, facts[fact])
  const groups = cut.by.map((one) => `${rows.grouping(one, cut.compared)} as ${d.ident(one.dimension.name)}`)
  if (!key) return scanSql(rows, part, { groups, values: cut.values })
  const value = rows.column(key.column)
  return scanSql(rows, part, {
    groups: [...groups, `${value} as ${key.alias}`],
    values: cut.values,
    filters: [`${value} is not null`],
  })
}

/** First the figures of each `per`, then how many of them reach the mark. */
function nestedSql(d: Dialect, part: Part, { fact, per, having, atLeast, where }: Nested): string {
  const inner = new Parts()
  const figure = figureOf(having, where ? conjuncts(where) : [], (aggregate) =>
    inner.add(aggregate, part.cut, 'everywhere'),
  )
  const aggregates = inner.list.flatMap((one) => one.aggregates)
  const columns = inner.list.flatMap((one) => one.columns)
  const flat = factSql(d, { ...part, fact, aggregates, columns }, { column: per, alias: 'k' })
  const groups = part.cut.by.map(({ dimension }) => d.ident(dimension.name))
  const many = `count(case when ${figureSql(figure, (column) => `coalesce(${column}, 0)`)} >= ${atLeast} then 1 end) as ${part.columns[0]}`
  return selectSql([...groups, many], `(\n${flat}\n) g`, [], groups.length)
}
