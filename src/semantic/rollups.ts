import { createHash } from 'node:crypto'
import { dimensionNamed, measures, reach } from '../model/semantic/catalogue.ts'
import type { Dimension } from '../model/semantic/dimensions.ts'
import { type Aggregate, aggregatesOf } from '../model/semantic/expression.ts'
import { type FactName, facts, things } from '../model/semantic/facts.ts'
import { type Rollup, rollups } from '../model/semantic/rollups.ts'
import type { Dialect } from '../sql/dialect.ts'
import { aggregateSql } from './aggregate-sql.ts'
import { aggregateKey, asCount, presence } from './aggregates.ts'
import type { Cut } from './parts.ts'
import { FactRows } from './rows.ts'

/** A rollup as a table of a version. */
export interface RollupTable {
  /** Ends in a hash of what it holds: a version made by another program is never misread. */
  readonly name: string
  /** Gold models it is made from. */
  readonly reads: readonly string[]
  readonly statement: string
}

/** Every rollup, to be made in schema `rollup` when one of the models it reads has changed. */
export const rollupTables = (d: Dialect): readonly RollupTable[] =>
  rollups.map((rollup) => {
    const name = tableName(d, rollup)
    return {
      name,
      reads: readsOf(rollup),
      statement: `create or replace table rollup.${d.ident(name)} as ${selectSql(d, rollup)}`,
    }
  })

/** Sums and counts that a rollup of the fact keeps: those of all measures, and how many rows each looks at. */
export function keptAggregates(fact: FactName): readonly Aggregate[] {
  const all = measures
    .flatMap(({ expression }) => aggregatesOf(expression))
    .filter((one) => one.fact === fact && one.op !== 'count_having')
    .flatMap((one) => [one.op === 'count_distinct' ? asCount(one) : one, presence(one)])
  const byKey = new Map(all.map((one) => [aggregateKey(one), one]))
  return [...byKey.values()]
}

const keptCache = new Map<FactName, ReadonlyMap<string, string>>()

/** The column of an aggregate in a rollup of its fact; undefined where it does not add up. */
export function keptColumn(aggregate: Aggregate): string | undefined {
  let kept = keptCache.get(aggregate.fact)
  if (!kept) {
    kept = new Map(keptAggregates(aggregate.fact).map((one, index) => [aggregateKey(one), `c${index + 1}`]))
    keptCache.set(aggregate.fact, kept)
  }
  return kept.get(aggregateKey(aggregate))
}

/** The smallest rollup of the version from which an aggregate can be had for a cut; undefined = the fact itself. */
export function rollupFor(
  d: Dialect,
  aggregate: Aggregate,
  cut: Cut,
  there: readonly string[],
): string | undefined {
  if (there.length === 0 || keptColumn(aggregate) === undefined) return undefined
  const needed = [
    ...cut.by.map(({ dimension }) => dimension.name),
    ...cut.values.map(({ dimension }) => dimension.name),
    ...(cut.range && facts[aggregate.fact].date !== undefined ? ['date'] : []),
  ]
  return rollups
    .filter(
      ({ fact, dimensions }) => fact === aggregate.fact && needed.every((name) => dimensions.includes(name)),
    )
    .map((rollup) => tableName(d, rollup))
    .find((name) => there.includes(name))
}

const named = (names: readonly string[]): readonly Dimension[] =>
  names.flatMap((name) => dimensionNamed(name) ?? [])

function selectSql(d: Dialect, rollup: Rollup): string {
  const rows = new FactRows(d, facts[rollup.fact])
  const groups = named(rollup.dimensions).map((dimension) => {
    const grain = dimension.name === 'date' ? ({ grain: 'day' } as const) : {}
    return `${rows.grouping({ dimension, ...grain })} as ${d.ident(dimension.name)}`
  })
  const kept = keptAggregates(rollup.fact).map(
    (aggregate) => `${aggregateSql(rows, aggregate, [])} as ${keptColumn(aggregate)}`,
  )
  const by = groups.map((_, index) => index + 1).join(', ')
  return `select ${[...groups, ...kept].join(', ')}\nfrom ${rows.from()}\ngroup by ${by}`
}

const names = new Map<string, string>()

function tableName(d: Dialect, rollup: Rollup): string {
  const key = `${d.name} ${rollup.name}`
  const known = names.get(key)
  if (known !== undefined) return known
  const hash = createHash('sha256').update(selectSql(d, rollup)).digest('hex').slice(0, 10)
  const name = `${rollup.name}_${hash}`
  names.set(key, name)
  return name
}

function readsOf({ fact: name, dimensions }: Rollup): readonly string[] {
  const fact = facts[name]
  const inSelect = [...(fact.select ?? '').matchAll(/gold\.(\w+)/g)].map(([, table]) => table ?? '')
  const joined = named(dimensions).flatMap(({ of }) => {
    const through = of ? (reach(fact, of.thing, of.column)?.through ?? []) : []
    return through.map(({ thing }) => things[thing].table)
  })
  return [...new Set([fact.table, ...inSelect, ...joined])]
}
