import { reach } from '../model/semantic/catalogue.ts'
import type { Dimension, Own } from '../model/semantic/dimensions.ts'
import type { Condition } from '../model/semantic/expression.ts'
import { type Fact, type ThingName, things } from '../model/semantic/facts.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { Period } from './days.ts'
import type { Compared } from './period.ts'
import type { Grain } from './types.ts'
import type { Filtered, Grouped } from './wanted.ts'

/**
 * The rows of one fact with what its references lead to: every expression asked for is written against the joins it
 * needs. A join is many to one, so that no row is ever there twice.
 */
export class FactRows {
  private readonly joins = new Map<string, string>()
  private needsSelect: boolean
  protected readonly d: Dialect
  readonly fact: Fact

  constructor(d: Dialect, fact: Fact) {
    this.d = d
    this.fact = fact
    this.needsSelect = fact.select !== undefined && fact.keepsRows !== true
  }

  /** `amount`, or `account.customer_id` for a column of a thing referred to. */
  column(name: string): string {
    const [thing, column] = name.split('.')
    if (thing === undefined || column === undefined) return this.own(name)
    return this.through(thing as ThingName, column)
  }

  dimension(dimension: Dimension): string {
    const own = dimension.own?.[this.fact.name]
    if (own) return this.ranged(own)
    if (!dimension.of) throw new RangeError(`${this.fact.name} does not reach ${dimension.name}`)
    return this.through(dimension.of.thing, dimension.of.column)
  }

  /** The column that refers to a thing: the fact's own, or that of the thing before it on the way. */
  reference(thing: ThingName): string {
    const reached = reach(this.fact, thing, things[thing].key)
    if (!reached) throw new RangeError(`${this.fact.name} has no relationship to ${thing}`)
    const [last, before] = [reached.through.at(-1), reached.through.at(-2)]
    return last && before ? this.through(before.thing, last.by) : this.own(last?.by ?? reached.column)
  }

  /** What rows are grouped by; the days of a compared period are moved first. */
  grouping({ dimension, grain }: Grouped, compared?: Compared): string {
    if (grain === undefined) return this.dimension(dimension)
    const day = this.column(this.fact.date ?? '')
    return bucketSql(compared ? movedSql(day, compared.move) : day, grain)
  }

  condition(condition: Condition): string {
    if ('all' in condition) return condition.all.map((one) => this.condition(one)).join(' and ')
    const column = this.column(condition.column)
    switch (condition.is) {
      case 'true':
        return column
      case 'false':
        return `not ${column}`
      case 'null':
        return `${column} is null`
      case 'known':
        return `${column} is not null`
      case 'equal':
        return `${column} = ${this.constant(condition.value)}`
      case 'word':
        return `lower(${column}) = ${this.d.literal(condition.value.toLowerCase())}`
      default:
        return `${column} ${COMPARE[condition.is]} ${condition.value}`
    }
  }

  /** What the filters of a query leave of the rows, as far as they reach the fact. */
  filters(range: Period | undefined, values: readonly Filtered[]): string[] {
    const { date } = this.fact
    return [
      ...(range && date !== undefined ? [withinSql(this.d, this.column(date), range)] : []),
      ...values.map((filtered) => amongSql(this.d, this.dimension(filtered.dimension), filtered)),
    ]
  }

  /** The FROM clause; to be asked for last, when all columns are known. */
  from(): string {
    const { table, select } = this.fact
    const rows = this.needsSelect && select ? `(\n${select}\n)` : gold(this.d, table)
    return [`${rows} f`, ...this.joins.values()].join('\n  ')
  }

  protected own(name: string): string {
    if (this.fact.made?.includes(name)) this.needsSelect = true
    return `f.${this.d.ident(name)}`
  }

  private through(thing: ThingName, column: string): string {
    const reached = reach(this.fact, thing, column)
    if (!reached) throw new RangeError(`${this.fact.name} has no relationship to ${thing}`)
    let alias = 'f'
    for (const step of reached.through) {
      const { table, key } = things[step.thing]
      const by = alias === 'f' ? this.own(step.by) : `${alias}.${this.d.ident(step.by)}`
      alias = step.thing
      this.joins.set(
        alias,
        `left join ${gold(this.d, table)} ${alias} on ${alias}.${this.d.ident(key)} = ${by}`,
      )
    }
    return alias === 'f' ? this.own(reached.column) : `${alias}.${this.d.ident(reached.column)}`
  }

  private ranged({ column, ranges }: Own): string {
    if (!ranges) return this.own(column)
    const value = this.own(column)
    const literal = (name: string) => this.d.literal(name)
    const { below, otherwise, without } = ranges
    const unknown = without
      ? `case when not ${this.own(without.column)} then ${literal(without.no)} when ${value} is null then ${literal(without.yes)}`
      : `case when ${value} is null then null`
    return [
      unknown,
      ...below.map((limit) => `when ${value} < ${limit.value} then ${literal(limit.name)}`),
      `else ${literal(otherwise)} end`,
    ].join(' ')
  }

  private constant(value: string | number): string {
    return typeof value === 'number' ? String(value) : this.d.literal(value)
  }
}

const COMPARE = { below: '<', at_most: '<=', above: '>', at_least: '>=' } as const

export const gold = (d: Dialect, table: string): string => `gold.${d.ident(table)}`

export const dateSql = (d: Dialect, day: string): string => `cast(${d.literal(day)} as date)`

/** First day of the bucket of a day; a week begins on Monday everywhere. */
export function bucketSql(day: string, grain: Grain): string {
  if (grain === 'day') return day
  if (grain === 'week') return `cast(${day} - to_days(${weekdaySql(day)} - 1) as date)`
  return `cast(date_trunc('${grain}', ${day}) as date)`
}

/** 1 = Monday to 7 = Sunday. */
export const weekdaySql = (day: string): string => `cast(extract(isodow from ${day}) as integer)`

export const movedSql = (day: string, move: Compared['move']): string =>
  'days' in move
    ? `cast(${day} + to_days(${move.days}) as date)`
    : `cast(${day} + to_months(${move.months}) as date)`

export const withinSql = (d: Dialect, day: string, { from, to }: Period): string =>
  `${day} >= ${dateSql(d, from)} and ${day} < ${dateSql(d, to)}`

/** One of the values, all of which become literals of the dimension's type. */
export function amongSql(d: Dialect, column: string, { dimension, values }: Filtered): string {
  const known = values.filter((value) => value !== null).map((value) => valueSql(d, dimension, value))
  const parts = [
    ...(known.length > 0 ? [`${column} in (${known.join(', ')})`] : []),
    ...(values.includes(null) ? [`${column} is null`] : []),
  ]
  return parts.length === 0 ? '1 = 0' : `(${parts.join(' or ')})`
}

function valueSql(d: Dialect, { type }: Dimension, value: string): string {
  if (type === 'integer') return String(Number.parseInt(value, 10))
  return type === 'date' ? dateSql(d, value) : d.literal(value)
}
