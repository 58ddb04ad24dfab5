import { dimensionNamed } from '../model/semantic/catalogue.ts'
import { DATE, type Dimension } from '../model/semantic/dimensions.ts'
import { facts, type ThingName, things } from '../model/semantic/facts.ts'
import type { Sums } from '../model/semantic/rollups.ts'
import type { Dialect } from '../sql/dialect.ts'
import { aggregateSql } from './aggregate-sql.ts'
import { keptAggregates, keptColumn } from './kept.ts'
import { joinKeyed, joinWords, numberOf, setOf, wordOf } from './numbered.ts'
import { FactRows, gold, weekdaySql } from './rows.ts'

export const named = (names: readonly string[]): readonly Dimension[] =>
  names.flatMap((name) => dimensionNamed(name) ?? [])

/** What a set groups the fact's rows by, and how its dimensions come from that. */
interface Placed {
  /** Name in the grouped rows -> expression over the fact's rows. */
  readonly groups: ReadonlyMap<string, string>
  /** Dimension -> expression over the grouped rows `r` and the late joins. */
  readonly shown: ReadonlyMap<string, string>
}

/**
 * The SELECT of a rollup of sums: one pass over the fact for all sets, `part` telling them apart. What follows from
 * something else (a category from the product, a weekday from the day) and the words of a customer are joined to the few
 * rows that are left.
 */
export function sumsSql(d: Dialect, { fact, sets }: Sums): string {
  const rows = new FactRows(d, facts[fact])
  const late = new Late(d, rows)
  const placed = sets.map((set, index) => placedOf(d, rows, late, named(set), index))
  const groups = new Map(placed.flatMap((one) => [...one.groups]))
  const shown = new Map(placed.flatMap((one) => [...one.shown]))
  const kept = keptAggregates(fact).map((one) => `${aggregateSql(rows, one, [])} as ${keptColumn(one)}`)
  const all = [...groups].map(([name, sql]) => `${sql} as ${d.ident(name)}`)
  const part = sets.length === 1 ? '0' : `grouping(${[...groups.values()].join(', ')})`
  const bySet = placed.map((one) => `(${[...one.groups.values()].join(', ')})`)
  const inner = [
    `select ${[...all, `cast(${part} as integer) as part`, ...kept].join(', ')}`,
    `from ${[rows.from(), ...late.before].join('\n  ')}`,
    `group by ${sets.length === 1 ? bySet[0]?.slice(1, -1) : `grouping sets (${bySet.join(', ')})`}`,
  ].join('\n')
  const outer = [...shown].map(([name, sql]) => `${sql} as ${d.ident(name)}`)
  const measured = keptAggregates(fact).map((one) => `r.${keptColumn(one)}`)
  return [
    `select ${['r.part', ...outer, ...measured].join(', ')}`,
    [`from (\n${inner}\n) r`, ...late.after].join('\n  '),
  ].join('\n')
}

/** Value of `part` in the rows of a set: a bit for each group that the set lacks, as `grouping` says. */
export function partOfSet(d: Dialect, { fact, sets }: Sums, set: number): number {
  const rows = new FactRows(d, facts[fact])
  const late = new Late(d, rows)
  const placed = sets.map((one, index) => [...placedOf(d, rows, late, named(one), index).groups.keys()])
  const names = [...new Set(placed.flat())]
  return names.reduce((bits, name) => bits * 2 + (placed[set]?.includes(name) ? 0 : 1), 0)
}

/** Joins around the grouping: `before` brings numbers to the fact's rows, `after` brings words to the grouped ones. */
class Late {
  readonly before: string[] = []
  readonly after: string[] = []
  private readonly d: Dialect
  private readonly rows: FactRows

  constructor(d: Dialect, rows: FactRows) {
    this.d = d
    this.rows = rows
  }

  /** Words of the customer as the number of their combination. */
  number(thing: ThingName, set: number): void {
    if (this.before.length === 0) this.before.push(joinKeyed(this.rows.reference(thing)))
    this.after.push(joinWords(set, `r.n_${set}`))
  }

  /** The columns of a thing whose key is a group, under the alias given. */
  byKey(key: Dimension, alias: string): void {
    const thing = things[key.of?.thing ?? 'customer']
    this.after.push(
      `left join ${gold(this.d, thing.table)} ${alias} on ${alias}.${this.d.ident(thing.key)} = r.${this.d.ident(key.name)}`,
    )
  }
}

function placedOf(d: Dialect, rows: FactRows, late: Late, set: readonly Dimension[], index: number): Placed {
  const groups = new Map<string, string>()
  const shown = new Map<string, string>()
  const plain = (dimension: Dimension) => {
    const grain = dimension === DATE ? ({ grain: 'day' } as const) : {}
    groups.set(dimension.name, rows.grouping({ dimension, ...grain }))
    shown.set(dimension.name, `r.${d.ident(dimension.name)}`)
  }
  for (const dimension of set.filter(({ of }) => of === undefined))
    if (dimension.name === 'weekday' && set.includes(DATE)) shown.set('weekday', weekdaySql('r."date"'))
    else plain(dimension)
  for (const thing of new Set(set.flatMap(({ of }) => of?.thing ?? []))) {
    const ofThing = set.filter(({ of }) => of?.thing === thing)
    const key = ofThing.find(({ of }) => of?.column === things[thing].key)
    const words = ofThing.filter((dimension) => dimension !== key)
    if (key) {
      plain(key)
      if (words.length > 0) late.byKey(key, `l_${index}_${thing}`)
      for (const { name, of } of words) shown.set(name, `l_${index}_${thing}.${d.ident(of?.column ?? '')}`)
      continue
    }
    const number = setOf(words)
    late.number(thing, number)
    groups.set(`n_${number}`, numberOf(number))
    for (const dimension of words) shown.set(dimension.name, wordOf(d, number, dimension))
  }
  return { groups, shown }
}
