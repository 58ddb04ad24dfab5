import { join } from 'node:path'
import { csvLine, type Kind, type Line } from './dirt.ts'
import type { Defect, FileCount } from './manifest.ts'
import type { Random } from './random.ts'
import { TextFile } from './text-file.ts'

/** What became of a planted record: as good as a clean one, the same but of an unknown customer, or held back. */
export type Outcome = 'kept' | 'stranger' | 'held'

interface Echo {
  readonly line: string
  readonly defect?: Kind
}

/** A CSV file in the making: counts its records and reports where dirt lies. */
export class CsvFile {
  readonly name: string
  private readonly file: TextFile
  private readonly random: Random
  private readonly report: (defect: Defect) => void
  private readonly echoes = new Map<number, Echo[]>()
  private rows = 0
  private quarantined = 0
  private superseded = 0
  private blankLines = 0

  private constructor(name: string, file: TextFile, random: Random, report: (defect: Defect) => void) {
    this.name = name
    this.file = file
    this.random = random
    this.report = report
  }

  static async create(
    folder: string,
    name: string,
    header: readonly string[],
    random: Random,
    report: (defect: Defect) => void,
  ): Promise<CsvFile> {
    const file = await TextFile.create(join(folder, name))
    file.append(`${csvLine(header)}\n`)
    return new CsvFile(name, file, random, report)
  }

  /** One clean record, already written as CSV. */
  add(line: string): void {
    this.file.append(line)
    this.file.append('\n')
    this.rows++
    if (this.echoes.size > 0) this.echo()
  }

  /** A clean record where `kind` is absent, else one with that defect. */
  put(fields: readonly string[], kind: Kind | undefined): Outcome {
    if (kind) return this.plant(fields, kind)
    this.add(csvLine(fields))
    return 'kept'
  }

  /** One record with a defect, and whatever of it comes some rows later. */
  plant(fields: readonly string[], kind: Kind): Outcome {
    if (kind.blankBefore) {
      this.blankLines++
      this.file.append('\n')
    }
    const later = kind.later?.(fields)
    if (later === undefined || kind.loser === 'first') this.note(kind)
    if (later !== undefined) this.echoLater({ line: later, ...(kind.loser === 'later' && { defect: kind }) })
    this.addLine(kind.line(fields))
    if (kind.fate === 'quarantined') return 'held'
    return kind.stranger ? 'stranger' : 'kept'
  }

  get counts(): FileCount {
    const { rows, quarantined, superseded, blankLines } = this
    return { rows, clean: rows - quarantined - superseded, quarantined, superseded, blankLines }
  }

  drain(): Promise<void> {
    return this.file.drain()
  }

  /** Writes the records that are still owed; nothing may be added after it. */
  finish(): void {
    const owed = [...this.echoes.values()].flat()
    this.echoes.clear()
    for (const echo of owed) this.addEcho(echo)
  }

  publish(): Promise<void> {
    return this.file.publish()
  }

  discard(): Promise<void> {
    return this.file.discard()
  }

  private addLine(line: Line): void {
    if (typeof line !== 'string') this.file.appendBytes(line)
    this.add(typeof line === 'string' ? line : '')
  }

  private note({ name, fate, column, reason, note }: Kind): void {
    if (fate === 'quarantined') this.quarantined++
    if (fate === 'superseded') this.superseded++
    this.report({
      kind: name,
      file: this.name,
      row: this.rows + 1,
      ...(column !== undefined && { column }),
      fate,
      ...(reason !== undefined && { reason }),
      ...(note !== undefined && { note }),
    })
  }

  private echoLater(echo: Echo): void {
    const row = this.rows + 2 + this.random.below(40)
    this.echoes.set(row, [...(this.echoes.get(row) ?? []), echo])
  }

  private echo(): void {
    const due = this.echoes.get(this.rows)
    if (!due) return
    this.echoes.delete(this.rows)
    for (const echo of due) this.addEcho(echo)
  }

  private addEcho({ line, defect }: Echo): void {
    if (defect) this.note(defect)
    this.add(line)
  }
}
