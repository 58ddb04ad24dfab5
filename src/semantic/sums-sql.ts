import { DATE, type Dimension } from '../model/semantic/dimensions.ts'
import type { Aggregate } from '../model/semantic/expression.ts'
import { type ThingName, things } from '../model/semantic/facts.ts'
import { NUMBERED, type Sums } from '../model/semantic/rollups.ts'
import type { Dialect } from '../sql/dialect.ts'
import { aggregateSql } from './aggregate-sql.ts'
import { keptAggregates, keptColumn, wideColumn } from './kept.ts'
import { joinKeyed, joinWords, named, numberOf, setOf, wordOf } from './numbered.ts'
import { NumberedRows, rowsToGroup } from './numbered-rows.ts'
import { type FactRows, gold, weekdaySql } from './rows.ts'

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
  const rows = rowsToGroup(d, fact)
  const late = new Late(d, rows)
  const placed = sets.map((set, index) => placedOf(d, rows, late, named(set), index))
  const groups = new Map(placed.flatMap((one) => [...one.groups]))
  const shown = shownIn(placed)
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
  const measured = keptAggregates(fact).flatMap((one) => measuredSql(d, one))
  return [
    `select ${['r.part', ...outer, ...measured].join(', ')}`,
    [`from (\n${inner}\n) r`, ...late.after].join('\n  '),
    // Blocks of other days are left out by an engine that knows the least and greatest of each.
    ...(shown.has(DATE.name) ? [`order by r.part, ${shown.get(DATE.name)}`] : []),
  ].join('\n')
}

/** A dimension that comes from elsewhere in another set is had from the one place that is not empty. */
function shownIn(placed: readonly Placed[]): ReadonlyMap<string, string> {
  const names = new Set(placed.flatMap(({ shown }) => [...shown.keys()]))
  return new Map(
    [...names].map((name) => {
      const places = [...new Set(placed.flatMap(({ shown }) => shown.get(name) ?? []))]
      return [name, places.length === 1 ? (places[0] ?? '') : `coalesce(${places.join(', ')})`]
    }),
  )
}

/** The columns of an aggregate in the rows that are left. */
function measuredSql(d: Dialect, aggregate: Aggregate): readonly string[] {
  const column = keptColumn(aggregate) ?? ''
  if (aggregate.op !== 'sum') return [`r.${column}`]
  const narrow = d.tryCast(`r.${column}`, 'decimal')
  const fits = `${narrow} = r.${column}`
  return [
    `case when ${fits} then ${narrow} when r.${column} is not null then 0 end as ${column}`,
    `case when coalesce(${fits}, false) then null else r.${column} end as ${wideColumn(column)}`,
  ]
}

const bits = new Map<string, readonly number[]>()

/** Value of `part` in the rows of a set: a bit for each group that the set lacks, as `grouping` says. */
export function partOfSet(d: Dialect, rollup: Sums, set: number): number {
  const key = `${d.name} ${rollup.name}`
  const known = bits.get(key) ?? bitsOf(d, rollup)
  bits.set(key, known)
  return known[set] ?? 0
}

function bitsOf(d: Dialect, { fact, sets }: Sums): readonly number[] {
  const rows = rowsToGroup(d, fact)
  const late = new Late(d, rows)
  const placed = sets.map((one, index) => [...placedOf(d, rows, late, named(one), index).groups.keys()])
  const names = [...new Set(placed.flat())]
  return placed.map((own) => names.reduce((bits, name) => bits * 2 + (own.includes(name) ? 0 : 1), 0))
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
    const join = joinWords(set, `r.n_${set}`)
    if (!this.after.includes(join)) this.after.push(join)
  }

  /** The words of a combination's number. */
  words(table: string, alias: string, number: string): void {
    const join = `left join ${table} ${alias} on ${alias}.n = ${number}`
    if (!this.after.includes(join)) this.after.push(join)
  }

  /** The columns of a thing whose key is a group, under the alias given. */
  byKey(key: Dimension, alias: string): void {
    const thing = things[key.of?.thing ?? 'customer']
    this.after.push(
      `left join ${gold(this.d, thing.table)} ${alias} on ${alias}.${this.d.ident(thing.key)} = r.${this.d.ident(key.name)}`,
    )
  }
}

/** Groups by the numbers of combinations, whose words come later; says which dimensions are in them. */
function numbersIn(
  d: Dialect,
  rows: NumberedRows,
  late: Late,
  set: readonly Dimension[],
  groups: Map<string, string>,
  shown: Map<string, string>,
): readonly string[] {
  const placed: string[] = []
  const left = () => set.map(({ name }) => name).filter((name) => !placed.includes(name))
  for (let found = rows.setWithin(left()); found; found = rows.setWithin(left())) {
    const number = found.set
    groups.set(`n_${number}`, rows.number(number))
    late.words(rows.words(number), `w_${number}`, `r.n_${number}`)
    for (const name of found.names) shown.set(name, `w_${number}.${d.ident(name)}`)
    placed.push(...found.names)
  }
  return placed
}

function placedOf(d: Dialect, rows: FactRows, late: Late, set: readonly Dimension[], index: number): Placed {
  const groups = new Map<string, string>()
  const shown = new Map<string, string>()
  const plain = (dimension: Dimension) => {
    const grain = dimension === DATE ? ({ grain: 'day' } as const) : {}
    groups.set(dimension.name, rows.grouping({ dimension, ...grain }))
    shown.set(dimension.name, `r.${d.ident(dimension.name)}`)
  }
  const inNumbers = rows instanceof NumberedRows ? numbersIn(d, rows, late, set, groups, shown) : []
  for (const dimension of set.filter(({ name, of }) => of === undefined && !inNumbers.includes(name)))
    if (dimension.name === 'weekday' && set.includes(DATE)) shown.set('weekday', weekdaySql('r."date"'))
    else plain(dimension)
  if (rows instanceof NumberedRows) {
    for (const one of set.filter(({ name, of }) => of && !inNumbers.includes(name))) plain(one)
    return { groups, shown }
  }
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
    if (thing !== NUMBERED.thing) {
      words.forEach(plain)
      continue
    }
    const number = setOf(words)
    late.number(thing, number)
    groups.set(`n_${number}`, numberOf(number))
    for (const dimension of words) shown.set(dimension.name, wordOf(d, number, dimension))
  }
  return { groups, shown }
}
