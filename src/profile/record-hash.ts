import type { CsvFormat } from '../project/types.ts'
import { type CsvSyntax, csvSyntax } from '../sources/csv-syntax.ts'
import { fieldText } from '../sources/field-text.ts'
import type { SplitRecord } from '../sources/line-splitter.ts'
import { KeyHash } from './key-hash.ts'
import { placesIn } from './tables.ts'
import type { SniffedFile } from './types.ts'

/** The hash of a key of the records of one file: the same for a value with quotes around it as without. */
export class RecordHash extends KeyHash {
  readonly #places: readonly number[]
  readonly #syntax: CsvSyntax

  /** `key`: places among the table's `columns`, which the file may have in another order. */
  constructor({ header, format }: SniffedFile, columns: readonly string[], key: readonly number[]) {
    super()
    const places = placesIn(header, columns)
    this.#places = key.map((index) => places[index] ?? index)
    this.#syntax = csvSyntax(format as CsvFormat)
  }

  /** Hashes the key; false where one of its columns is empty. */
  take(bytes: Buffer, record: SplitRecord): boolean {
    this.begin()
    for (const place of this.#places) {
      const from = record.from[place] as number
      const to = record.to[place] as number
      if (from === to) return false
      if (record.escaped[place]) {
        const value = Buffer.from(fieldText(bytes, this.#syntax, record, place))
        this.add(value, 0, value.length)
      } else this.add(bytes, from, to)
    }
    this.end()
    return true
  }
}
