import { DATE, type Dimension } from '../../model/semantic/dimensions.ts'
import { facts } from '../../model/semantic/facts.ts'
import { presence } from '../aggregates.ts'
import { addDays, addMonths, bucketOf } from '../days.ts'
import { keptColumn } from '../kept.ts'
import type { Cut, Part } from '../parts.ts'
import type { Compared } from '../period.ts'
import type { Filtered, Grouped } from '../wanted.ts'
import type { KeptRows, Sum, Word, Words } from './columns.ts'
import { type Exact, exactly } from './exact.ts'

/** A group of a part: its words in the order of the cut, and its figure for each column; null as SQL's NULL. */
export interface Group {
  readonly words: readonly Word[]
  readonly figures: readonly (Exact | null)[]
}

/** The groups of a part that have a row for any of its aggregates; one in all without groups. As `fromSums` has them. */
export function groupsOf({ fact, cut, aggregates }: Part, kept: KeptRows): readonly Group[] {
  const keys = cut.by.map((one) => keyOf(kept, one, cut.compared))
  const places = placesOf(keys, rowsLeft(kept, filtersOf(kept, cut, facts[fact].date !== undefined)))
  const count = keys.length === 0 ? 1 : places.groups.length
  const sums = new Map<string | undefined, Sum>()
  const sumOf = (column: string | undefined) => {
    const sum = sums.get(column) ?? sumsBy(places, count, sumIn(kept, column))
    sums.set(column, sum)
    return sum
  }
  const figures = aggregates.map((one) => sumOf(keptColumn(one)))
  const present = aggregates.map((one) => sumOf(keptColumn(presence(one))))
  return Array.from({ length: count }, (_, group) => group)
    .filter((group) => keys.length === 0 || present.some(({ units }) => (units[group] ?? 0) > 0))
    .map((group) => ({
      words: wordsOf(keys, places.groups[group] ?? 0),
      figures: figures.map((sum) => inUnits(sum, group)),
    }))
}

function inUnits({ units, scale }: Sum, group: number): Exact | null {
  const value = units[group] ?? Number.NaN
  return Number.isNaN(value) ? null : { units: BigInt(value), scale }
}

/** The groups of a part from the rows that its SQL returned. */
export const groupsIn = ({ cut }: Part, rows: readonly (readonly unknown[])[]): readonly Group[] =>
  rows.map((row) => ({
    words: cut.by.map(({ dimension }, index) => wordOf(dimension.type, row[index])),
    figures: row.slice(cut.by.length).map(exactly),
  }))

export function wordOf(type: Dimension['type'], value: unknown): Word {
  if (value === null || value === undefined) return null
  return type === 'integer' ? Number(value) : String(value)
}

function wordsIn({ words }: KeptRows, name: string): Words {
  const found = words.get(name)
  if (!found) throw new RangeError(`${name} is not in memory`)
  return found
}

function sumIn({ sums }: KeptRows, column: string | undefined): Sum {
  const found = sums.get(column ?? '')
  if (!found) throw new RangeError(`${column} is not in memory`)
  return found
}

/** What rows are grouped by: the digit of each code, and the word of each digit. */
interface Key {
  readonly codes: Uint32Array
  readonly digits: Uint32Array
  readonly words: readonly Word[]
}

function keyOf(kept: KeptRows, { dimension, grain }: Grouped, compared: Compared | undefined): Key {
  const words = wordsIn(kept, dimension.name)
  const make = () => {
    const { codes, values } = words
    const shown = grain
      ? values.map((day) => (day === null ? null : bucketOf(moved(String(day), compared), grain)))
      : values
    const all = [...new Set(shown)]
    const places = new Map(all.map((word, place) => [word, place]))
    return { codes, digits: Uint32Array.from(shown, (word) => places.get(word) ?? 0), words: all }
  }
  return compared ? make() : words.once(grain ?? '', make)
}

function moved(day: string, compared: Compared | undefined): string {
  if (!compared) return day
  const { move } = compared
  return 'days' in move ? addDays(day, move.days) : addMonths(day, move.months)
}

/** Which words a filter leaves. */
interface Left {
  readonly words: Words
  readonly codes: readonly number[]
}

function filtersOf(kept: KeptRows, { range, compared, values }: Cut, isDated: boolean): readonly Left[] {
  const period = isDated ? (compared?.period ?? range) : undefined
  const within = (day: Word) =>
    period !== undefined && typeof day === 'string' && period.from <= day && day < period.to
  const leaving = (name: string, isLeft: (word: Word) => boolean): Left => {
    const words = wordsIn(kept, name)
    return { words, codes: words.values.flatMap((word, code) => (isLeft(word) ? [code] : [])) }
  }
  return [
    ...values.map((one) => leaving(one.dimension.name, (word) => isAmong(word, one))),
    ...(period ? [leaving(DATE.name, within)] : []),
  ]
}

const isAmong = (word: Word, { dimension, values }: Filtered): boolean =>
  values.some((value) => {
    if (value === null || word === null) return value === word
    return dimension.type === 'integer' ? Number.parseInt(value, 10) === word : value === word
  })

/** The rows that all filters leave, in their order: those of one rare word are had from where they are, the others are looked at. */
function rowsLeft({ rows }: KeptRows, filters: readonly Left[]): Uint32Array {
  const rare = filters.find(({ words, codes: [code, ...others] }) =>
    code === undefined || others.length > 0 || words.isSorted ? false : words.rowsOf(code).length * 2 < rows,
  )
  const others = filters.filter((one) => one !== rare)
  const first = rare ? rare.words.rowsOf(rare.codes[0] ?? 0) : everyRow(rows)
  return others.reduce(left, first)
}

let every = new Uint32Array()

/** 0, 1, 2 ..; not to be written to. */
function everyRow(rows: number): Uint32Array {
  if (every.length < rows) {
    every = new Uint32Array(rows)
    for (let row = 0; row < rows; row++) every[row] = row
  }
  return every.subarray(0, rows)
}

/** Fewer of the rows, in their order. */
function left(rows: Uint32Array, { words, codes }: Left): Uint32Array {
  const { codes: all, values, isSorted } = words
  const [first = 0, last = -1] = [codes[0], codes.at(-1)]
  if (isSorted && codes.length === last - first + 1)
    return rows.subarray(firstAt(rows, all, first), firstAt(rows, all, last + 1))
  const isLeft = new Uint8Array(values.length)
  for (const code of codes) isLeft[code] = 1
  const found = new Uint32Array(rows.length)
  let count = 0
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0
    if (isLeft[all[row] ?? 0] === 1) found[count++] = row
  }
  return found.subarray(0, count)
}

/** The place of the first of the rows whose code is at least this one; their codes never fall. */
function firstAt(rows: Uint32Array, codes: Uint32Array, code: number): number {
  let [from, to] = [0, rows.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((codes[rows[middle] ?? 0] ?? 0) < code) from = middle + 1
    else to = middle
  }
  return from
}

interface Places {
  readonly rows: Uint32Array
  /** Of each of the rows: the place of its group. */
  readonly of: Uint32Array
  /** The number that the digits of each group make. */
  readonly groups: readonly number[]
}

/** Up to here, groups are found by their number in an array instead of a map. */
const FEW = 1_000_000

/** Groups in the order they are met. */
function placesOf(keys: readonly Key[], rows: Uint32Array): Places {
  const most = keys.reduce((product, { words }) => product * words.length, 1)
  if (most > Number.MAX_SAFE_INTEGER) throw new RangeError('more combinations than a number can tell apart')
  if (keys.length === 0) return { rows, of: new Uint32Array(rows.length), groups: [0] }
  const numbers = new Float64Array(rows.length)
  for (const key of keys) addDigits(numbers, key, rows)
  return { rows, ...(most <= FEW ? placesInArray(numbers, most) : placesInMap(numbers)) }
}

function addDigits(numbers: Float64Array, { codes, digits, words }: Key, rows: Uint32Array): void {
  const base = words.length
  for (let at = 0; at < rows.length; at++)
    numbers[at] = (numbers[at] ?? 0) * base + (digits[codes[rows[at] ?? 0] ?? 0] ?? 0)
}

function placesInArray(numbers: Float64Array, most: number): Pick<Places, 'of' | 'groups'> {
  const places = new Uint32Array(most)
  const of = new Uint32Array(numbers.length)
  const groups: number[] = []
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] ?? 0
    if (places[number] === 0) places[number] = groups.push(number)
    of[at] = (places[number] ?? 0) - 1
  }
  return { of, groups }
}

function placesInMap(numbers: Float64Array): Pick<Places, 'of' | 'groups'> {
  const places = new Map<number, number>()
  const of = new Uint32Array(numbers.length)
  const groups: number[] = []
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] ?? 0
    let place = places.get(number)
    if (place === undefined) {
      place = groups.push(number) - 1
      places.set(number, place)
    }
    of[at] = place
  }
  return { of, groups }
}

function wordsOf(keys: readonly Key[], number: number): readonly Word[] {
  let rest = number
  const words = keys.toReversed().map(({ words: of }) => {
    const word = of[rest % of.length] ?? null
    rest = Math.floor(rest / of.length)
    return word
  })
  return words.reverse()
}

/** A column's sum in each group; NaN where no row has a value. */
function sumsBy({ rows, of }: Places, count: number, { units, scale }: Sum): Sum {
  const sums = new Float64Array(count).fill(Number.NaN)
  for (let at = 0; at < rows.length; at++) {
    const value = units[rows[at] ?? 0] ?? Number.NaN
    if (Number.isNaN(value)) continue
    const group = of[at] ?? 0
    const before = sums[group] ?? 0
    sums[group] = Number.isNaN(before) ? value : before + value
  }
  return { units: sums, scale }
}
