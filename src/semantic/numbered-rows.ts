import { createHash } from 'node:crypto'
import type { Dimension } from '../model/semantic/dimensions.ts'
import { type FactName, facts, type ThingName, things } from '../model/semantic/facts.ts'
import { type Copy, type Numbered, numbered } from '../model/semantic/rollups.ts'
import type { Dialect } from '../sql/dialect.ts'
import { named } from './numbered.ts'
import { FactRows, gold } from './rows.ts'

/** Names of the tables of schema `rollup`: the rows, and the words of each combination. */
export interface NumberedTables {
  readonly rows: string
  readonly words: readonly string[]
  /** The rows in other orders. */
  readonly copies: readonly string[]
}

const names = new Map<string, string>()

/** A name and a hash of what makes the table; made once. */
export function hashed(d: Dialect, of: string, make: () => string): string {
  const key = `${d.name} ${of}`
  const known = names.get(key)
  if (known !== undefined) return known
  const hash = createHash('sha256').update(make()).digest('hex').slice(0, 10)
  const name = `${of}_${hash}`
  names.set(key, name)
  return name
}

export function numberedTables(d: Dialect, rollup: Numbered): NumberedTables {
  const words = rollup.words.map((_, set) =>
    hashed(d, `${rollup.name}_${set}`, () => wordsOf(d, rollup, set)),
  )
  const rows = hashed(d, rollup.name, () => rowsOf(d, rollup, words))
  const copies = rollup.copies.map((copy) => hashed(d, copy.name, () => copySql(d, rows, copy)))
  return { rows, words, copies }
}

/** The SELECT of the rows in another order. */
export const copySql = (d: Dialect, rows: string, { order }: Copy): string =>
  `select * from ${inRollup(d, rows)} order by ${order.map((name) => d.ident(name)).join(', ')}`

/** The tables a question reads whose filters leave some values of these dimensions: the order in which they lie together. */
export function narrowest(
  { narrow, copies }: Numbered,
  tables: NumberedTables,
  left: readonly string[],
): NumberedTables {
  const has = (names: readonly string[]) => names.some((name) => left.includes(name))
  if (has(narrow)) return tables
  const found = copies.findIndex((copy) => has(copy.narrow))
  return { ...tables, rows: tables.copies.at(found) ?? tables.rows }
}

/** The rows of a fact in the form that is quickest to group, when a rollup is made. */
export function rowsToGroup(d: Dialect, fact: FactName): FactRows {
  const rollup = numbered.find((one) => one.fact === fact)
  return rollup ? new NumberedRows(d, rollup, numberedTables(d, rollup)) : new FactRows(d, facts[fact])
}

const inRollup = (d: Dialect, table: string): string => `rollup.${d.ident(table)}`

/** A fact's rows, read from their numbers. */
export class NumberedRows extends FactRows {
  private readonly used = new Set<number>()
  readonly rollup: Numbered
  private readonly tables: NumberedTables

  constructor(d: Dialect, rollup: Numbered, tables: NumberedTables) {
    super(d, facts[rollup.fact])
    this.rollup = rollup
    this.tables = tables
  }

  override dimension(dimension: Dimension): string {
    const set = this.rollup.words.findIndex(({ names }) => names.includes(dimension.name))
    return set < 0 ? super.dimension(dimension) : this.word(set, dimension.name)
  }

  override from(): string {
    const joins = [...this.used].map(
      (set) => `left join ${this.words(set)} w_${set} on w_${set}.n = f.n_${set}`,
    )
    return [`${inRollup(this.d, this.tables.rows)} f`, ...joins].join('\n  ')
  }

  /** The combination of which all dimensions are among these, and most of them. */
  setWithin(
    dimensions: readonly string[],
  ): { readonly set: number; readonly names: readonly string[] } | undefined {
    return this.rollup.words
      .map(({ names }, set) => ({ set, names }))
      .filter(({ names }) => names.every((name) => dimensions.includes(name)))
      .sort((a, b) => b.names.length - a.names.length)[0]
  }

  number(set: number): string {
    return `f.n_${set}`
  }

  words(set: number): string {
    return inRollup(this.d, this.tables.words[set] ?? '')
  }

  protected override own(name: string): string {
    const { columns, counted, words } = this.rollup
    if (columns.includes(name) || name === referenceTo(this.rollup, counted)) return `f.${this.d.ident(name)}`
    const held = words.findIndex(({ names }) => named(names).some((one) => isColumn(one, this.rollup, name)))
    const dimension = named(words[held]?.names ?? []).find((one) => isColumn(one, this.rollup, name))
    if (!dimension) throw new RangeError(`${this.rollup.name} has no ${name}`)
    return this.word(held, dimension.name)
  }

  private word(set: number, name: string): string {
    this.used.add(set)
    return `w_${set}.${this.d.ident(name)}`
  }
}

/** Whether all these columns of the fact can be had from its numbers. */
export const hasColumns = (rollup: Numbered, names: readonly string[]): boolean =>
  names.every(
    (name) =>
      rollup.columns.includes(name) ||
      name === referenceTo(rollup, rollup.counted) ||
      rollup.words.some(({ names: all }) => named(all).some((one) => isColumn(one, rollup, name))),
  )

/** Whether a dimension can be had. */
export const hasDimension = (rollup: Numbered, dimension: Dimension): boolean => {
  const column = dimension.own?.[rollup.fact]?.column
  return (
    rollup.words.some(({ names }) => names.includes(dimension.name)) ||
    dimension.name === 'date' ||
    (column !== undefined && rollup.columns.includes(column))
  )
}

const isColumn = ({ own }: Dimension, { fact }: Numbered, name: string): boolean =>
  own?.[fact]?.column === name && own[fact]?.ranges === undefined

const referenceTo = ({ fact }: Numbered, thing: ThingName): string => facts[fact].refers[thing] ?? ''

/** The SELECT of the words of a combination: n, then its dimensions. Numbers go up with the words. */
export function wordsOf(d: Dialect, rollup: Numbered, set: number): string {
  const { of, names } = rollup.words[set] ?? { names: [] }
  const dimensions = named(names)
  const columns = names.map(d.ident)
  const fact = gold(d, facts[rollup.fact].table)
  const rows = of
    ? `select distinct ${dimensions.map((one) => `${wordIn(d, of, one, 'k.k', 't')} as ${d.ident(one.name)}`).join(', ')} from ${wordRows(d, rollup, of, dimensions)}`
    : `select distinct ${dimensions.map((one) => `f.${d.ident(one.own?.[rollup.fact]?.column ?? '')} as ${d.ident(one.name)}`).join(', ')} from ${fact} f`
  return `select cast(row_number() over (order by ${columns.join(', ')}) as integer) as n, v.* from (${rows}) v`
}

/** Every value of the reference to a thing, known or not, as k.k, and the thing as t. */
function keysOf(d: Dialect, rollup: Numbered, of: ThingName): string {
  const { table, key } = things[of]
  const column = d.ident(referenceTo(rollup, of))
  const keys = `(select distinct ${column} as k from ${gold(d, facts[rollup.fact].table)})`
  return `${keys} k left join ${gold(d, table)} t on t.${d.ident(key)} = k.k`
}

/** Without the key, the thing's own rows have all the words there are; those of an unknown thing are none. */
function wordRows(d: Dialect, rollup: Numbered, of: ThingName, dimensions: readonly Dimension[]): string {
  const { table, key } = things[of]
  const hasKey = dimensions.some((one) => one.of?.column === key)
  return hasKey ? keysOf(d, rollup, of) : `${gold(d, table)} t`
}

/** A word of a thing: its key is what the fact says, whether the thing is known or not. */
const wordIn = (d: Dialect, thing: ThingName, { of }: Dimension, key: string, alias: string): string =>
  of?.column === things[thing].key ? key : `${alias}.${d.ident(of?.column ?? '')}`

/** The SELECT of the rows: the columns, the counted one as a number, and n_<set> for each combination. */
export function rowsOf(d: Dialect, rollup: Numbered, words: readonly string[]): string {
  const through = [...new Set(rollup.words.flatMap(({ of }) => of ?? []))]
  const counted = referenceTo(rollup, rollup.counted)
  const columns = [
    ...rollup.columns.map((name) => `f.${d.ident(name)}`),
    `cast(k_${rollup.counted}.n as integer) as ${d.ident(counted)}`,
    ...rollup.words.map(({ of }, set) => `${of ? `k_${of}` : `w_${set}`}.n_${set}`),
  ]
  const joins = [
    ...through.map((of) => {
      const reference = d.ident(referenceTo(rollup, of))
      return `left join (\n${numbersOf(d, rollup, of, words)}\n) k_${of} on k_${of}.k = f.${reference}`
    }),
    ...rollup.words.flatMap(({ of, names }, set) => {
      if (of) return []
      const same = named(names).map(
        ({ name, own }) =>
          `w_${set}.${d.ident(name)} is not distinct from f.${d.ident(own?.[rollup.fact]?.column ?? '')}`,
      )
      const all = `(select *, n as n_${set} from ${inRollup(d, words[set] ?? '')})`
      return [`left join ${all} w_${set} on ${same.join(' and ')}`]
    }),
  ]
  return [
    `select ${columns.join(', ')}`,
    [`from ${gold(d, facts[rollup.fact].table)} f`, ...joins].join('\n  '),
    'order by n_0',
  ].join('\n')
}

/** For each value of the reference to a thing: k, its own number n, and that of each of its combinations. */
function numbersOf(d: Dialect, rollup: Numbered, thing: ThingName, words: readonly string[]): string {
  const sets = rollup.words.flatMap(({ of, names }, set) => (of === thing ? [{ set, names }] : []))
  const joins = sets.map(({ set, names }) => {
    const same = named(names).map(
      (one) => `w_${set}.${d.ident(one.name)} is not distinct from ${wordIn(d, thing, one, 'k.k', 't')}`,
    )
    return `left join ${inRollup(d, words[set] ?? '')} w_${set} on ${same.join(' and ')}`
  })
  const numbers = sets.map(({ set }) => `w_${set}.n as n_${set}`)
  return [
    `select ${['k.k', 'row_number() over () as n', ...numbers].join(', ')}`,
    [`from ${keysOf(d, rollup, thing)}`, ...joins].join('\n  '),
    'where k.k is not null',
  ].join('\n')
}
