import type { Dimension } from '../model/semantic/dimensions.ts'
import { type ThingName, things } from '../model/semantic/facts.ts'
import type { Dialect } from '../sql/dialect.ts'
import { gold } from './rows.ts'

/**
 * Combinations of words of a thing as numbers: rows are grouped by a number, and its words are written beside it when few
 * rows are left. As common table expressions: `words_<i>` has (n, word ..) for each combination of a set of dimensions,
 * `keyed` has (k, n_<i> ..) for each key of the thing.
 */
export class Numbered {
  readonly thing: ThingName
  private readonly d: Dialect
  private readonly sets = new Map<number, readonly Dimension[]>()

  constructor(d: Dialect, thing: ThingName) {
    this.d = d
    this.thing = thing
  }

  /** Numbers the combinations of these dimensions as set `index`. */
  add(index: number, dimensions: readonly Dimension[]): this {
    this.sets.set(index, dimensions)
    return this
  }

  ctes(): readonly string[] {
    const { table, key } = things[this.thing]
    const from = gold(this.d, table)
    const words = [...this.sets.keys()].map((index) => {
      const columns = this.columns(index).join(', ')
      return `words_${index} as (select cast(row_number() over (order by ${columns}) as integer) as n, v.* from (select distinct ${columns} from ${from}) v)`
    })
    const numbers = [...this.sets.keys()].map((index) => `words_${index}.n as n_${index}`)
    const joins = [...this.sets.keys()].map((index) => {
      const same = this.columns(index).map(
        (column) => `t.${column} is not distinct from words_${index}.${column}`,
      )
      return `join words_${index} on ${same.join(' and ')}`
    })
    return [
      ...words,
      `keyed as (select ${[`t.${this.d.ident(key)} as k`, ...numbers].join(', ')} from ${from} t ${joins.join(' ')})`,
    ]
  }

  /** The number of a set, where `keyed` is joined. */
  number = (index: number): string => `keyed.n_${index}`
  /** The word of a dimension, where the words of its set are joined. */
  word = (index: number, { of }: Dimension): string => `words_${index}.${this.d.ident(of?.column ?? '')}`
  joinKeyed = (key: string): string => `left join keyed on keyed.k = ${key}`
  joinWords = (index: number, number: string): string =>
    `left join words_${index} on words_${index}.n = ${number}`

  private columns(index: number): readonly string[] {
    return (this.sets.get(index) ?? []).map(({ of }) => this.d.ident(of?.column ?? ''))
  }
}
