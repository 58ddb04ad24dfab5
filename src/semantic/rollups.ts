import { reach } from '../model/semantic/catalogue.ts'
import { type Aggregate, aggregatesOf, type Condition, known } from '../model/semantic/expression.ts'
import { type FactName, facts, type ThingName, things } from '../model/semantic/facts.ts'
import { type Firsts, firsts, type Numbered, numbered, type Sums, sums } from '../model/semantic/rollups.ts'
import type { Dialect } from '../sql/dialect.ts'
import { conditionKey, conjuncts } from './aggregates.ts'
import type { Context } from './context.ts'
import { firstsSql } from './firsts-sql.ts'
import { keptColumn } from './kept.ts'
import { named, numberStatements } from './numbered.ts'
import {
  copySql,
  hasColumns,
  hasDimension,
  hashed,
  type NumberedTables,
  narrowest,
  numberedTables,
  rowsOf,
  wordsOf,
} from './numbered-rows.ts'
import type { Cut } from './parts.ts'
import { plainOf } from './repeats.ts'
import { partOfSet, sumsSql } from './sums-sql.ts'

/** A rollup as a table of a version. */
export interface RollupTable {
  /** Ends in a hash of what it holds: a version made by another program is never misread. */
  readonly name: string
  /** Gold models it is made from. */
  readonly reads: readonly string[]
  readonly statement: string
  /** The table whose rows say whether it pays, and from how many on it does. */
  readonly of: string
  readonly from: number
}

/** Rows of a rollup that are read instead of the fact. */
export type Source =
  | Summed
  | { readonly kind: 'rows'; readonly of: Numbered; readonly tables: NumberedTables }

export type Summed = SummedSet | SummedFirsts

interface SummedPart {
  /** Table of schema `rollup`. */
  readonly table: string
  readonly part: number
}

export interface SummedSet extends SummedPart {
  readonly kind: 'sums'
  /** All that the part can be grouped and filtered by. */
  readonly dimensions: readonly string[]
}

export interface SummedFirsts extends SummedPart {
  readonly kind: 'firsts'
  /** Dimensions that are kept as the number of their words. */
  readonly words: readonly string[]
}

/** Every rollup in the order to make them in; those of a fact in numbers are made from its numbers. To be made in schema `rollup` when one of the models it reads has changed. */
export const rollupTables = (d: Dialect): readonly RollupTable[] => [
  ...numbered.flatMap((rollup) => numberedRollups(d, rollup)),
  ...sums.map((rollup) => tableOf(d, rollup, readsOf(rollup.fact, rollup.sets.flat()))),
  ...firsts.map((rollup) => tableOf(d, rollup, firstsReads(rollup))),
]

/** What makes these tables, in order; the tables it needs meanwhile are temporary ones. */
export function rollupStatements(d: Dialect, tables: readonly RollupTable[]): readonly string[] {
  if (tables.length === 0) return []
  const { make, drop } = numberStatements(d)
  return [...make, ...tables.map(({ statement }) => statement), ...drop]
}

/** The smallest rollup of the version from which an aggregate can be had for a cut; undefined = the fact itself. */
export function rollupFor(d: Dialect, aggregate: Aggregate, cut: Cut, context: Context): Source | undefined {
  if (context.rollups.length === 0) return undefined
  const found =
    aggregate.op === 'count_distinct' || aggregate.op === 'count_having'
      ? firstsFor(d, aggregate, cut, context)
      : sumsFor(d, aggregate, cut)
  return found && context.rollups.includes(found.table) ? found : rowsFor(d, aggregate, cut, context)
}

function rowsFor(d: Dialect, aggregate: Aggregate, cut: Cut, context: Context): Source | undefined {
  const { by, values } = cut
  const of = numbered.find(
    (one) =>
      one.fact === aggregate.fact &&
      hasColumns(one, columnsOf(aggregate)) &&
      [...by, ...values].every(({ dimension }) => hasDimension(one, dimension)),
  )
  if (!of) return undefined
  const tables = numberedTables(d, of)
  const best = narrowest(
    of,
    tables,
    values.map(({ dimension }) => dimension.name),
  )
  const isThere = ({ rows, words }: NumberedTables) =>
    [rows, ...words].every((name) => context.rollups.includes(name))
  const found = [best, tables].find(isThere)
  return found && { kind: 'rows', of, tables: found }
}

/** Every column of the fact that an aggregate looks at. */
function columnsOf(aggregate: Aggregate): readonly string[] {
  const own = conjuncts(aggregate.where).flatMap((one) => ('column' in one ? [one.column] : []))
  if (aggregate.op === 'count') return own
  if (aggregate.op !== 'count_having') return [...own, aggregate.column]
  return [...own, aggregate.per, ...aggregatesOf(aggregate.having).flatMap(columnsOf)]
}

function sumsFor(d: Dialect, aggregate: Aggregate, cut: Cut): Summed | undefined {
  if (keptColumn(aggregate) === undefined) return undefined
  const dated = cut.range && facts[aggregate.fact].date !== undefined ? ['date'] : []
  const needed = [...namesOf(cut), ...dated]
  for (const rollup of sums.filter(({ fact }) => fact === aggregate.fact)) {
    const set = rollup.sets.findIndex((names) => needed.every((name) => names.includes(name)))
    if (set >= 0) return summed(d, rollup, set)
  }
  return undefined
}

const summed = (d: Dialect, rollup: Sums, set: number): SummedSet => ({
  kind: 'sums',
  table: nameOf(d, rollup),
  part: partOfSet(d, rollup, set),
  dimensions: rollup.sets[set] ?? [],
})

/** Every set of a fact's sums that the version has. */
export const setsOf = (d: Dialect, fact: FactName, { rollups }: Context): readonly SummedSet[] =>
  sums
    .filter((rollup) => rollup.fact === fact && rollups.includes(nameOf(d, rollup)))
    .flatMap((rollup) => rollup.sets.map((_, set) => summed(d, rollup, set)))

function firstsFor(d: Dialect, aggregate: Aggregate, cut: Cut, context: Context): Summed | undefined {
  const rollup = firsts.find((one) => answers(one, aggregate, context))
  const mark = markOf(aggregate)
  const part = rollup?.kinds.findIndex(
    ({ held, marks }) =>
      marks.includes(mark) &&
      held.every((name) => isHeld(name, cut)) &&
      namesOf(cut).every((name) => name === 'date' || held.includes(name) || rollup.free.includes(name)),
  )
  return rollup && part !== undefined && part >= 0
    ? { kind: 'firsts', table: nameOf(d, rollup), part, words: rollup.free }
    : undefined
}

/** How many rows of a value it takes. */
export const markOf = ({ op }: Aggregate): 1 | 2 => (op === 'count_having' ? 2 : 1)

function answers({ fact, of, where }: Firsts, aggregate: Aggregate, context: Context): boolean {
  if (aggregate.fact !== fact) return false
  const same = (conditions: readonly Condition[]) =>
    conditionKey(conditions) === conditionKey([...conjuncts(where), known(of)])
  if (aggregate.op === 'count_distinct')
    return aggregate.column === of && same([...conjuncts(aggregate.where), known(of)])
  if (aggregate.op !== 'count_having' || aggregate.atLeast !== 2 || aggregate.per !== of) return false
  const counted = plainOf(aggregate, context)
  return counted !== undefined && same([...counted, known(of)])
}

/** Grouped by, or down to one value. */
const isHeld = (name: string, { by, values }: Cut): boolean =>
  by.some(({ dimension }) => dimension.name === name) ||
  values.some(({ dimension, values: left }) => dimension.name === name && left.length === 1)

const namesOf = ({ by, values }: Cut): readonly string[] => [
  ...by.map(({ dimension }) => dimension.name),
  ...values.map(({ dimension }) => dimension.name),
]

const selectOf = (d: Dialect, rollup: Sums | Firsts): string =>
  'sets' in rollup ? sumsSql(d, rollup) : firstsSql(d, rollup)

const tableOf = (d: Dialect, rollup: Sums | Firsts, reads: readonly string[]): RollupTable => {
  const name = nameOf(d, rollup)
  return {
    name,
    reads,
    of: facts[rollup.fact].table,
    from: rollup.from,
    statement: `create or replace table rollup.${d.ident(name)} as ${selectOf(d, rollup)}`,
  }
}

const nameOf = (d: Dialect, rollup: Sums | Firsts): string =>
  hashed(d, rollup.name, () => [selectOf(d, rollup), ...numberStatements(d).make].join('\n'))

/** The words before the rows, whose numbers they say. */
function numberedRollups(d: Dialect, rollup: Numbered): readonly RollupTable[] {
  const { rows, words, copies } = numberedTables(d, rollup)
  const { table } = facts[rollup.fact]
  const one = (name: string, through: readonly ThingName[], select: string): RollupTable => ({
    name,
    reads: [...new Set([table, ...through.map((thing) => things[thing].table)])],
    of: table,
    from: rollup.from,
    statement: `create or replace table rollup.${d.ident(name)} as ${select}`,
  })
  return [
    ...rollup.words.map(({ of }, set) => one(words[set] ?? '', of ? [of] : [], wordsOf(d, rollup, set))),
    one(
      rows,
      rollup.words.flatMap(({ of }) => of ?? []),
      rowsOf(d, rollup, words),
    ),
    ...rollup.copies.map((copy, at) =>
      one(
        copies[at] ?? '',
        rollup.words.flatMap(({ of }) => of ?? []),
        copySql(d, rows, copy),
      ),
    ),
  ]
}

function firstsReads({ fact, of, free, kinds }: Firsts): readonly string[] {
  const [thing] = of.includes('.') ? of.split('.') : []
  const through = thing === undefined ? [] : [things[thing as keyof typeof things].table]
  return [...new Set([...readsOf(fact, [...free, ...kinds.flatMap(({ held }) => held)]), ...through])]
}

function readsOf(name: FactName, dimensions: readonly string[]): readonly string[] {
  const fact = facts[name]
  const inSelect = [...(fact.select ?? '').matchAll(/gold\.(\w+)/g)].map(([, table]) => table ?? '')
  const joined = named(dimensions).flatMap(({ of }) => {
    const through = of ? (reach(fact, of.thing, of.column)?.through ?? []) : []
    return through.map(({ thing }) => things[thing].table)
  })
  return [...new Set([fact.table, ...inSelect, ...joined])]
}
