import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fromSystemError } from '../errors.ts'
import type { CsvFormat } from '../project/types.ts'
import { eachRecord } from '../sources/each-record.ts'
import type { HashSet } from './hash-set.ts'
import { RecordHash } from './record-hash.ts'
import { lenientCsv, type OpenTable, selected, type TableContext } from './tables.ts'
import type { SniffedFile } from './types.ts'

/** Makes a table of the records of a large table whose key is among `wanted`, in one more pass over its files. */
export async function repeatedRows(
  context: TableContext,
  { table, columns, all }: OpenTable,
  key: readonly number[],
  wanted: HashSet,
): Promise<string> {
  const { session, dialect: d, scratch } = context
  const name = `${all}_${key.join('_')}`
  const parts: string[] = []
  for (const [place, file] of table.files.entries()) {
    const path = join(scratch, `${name}-${place}.csv`)
    await copyRecords(context, file, path, new RecordHash(file, columns, key), wanted)
    const format: CsvFormat = { ...(file.format as CsvFormat), encoding: 'utf-8', header: false }
    parts.push(selected(d, lenientCsv(d, path, format, file.header.length), file.header, columns, place))
  }
  await session.execute([`create temp table ${name} as ${parts.join(' union all ')}`])
  return name
}

async function copyRecords(
  { store, signal }: TableContext,
  { path, format, header }: SniffedFile,
  to: string,
  hash: RecordHash,
  wanted: HashSet,
): Promise<void> {
  const out = new Lines(to)
  try {
    await eachRecord(
      store.url(path),
      format as CsvFormat,
      (bytes, record) => {
        if (hash.take(bytes, record) && wanted.has(hash.high, hash.low))
          out.add(bytes, record.start, record.end)
      },
      { columns: header.length, ...(signal ? { signal } : {}) },
    )
    out.flush()
  } finally {
    out.close()
  }
}

/** Lines written a megabyte at a time. */
class Lines {
  readonly #file: number
  #kept: Buffer[] = []
  #size = 0

  constructor(path: string) {
    this.#file = openSync(path, 'w')
  }

  add(bytes: Buffer, start: number, end: number): void {
    this.#kept.push(Buffer.from(bytes.subarray(start, end)), Buffer.from('\n'))
    this.#size += end - start
    if (this.#size > 1024 * 1024) this.flush()
  }

  flush(): void {
    const all = Buffer.concat(this.#kept)
    try {
      for (let done = 0; done < all.length; ) done += writeSync(this.#file, all, done)
    } catch (error) {
      throw fromSystemError(error, 'setting repeated rows aside')
    }
    this.#kept = []
    this.#size = 0
  }

  close(): void {
    closeSync(this.#file)
  }
}
