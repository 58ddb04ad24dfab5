import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CsvFormat } from '../project/types.ts'
import { eachRecord } from '../sources/each-record.ts'
import type { SplitRecord } from '../sources/line-splitter.ts'
import { Distinct, type DistinctCount } from './distinct.ts'
import type { Counts } from './measure.ts'
import { RecordHash } from './record-hash.ts'
import { type OpenTable, placesIn, refused, type TableContext } from './tables.ts'
import type { PassedOver, SniffedFile } from './types.ts'

/** Counts of a large table, all of them exact. */
export interface Tally extends Counts {
  readonly keys: readonly (DistinctCount & { readonly filled: number })[]
  readonly malformed: number
  readonly passed: readonly PassedOver[]
}

/** Reads the CSV files of a large table once and counts rows, filled fields and different keys, which are compared by 64 bits of hash. */
export async function tallyLarge(
  context: TableContext,
  table: OpenTable,
  keys: readonly (readonly number[])[],
): Promise<Tally> {
  await mkdir(context.scratch, { recursive: true })
  const tallies = keys.map((key, index) => new KeyTally(key, join(context.scratch, `${table.all}-${index}`)))
  try {
    const files: FileTally[] = []
    for (const file of table.table.files) files.push(await tallyFile(context, table.columns, file, tallies))
    return {
      rows: files.reduce((sum, { rows }) => sum + rows, 0),
      filled: table.columns.map((_, index) =>
        files.reduce((sum, { filled }) => sum + (filled[index] ?? 0), 0),
      ),
      distinct: new Map(),
      keys: tallies.map(({ filled, hashes }) => ({ filled, ...hashes.count() })),
      malformed: files.reduce((sum, { malformed }) => sum + malformed, 0),
      passed: files.flatMap(({ passed }) => passed),
    }
  } finally {
    for (const { hashes } of tallies) hashes.close()
  }
}

class KeyTally {
  filled = 0
  readonly key: readonly number[]
  readonly hashes: Distinct

  constructor(key: readonly number[], path: string) {
    this.key = key
    this.hashes = new Distinct(path)
  }

  add(bytes: Buffer, record: SplitRecord, hash: RecordHash): void {
    if (!hash.take(bytes, record)) return
    this.filled++
    this.hashes.add(hash.high, hash.low)
  }
}

interface FileTally {
  readonly rows: number
  /** By the table's columns. */
  readonly filled: readonly number[]
  readonly malformed: number
  readonly passed: readonly PassedOver[]
}

async function tallyFile(
  { store, signal }: TableContext,
  columns: readonly string[],
  file: SniffedFile,
  tallies: readonly KeyTally[],
): Promise<FileTally> {
  const { path, header, format } = file
  const hashes = tallies.map(({ key }) => new RecordHash(file, columns, key))
  const empty = header.map(() => 0)
  let rows = 0
  const visit = (bytes: Buffer, record: SplitRecord): void => {
    rows++
    countEmpty(record, empty)
    for (let i = 0; i < tallies.length; i++)
      (tallies[i] as KeyTally).add(bytes, record, hashes[i] as RecordHash)
  }
  const options = { columns: header.length, ...(signal ? { signal } : {}) }
  const read = await eachRecord(store.url(path), format as CsvFormat, visit, options)
  const places = placesIn(header, columns)
  return {
    rows,
    filled: places.map((place) => rows - (empty[place] ?? 0)),
    malformed: read.ok ? read.malformed : 0,
    passed: read.ok ? [] : [refused(path, read.problem)],
  }
}

function countEmpty({ from, to }: SplitRecord, empty: number[]): void {
  for (let i = 0; i < empty.length; i++) if (from[i] === to[i]) empty[i] = (empty[i] as number) + 1
}
