import { DATE } from '../../model/semantic/dimensions.ts'
import type { ThingName } from '../../model/semantic/facts.ts'
import { bucketOf, bucketsIn, nextBucket } from '../days.ts'
import type { Part, Zero } from '../parts.ts'
import { changeOf, type Filled, isReadable, orderOf, type Plan } from '../plan.ts'
import type { Wanted } from '../wanted.ts'
import type { Word } from './columns.ts'
import { difference, type Exact, figureValue, toNumber } from './exact.ts'
import type { Group } from './groups.ts'

/** Where the groups of a plan's parts are found, and what its keys are called. */
export interface Memory {
  groups(part: Part): readonly Group[]
  label(thing: ThingName, key: string): string | null
}

type Row = readonly (Word | number)[]

interface Together {
  readonly words: readonly Word[]
  readonly columns: Map<string, Exact | null>
}

/** The rows that the SQL of a plan returns, in the order of its columns: the parts' groups laid together as `statement` does. */
export function rowsOf({ want, parts, figures, filled }: Plan, memory: Memory): readonly Row[] {
  const groups = new Groups()
  for (const part of parts)
    for (const { words, figures: found } of memory.groups(part)) {
      const { columns } = groups.of(words)
      part.columns.forEach((column, index) => {
        columns.set(column, found[index] ?? null)
      })
    }
  if (filled && isReadable(want, filled)) fill(groups, want, filled)
  const dated = want.by.findIndex(({ dimension }) => dimension.name === DATE.name)
  const zeros = parts.flatMap(({ columns, zero }) => columns.map((column) => [column, zero] as const))
  const shown = groups.list.map(({ words, columns }) => {
    for (const [column, zero] of zeros)
      if ((columns.get(column) ?? null) === null && isZero(zero, words[dated] ?? null))
        columns.set(column, NONE)
    const exact = figures.map(({ figure }) => figureValue(figure, (name) => columns.get(name) ?? null))
    return { words, exact, numbers: exact.map((value) => value && toNumber(value)) }
  })
  const named = figures.map(({ name }) => name)
  return shown
    .sort(comparing(want, named))
    .slice(0, want.limit + 1)
    .map(({ words, numbers }) => [...labelled(want, words, memory), ...numbers])
}

const NONE: Exact = { units: 0n, scale: 0 }

class Groups {
  readonly list: Together[] = []
  private readonly byKey = new Map<string, Together>()

  of(words: readonly Word[]): Together {
    const key = JSON.stringify(words)
    let group = this.byKey.get(key)
    if (!group) {
      group = { words, columns: new Map() }
      this.byKey.set(key, group)
      this.list.push(group)
    }
    return group
  }
}

/** Every bucket beside each combination of the other words. */
function fill(groups: Groups, { by }: Wanted, { grain, days }: Filled): void {
  const dated = by.findIndex((one) => one.grain !== undefined)
  const others = new Map(groups.list.map(({ words }) => [JSON.stringify(words.toSpliced(dated, 1)), words]))
  const each = by.length === 1 ? [[null]] : [...others.values()]
  let bucket = bucketOf(days.from, grain)
  for (let left = bucketsIn(days, grain); left > 0; left--) {
    for (const words of each) groups.of(words.with(dated, bucket))
    bucket = nextBucket(bucket, grain)
  }
}

function isZero(zero: Zero, day: Word): boolean {
  if (typeof zero === 'string') return zero === 'everywhere'
  return typeof day === 'string' && zero.first <= day && day <= zero.last
}

function labelled({ by }: Wanted, words: readonly Word[], memory: Memory): Row {
  return by.flatMap(({ dimension: { labelOf } }, index) => {
    const word = words[index] ?? null
    return labelOf ? [word, word === null ? null : memory.label(labelOf, String(word))] : [word]
  })
}

interface Sorted {
  readonly words: readonly Word[]
  readonly exact: readonly (Exact | null)[]
  readonly numbers: readonly (number | null)[]
}

/** As the query is ordered; what is unknown comes last either way. */
function comparing(want: Wanted, named: readonly string[]): (a: Sorted, b: Sorted) => number {
  const keys = orderOf(want).map(({ by, descending = false }) => ({
    of: sortKey(want, named, by),
    descending,
  }))
  return (a, b) => {
    for (const { of, descending } of keys) {
      const [left, right] = [of(a), of(b)]
      if (left === right) continue
      if (left === null) return 1
      if (right === null) return -1
      return descending ? compare(right, left) : compare(left, right)
    }
    return 0
  }
}

function sortKey(want: Wanted, named: readonly string[], name: string): (row: Sorted) => Word {
  const measure = changeOf(want, name)
  if (!measure) {
    const [group, figure] = [
      want.by.findIndex(({ dimension }) => dimension.name === name),
      named.indexOf(name),
    ]
    return ({ words, numbers }) => (group < 0 ? numbers[figure] : words[group]) ?? null
  }
  const [now, before] = [named.indexOf(measure.name), named.indexOf(`${measure.name}.before`)]
  return ({ exact }) => {
    const [a, b] = [exact[now], exact[before]]
    if (!a || !b) return null
    const change = toNumber(difference(a, b))
    if (measure.format === 'percent') return change
    return b.units === 0n ? null : change / Math.abs(toNumber(b))
  }
}

/** Texts by their code points, as the engine's binary collation has them. */
function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b)
  return PLAIN.test(a) && PLAIN.test(b) ? (a < b ? -1 : 1) : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Up to here, UTF-16 has the order of code points. */
const PLAIN = /^[\0-\ud7ff]*$/
