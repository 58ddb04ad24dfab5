import type { Fate } from './manifest.ts'
import { itemAt, type Random } from './random.ts'

/** One record of a CSV file, field by field. */
export type Fields = readonly string[]

/** One record without its line end; bytes where it is not valid UTF-8. */
export type Line = string | Uint8Array

/** One way a record can be wrong, or merely untidy. `R` is a record as it is meant, `W` as it is written. */
export interface Kind<R = Fields, W = Line> {
  readonly name: string
  readonly fate: Fate
  readonly column?: string
  readonly reason?: string
  readonly note?: string
  /** Written in the record's place. */
  readonly line: (record: R) => W
  /** A second record of the same key, some rows later. */
  readonly later?: (record: R) => W
  /** Which of the two is superseded. */
  readonly loser?: 'first' | 'later'
  /** The record names a customer nobody knows. */
  readonly stranger?: boolean
  readonly blankBefore?: boolean
  /** It is kept, but what its column held is lost. */
  readonly lost?: boolean
  /** Planted once in a file, not in every round. */
  readonly once?: boolean
}

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

export const csvLine = (fields: Fields): string => fields.map(cell).join(',')

const AVERAGE_GAP = 100

/**
 * Says which record gets which defect: about one in a hundred, in rounds in which every kind comes up once.
 * The first round is over within `atLeast` records, so that a small file has every kind too.
 */
export class Schedule<K extends { readonly once?: boolean } = Kind> {
  private readonly kinds: readonly K[]
  private readonly random: Random
  private span: number
  private round: K[]
  private wait: number

  constructor(kinds: readonly K[], random: Random, atLeast: number) {
    this.kinds = kinds
    this.random = random
    this.span = Math.max(1, Math.min(2 * AVERAGE_GAP, Math.floor(atLeast / (kinds.length + 1))))
    this.round = shuffled(kinds, random)
    this.wait = kinds.length > 0 ? this.gap() : Number.POSITIVE_INFINITY
  }

  /** To be asked once for every record, in order. */
  next(): K | undefined {
    if (--this.wait > 0) return undefined
    this.wait = this.gap()
    const kind = this.round.pop()
    if (kind) return kind
    this.span = 2 * AVERAGE_GAP
    this.round = shuffled(
      this.kinds.filter(({ once }) => !once),
      this.random,
    )
    return this.round.pop()
  }

  private gap(): number {
    return 1 + this.random.below(this.span)
  }
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const left = [...list]
  return list.map(() => itemAt(left.splice(random.below(left.length), 1), 0))
}

type Change = string | ((old: string) => string)

/** Makers of kinds for a file with that header. */
export function kindsFor(header: readonly string[]) {
  const put = (column: string, change: Change) => {
    const at = header.indexOf(column)
    if (at < 0) throw new RangeError(`no column ${column}`)
    return (fields: Fields): string[] =>
      fields.map((old, i) => (i !== at ? old : typeof change === 'string' ? change : change(old)))
  }
  const changed = (column: string, change: Change) => {
    const apply = put(column, change)
    return (fields: Fields): string => csvLine(apply(fields))
  }
  return {
    put,
    /** Held back because of one column. */
    wrong: (name: string, column: string, reason: string, change: Change): Kind => ({
      name,
      fate: 'quarantined',
      column,
      reason,
      line: changed(column, change),
    }),
    missing: (name: string, column: string): Kind => ({
      name,
      fate: 'quarantined',
      column,
      reason: 'missing',
      line: changed(column, ''),
    }),
    /** Harmless: to be cleaned and kept. */
    untidy: (name: string, column: string, change: Change, note?: string): Kind => ({
      name,
      fate: 'kept',
      column,
      ...(note !== undefined && { note }),
      line: changed(column, change),
    }),
  }
}

/** Held back as a whole: the record cannot be split into its fields, or not read as text. */
export const torn = (name: string, reason: string, line: Kind['line'], more: Partial<Kind> = {}): Kind => ({
  name,
  fate: 'quarantined',
  reason,
  line,
  ...more,
})

export const tooFewFields = (fields: number): Kind =>
  torn('too_few_fields', 'too_few_fields', (all) => csvLine(all.slice(0, fields)))

export const trailingEmptyFields: Kind = {
  name: 'trailing_empty_fields',
  fate: 'kept',
  note: 'empty fields beyond the header',
  line: (fields) => `${csvLine(fields)},,`,
}

export const blankLine: Kind = {
  name: 'blank_line',
  fate: 'kept',
  note: 'an empty line lies before this record',
  blankBefore: true,
  line: csvLine,
}

export const duplicateRow: Kind = {
  name: 'duplicate_row',
  fate: 'superseded',
  note: 'the same record comes again later',
  loser: 'first',
  line: csvLine,
  later: csvLine,
}

/** The record as it is now comes later; what stands in its place is an older version of it. */
export const updatedLater = (older: (fields: Fields) => Fields): Kind => ({
  name: 'updated_later',
  fate: 'superseded',
  note: 'a newer version of the same key comes later',
  loser: 'first',
  line: (fields) => csvLine(older(fields)),
  later: csvLine,
})

/** An older version of the record, by its own time, comes after it. */
export const staleLater = (older: (fields: Fields) => Fields): Kind => ({
  name: 'stale_later',
  fate: 'superseded',
  note: 'an older version, by its time, of a key that came before',
  loser: 'later',
  line: csvLine,
  later: (fields) => csvLine(older(fields)),
})
