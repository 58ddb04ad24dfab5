import type { Kind } from './dirt.ts'
import type { Defect, FileCount } from './manifest.ts'
import type { Random } from './random.ts'

/** What became of a planted record: as good as a clean one, the same but of an unknown customer, or held back. */
export type Outcome = 'kept' | 'stranger' | 'held'

/** Where a record lies. */
export interface Place {
  readonly file: string
  /** 1 = first record after the header. */
  readonly row: number
}

/** One landing file, or several that go on where the one before is full. `W` is a record as it is written. */
export interface Sink<W> {
  /** Where the `record`-th of all records lies, from 1. */
  place(record: number): Place
  write(record: W, place: Place): void
  /** An empty line before the record that comes to lie at `place`. */
  blank(place: Place): void
  /** Waits for the disk. */
  drain(): Promise<void>
  publish(): Promise<void>
  discard(): Promise<void>
}

interface Echo<R, W> {
  readonly record: W
  readonly defect?: Kind<R, W>
}

type Tally = { -readonly [name in Exclude<keyof FileCount, 'clean'>]: number }

/** A landing file in the making: counts its records and reports where dirt lies. `R` is a record as it is meant. */
export class PlantedFile<R, W> {
  private readonly sink: Sink<W>
  private readonly random: Random
  private readonly clean: (record: R) => W
  private readonly report: (defect: Defect) => void
  private readonly echoes = new Map<number, Echo<R, W>[]>()
  private readonly tallies = new Map<string, Tally>()
  private records = 0
  private next: Place
  /** Of the file in which the next record comes to lie. */
  private current: Tally

  constructor(sink: Sink<W>, clean: (record: R) => W, random: Random, report: (defect: Defect) => void) {
    this.sink = sink
    this.clean = clean
    this.random = random
    this.report = report
    this.next = sink.place(1)
    this.current = this.tally(this.next.file)
  }

  /** One clean record as it is to be written. */
  add(record: W): void {
    this.sink.write(record, this.next)
    this.current.rows++
    this.records++
    this.advance()
    if (this.echoes.size > 0) this.echo()
  }

  /** A clean record where `kind` is absent, else one with that defect. */
  put(record: R, kind: Kind<R, W> | undefined): Outcome {
    if (kind) return this.plant(record, kind)
    this.add(this.clean(record))
    return 'kept'
  }

  /** One record with a defect, and whatever of it comes some rows later. */
  plant(record: R, kind: Kind<R, W>): Outcome {
    if (kind.blankBefore) {
      this.current.blankLines++
      this.sink.blank(this.next)
    }
    const later = kind.later?.(record)
    if (later === undefined || kind.loser === 'first') this.note(kind)
    if (later !== undefined)
      this.echoLater({ record: later, ...(kind.loser === 'later' && { defect: kind }) })
    this.add(kind.line(record))
    if (kind.fate === 'quarantined') return 'held'
    return kind.stranger ? 'stranger' : 'kept'
  }

  /** By the name of each file written. */
  get counts(): Record<string, FileCount> {
    return Object.fromEntries(
      [...this.tallies]
        .filter(([, { rows }], i) => i === 0 || rows > 0)
        .map(([file, { rows, quarantined, superseded, blankLines }]) => [
          file,
          { rows, clean: rows - quarantined - superseded, quarantined, superseded, blankLines },
        ]),
    )
  }

  drain(): Promise<void> {
    return this.sink.drain()
  }

  /** Writes the records that are still owed; nothing may be added after it. */
  finish(): void {
    const owed = [...this.echoes.values()].flat()
    this.echoes.clear()
    for (const echo of owed) this.addEcho(echo)
  }

  publish(): Promise<void> {
    return this.sink.publish()
  }

  discard(): Promise<void> {
    return this.sink.discard()
  }

  private advance(): void {
    this.next = this.sink.place(this.records + 1)
    if (!this.tallies.has(this.next.file)) this.current = this.tally(this.next.file)
  }

  private tally(file: string): Tally {
    const tally = { rows: 0, quarantined: 0, superseded: 0, blankLines: 0 }
    this.tallies.set(file, tally)
    return tally
  }

  private note({ name, fate, column, reason, note }: Kind<R, W>): void {
    const { file, row } = this.next
    if (fate !== 'kept') this.current[fate]++
    this.report({
      kind: name,
      file,
      row,
      ...(column !== undefined && { column }),
      fate,
      ...(reason !== undefined && { reason }),
      ...(note !== undefined && { note }),
    })
  }

  private echoLater(echo: Echo<R, W>): void {
    const record = this.records + 2 + this.random.below(40)
    this.echoes.set(record, [...(this.echoes.get(record) ?? []), echo])
  }

  private echo(): void {
    const due = this.echoes.get(this.records)
    if (!due) return
    this.echoes.delete(this.records)
    for (const echo of due) this.addEcho(echo)
  }

  private addEcho({ record, defect }: Echo<R, W>): void {
    if (defect) this.note(defect)
    this.add(record)
  }
}
