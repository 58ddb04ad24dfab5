import { dimensionNamed } from '../../model/semantic/catalogue.ts'
import type { ThingName } from '../../model/semantic/facts.ts'
import type { Dialect } from '../../sql/dialect.ts'
import type { Context } from '../context.ts'
import type { Part } from '../parts.ts'
import type { Plan } from '../plan.ts'
import { type SummedSet, setsOf } from '../rollups.ts'
import { type KeptRows, type Needed, neededFor, type Sum, type Word, Words } from './columns.ts'
import { groupsIn, groupsOf, wordOf } from './groups.ts'
import { labelsSql, rowsSql, scaleOf, sizeSql, typesSql, wordsSql } from './read-sql.ts'
import { rowsOf } from './together.ts'

type Rows = readonly (readonly unknown[])[]

/** A query's rows in batches, column by column. */
export type Batches = AsyncIterable<{
  readonly columns: readonly (readonly unknown[])[]
  readonly rows: number
}>

export type Read = (sql: string) => Batches

/** All of a query's rows, each in the order of its columns. */
export async function allRows(batches: Batches): Promise<unknown[][]> {
  const rows: unknown[][] = []
  for await (const batch of batches)
    for (let r = 0; r < batch.rows; r++) rows.push(batch.columns.map((column) => column[r]))
  return rows
}

/** Sets of more rows are left to the engine: a column of so many takes 16 MB. */
const MOST_ROWS = 2_000_000
/** Sets of up to so many rows come before they are asked for: all of them together take less than one large set. */
const FEW_ROWS = 100_000
/** Below this, any sum of whole numbers is exact in a double. */
const EXACT = 2 ** 53

interface Kept {
  /** Undefined until it was looked at. */
  rows?: number
  readonly words: Map<string, Words>
  readonly sums: Map<string, Sum>
}

/**
 * The sums of a version's rollups, kept as columns once somebody asked for them: a page's questions are a few thousand rows
 * each, which are added up here in less time than an engine takes to read the question. What is not there yet is read in the
 * background, one set after another, and meanwhile the engine answers. With a sum come the small sets of its fact: the next
 * question is the same one by something else.
 */
export class SumsInMemory {
  private readonly sets = new Map<string, Kept>()
  private readonly labels = new Map<ThingName, ReadonlyMap<string, string>>()
  private readonly asked = new Set<string>()
  private reading: Promise<void>
  private readonly d: Dialect
  private readonly context: Context
  private readonly read: Read

  /** Reads nothing before `start` is there. */
  constructor(d: Dialect, context: Context, read: Read, start: Promise<void> = Promise.resolve()) {
    this.d = d
    this.context = context
    this.read = read
    this.reading = start
  }

  /**
   * The parts of a plan that the engine must be asked for, when all others are in memory; undefined where it is to be asked
   * for the whole plan. What is missing is fetched for the next time.
   */
  left(plan: Plan): readonly Part[] | undefined {
    const parts = plan.parts.map((part) => ({ part, needed: neededFor(part) }))
    const left = parts.flatMap(({ part, needed }) => (needed ? [] : [part]))
    if (left.length > 0 && !hasFewGroups(plan)) return undefined
    const things = plan.want.by.flatMap(({ dimension }) => dimension.labelOf ?? [])
    const missing = parts.flatMap(({ part: { fact }, needed }) =>
      needed && !this.has(needed) ? [{ fact, ...needed }] : [],
    )
    const unnamed = things.filter((thing) => !this.labels.has(thing))
    for (const { of, sums } of missing) this.obtainSet(of, sums, MOST_ROWS)
    for (const { fact, sums } of missing)
      for (const of of setsOf(this.d, fact, this.context)) this.obtainSet(of, sums, FEW_ROWS)
    for (const thing of unnamed) this.obtain(thing, () => this.readLabels(thing))
    return missing.length + unnamed.length > 0 ? undefined : left
  }

  /** The rows that the plan's SQL returns, from those of the parts that are left. */
  rows(plan: Plan, left: ReadonlyMap<Part, Rows>): Rows {
    return rowsOf(plan, {
      groups: (part) => {
        const rows = left.get(part)
        return rows ? groupsIn(part, rows) : groupsOf(part, this.kept(part))
      },
      label: (thing, key) => this.labels.get(thing)?.get(key) ?? null,
    })
  }

  /** When all that was asked for until now is there, or could not be had. */
  settled(): Promise<void> {
    return this.reading
  }

  private kept(part: Part): KeptRows {
    const needed = neededFor(part)
    const kept = needed && this.sets.get(keyOf(needed.of))
    if (kept?.rows === undefined) throw new RangeError(`${part.name} is not in memory`)
    return { ...kept, rows: kept.rows }
  }

  private has(needed: Needed): boolean {
    const kept = this.sets.get(keyOf(needed.of))
    return (
      kept !== undefined &&
      needed.words.every((name) => kept.words.has(name)) &&
      needed.sums.every((column) => kept.sums.has(column))
    )
  }

  /** Each is tried once: what cannot be read is the engine's. */
  private obtain(key: string, read: () => Promise<void>): void {
    if (this.asked.has(key)) return
    this.asked.add(key)
    this.reading = this.reading.then(read).catch(() => undefined)
  }

  private obtainSet(of: SummedSet, sums: readonly string[], most: number): void {
    this.obtain(JSON.stringify([of.table, of.part, sums, most]), () => this.readSet(of, sums, most))
  }

  private async readSet(of: SummedSet, wanted: readonly string[], most: number): Promise<void> {
    const kept: Kept = this.sets.get(keyOf(of)) ?? { words: new Map(), sums: new Map() }
    const needed: Needed = {
      of,
      words: of.dimensions.filter((name) => !kept.words.has(name)),
      sums: wanted.filter((column) => !kept.sums.has(column)),
    }
    if (needed.words.length + needed.sums.length === 0) return
    const types = new Map(
      (await this.rowsFrom(typesSql(this.d, of.table))).map(([a, b]) => [String(a), String(b)]),
    )
    const [[count, ...largest] = []] = await this.rowsFrom(sizeSql(this.d, needed, types))
    const isExact = largest.every((most) => most !== null && Number(most) < EXACT)
    if (!isExact || Number(count) > most) return
    const values: (readonly Word[])[] = []
    for (const name of needed.words)
      values.push(
        (await this.rowsFrom(wordsSql(this.d, needed, name))).map(([word]) =>
          wordOf(dimensionNamed(name)?.type ?? 'text', word),
        ),
      )
    const rows = Number(count)
    const codes = needed.words.map(() => new Uint32Array(rows))
    const units = needed.sums.map(() => new Float64Array(rows))
    let place = 0
    for await (const batch of this.read(rowsSql(this.d, needed, types))) {
      ;[...codes, ...units].forEach((column, at) => {
        const read = batch.columns[at] ?? []
        for (let row = 0; row < batch.rows; row++) column[place + row] = numberIn(read[row])
      })
      place += batch.rows
    }
    needed.words.forEach((name, at) => {
      kept.words.set(name, new Words(codes[at] ?? new Uint32Array(), values[at] ?? []))
    })
    needed.sums.forEach((name, at) => {
      kept.sums.set(name, { units: units[at] ?? new Float64Array(), scale: scaleOf(types.get(name) ?? '') })
    })
    kept.rows = rows
    this.sets.set(keyOf(of), kept)
  }

  private rowsFrom(sql: string): Promise<unknown[][]> {
    return allRows(this.read(sql))
  }

  private async readLabels(thing: ThingName): Promise<void> {
    const rows = await this.rowsFrom(labelsSql(this.d, thing))
    this.labels.set(
      thing,
      new Map(
        rows.flatMap(([key, label]) => (label === null ? [] : [[String(key), String(label)] as const])),
      ),
    )
  }
}

const keyOf = ({ table, part }: SummedSet): string => `${table} ${part}`

const numberIn = (value: unknown): number => (value === null ? Number.NaN : Number(value))

/** So few that it costs nothing to lay them together here: one dimension at most beside weekday and hour. */
const hasFewGroups = ({ want: { by } }: Plan): boolean =>
  by.every(({ dimension }) => !dimension.many) &&
  by.filter(({ dimension }) => !['weekday', 'hour'].includes(dimension.name)).length <= 1
