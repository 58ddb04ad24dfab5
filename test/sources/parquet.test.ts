import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, truncate } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readParquetSql } from '../../src/sources/parquet/read-sql.ts'
import { scanParquet } from '../../src/sources/parquet/scan.ts'
import type { Scan } from '../../src/sources/scan.ts'
import { type CsvDatabase, csvDatabase } from '../support/csv-duckdb.ts'
import { pythonWith } from '../support/python.ts'
import { columnNames, type Scratch, scratch } from './support.ts'

let db: CsvDatabase
let work: Scratch
beforeAll(async () => {
  db = await csvDatabase()
  work = await scratch()
  // As the sessions of the program have it; the zone of the machine must not show anyway.
  await db.values("set TimeZone = 'UTC'")
})
afterAll(async () => {
  await db[Symbol.asyncDispose]()
  await work[Symbol.asyncDispose]()
})

let files = 0

/** A Parquet file of what a query gives; `settings` are further options of the COPY. */
async function written(query: string, settings = ''): Promise<string> {
  const path = work.path(`${++files}.parquet`)
  await db.values(`copy (${query}) to '${path}' (format parquet${settings})`)
  return path
}

async function scanned(path: string) {
  const outcome = await scanParquet(path)
  if (!outcome.ok) throw new Error(outcome.problem.code)
  const { scan } = outcome
  if (scan.shape.kind !== 'typed') throw new Error(scan.shape.kind)
  const rows = await db.rows(readParquetSql(path, columnNames(scan.header.length), scan.shape.texts))
  return { scan, rows }
}

/** The text of each value of a column, read from a file that holds them. */
async function texts(values: readonly string[]): Promise<(string | null | undefined)[]> {
  const { rows } = await scanned(
    await written(values.map((value) => `select ${value} as v`).join(' union all ')),
  )
  return rows.map(([text]) => text)
}

describe('values become the text the rest of the program wants', () => {
  test.each<[string, string[], string[]]>([
    ['text, empty text and none', ["'a b'", "''", 'null'], ['a b', '', '']],
    [
      'decimals, exact',
      ['12345678901234567890.12::decimal(38,2)', '-0.10', 'null'],
      ['12345678901234567890.12', '-0.10', ''],
    ],
    ['integers beyond 2^53', ['9007199254740993', '-1'], ['9007199254740993', '-1']],
    ['unsigned ones', ['18446744073709551615::ubigint'], ['18446744073709551615']],
    [
      'floating point: the shortest text, whole numbers as such',
      ['0.1::double', '5.0::double', '19.99::double', '-1e300::double', "'nan'::double"],
      ['0.1', '5', '19.99', '-1e+300', 'nan'],
    ],
    ['single precision', ['0.1::float', '16777216::float'], ['0.1', '16777216']],
    ['booleans', ['true', 'false', 'null'], ['true', 'false', '']],
    ['dates', ["date '2024-02-29'", "date '0099-12-31'", 'null'], ['2024-02-29', '0099-12-31', '']],
    [
      'wall-clock times',
      ["timestamp '2024-01-02 03:04:05'", "timestamp '2024-01-02 03:04:05.120'", 'null'],
      ['2024-01-02T03:04:05', '2024-01-02T03:04:05.12', ''],
    ],
    ['wall-clock times to the second', ["timestamp_s '2024-01-02 03:04:05'"], ['2024-01-02T03:04:05']],
    ['instants', ["timestamptz '2024-01-02 03:04:05+02'", 'null'], ['2024-01-02T01:04:05Z', '']],
    ['times of day', ["time '03:04:05'", "time '03:04:05.5'"], ['03:04:05', '03:04:05.5']],
    ['bytes', ["'\\x00\\xFFa'::blob", "''::blob", 'null'], ['00ff61', '', '']],
    ['ids', ["'6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid"], ['6ba7b810-9dad-11d1-80b4-00c04fd430c8']],
    ['enums', ["'x'::enum('x', 'y')"], ['x']],
    ['lists', ['[1, null, 2]', '[]', 'null'], ['[1,null,2]', '[]', '']],
    ['lists of text', ["['a\"b', '']"], ['["a\\"b",""]']],
    [
      'structs, exact decimals within',
      ["{a: 12345678901234567890.12::decimal(38,2), 'b c': {d: true}}", 'null'],
      ['{"a":12345678901234567890.12,"b c":{"d":true}}', ''],
    ],
    ['maps', ["map {'k': 1}"], ['{"k":1}']],
  ])('%s', async (_, values, expected) => {
    expect(await texts(values)).toEqual(expected)
  })

  test('rows keep their order, over many row groups', async () => {
    const path = await written('select range as i from range(300000)', ', row_group_size 20000')
    const { scan, rows } = await scanned(path)
    expect(scan).toMatchObject({ records: 300_000, malformed: 0, blankLines: 0, header: ['i'] })
    expect(rows.findIndex(([text], i) => text !== String(i))).toBe(-1)
  })

  test('no rows, odd names, and a path that a glob would take for another', async () => {
    const query = `select 1 as "a ""b"" c", 'x' as "Zürich" where false`
    expect((await scanned(await written(query))).scan).toMatchObject({
      records: 0,
      header: ['a "b" c', 'Zürich'],
    })
    const [one, other] = [await written("select 'one' as v"), await written("select 'other' as v")]
    const [bracket, plain] = [work.path('year=2024 a[1].parquet'), work.path('year=2024 a1.parquet')]
    await work.write('year=2024 a[1].parquet', await readFile(one))
    await work.write('year=2024 a1.parquet', await readFile(other))
    expect((await scanned(bracket)).rows).toEqual([['one']])
    expect((await scanned(plain)).rows).toEqual([['other']])
  })

  test('the hash is that of the bytes in landing', async () => {
    const path = await written("select 'x' as v")
    const content = await readFile(path)
    expect((await scanned(path)).scan).toMatchObject({
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    })
  })
})

describe('files that are refused whole', () => {
  async function refused(path: string): Promise<string> {
    const outcome = await scanParquet(path)
    if (outcome.ok) throw new Error('it was read')
    expect(outcome.problem.hint).toMatch(/\.$/)
    expect(outcome.sha256).toMatch(/^[0-9a-f]{64}$/)
    return outcome.problem.code
  }

  test.each<[string, string | Buffer, string]>([
    ['nothing', '', 'parquet_empty'],
    ['CSV', 'id,name\n1,x\n', 'not_parquet'],
    ['JSON', '[{"id":1}]', 'not_parquet'],
    ['a PDF', '%PDF-1.7\n', 'not_parquet'],
    ['a workbook', Buffer.from('PK\x03\x04........xl/workbook.xml', 'latin1'), 'not_parquet'],
    ['a beginning', 'PAR1', 'parquet_truncated'],
    ['a footer longer than the file', Buffer.from('PAR1....\xff\xff\0\0PAR1', 'latin1'), 'parquet_truncated'],
    ['a footer of noise', Buffer.from('PAR1........\x08\0\0\0PAR1', 'latin1'), 'parquet_damaged'],
  ])('%s', async (_, content, code) => {
    expect(await refused(await work.write('bad.parquet', content))).toBe(code)
  })

  test('one that was cut off', async () => {
    const path = await written('select range as i from range(1000)')
    await truncate(path, 500)
    expect(await refused(path)).toBe('parquet_truncated')
  })

  test('an encrypted one', async () => {
    await db.values("set force_mbedtls_unsafe = 'true'")
    await db.values("pragma add_parquet_key('k', '0123456789abcdef')")
    const path = await written("select 'x' as v", ", encryption_config {footer_key: 'k'}")
    expect(await refused(path)).toBe('parquet_encrypted')
  })

  test('two columns of one name but for case', async () => {
    const content = await readFile(await written('select 1 as aaaa, 2 as aaab'))
    const renamed = Buffer.from(content.toString('latin1').replaceAll('aaab', 'AAAA'), 'latin1')
    expect(await refused(await work.write('twice.parquet', renamed))).toBe('parquet_columns')
  })

  test('a thousand files with a byte changed: read or refused, and the database stands', async () => {
    const good = await readFile(await written("select range as i, {a: 'x', b: [1]} as s from range(5)"))
    const seen = { refused: 0, unreadable: 0, read: 0 }
    for (let i = 0; i < 1000; i++) {
      const bad = Buffer.from(good)
      const at = good.length - 1 - ((i * 37) % good.length)
      bad[at] = ((bad[at] ?? 0) + 1 + ((i * 101) % 255)) & 255
      const path = await work.write(`mutant-${i % 2}.parquet`, bad)
      const outcome = await scanParquet(path)
      if (!outcome.ok) seen.refused++
      else seen[(await isRead(path, outcome.scan)) ? 'read' : 'unreadable']++
    }
    expect(await db.values('select 42')).toEqual([42])
    expect(Math.min(seen.refused, seen.unreadable, seen.read)).toBeGreaterThan(50)
  })

  const isRead = (path: string, { header, shape }: Scan): Promise<boolean> => {
    if (shape.kind !== 'typed') throw new Error(shape.kind)
    return db.rows(readParquetSql(path, columnNames(header.length), shape.texts)).then(
      () => true,
      () => false,
    )
  }
})

const python = await pythonWith()

/** What DuckDB does not write, by the writer most people have. */
const foreign = `
import sys, datetime as dt, decimal
import pyarrow as pa, pyarrow.parquet as pq
out = sys.argv[1]
utc = dt.timezone.utc
when = dt.datetime(2024, 1, 2, 3, 4, 5, 123000)
table = pa.table({
  'instant_ns': pa.array([1700000000123456789], pa.timestamp('ns', 'America/New_York')),
  'wall_ns': pa.array([1700000000123456789], pa.timestamp('ns')),
  'instant_ms': pa.array([when.replace(tzinfo=utc)], pa.timestamp('ms', 'UTC')),
  'wall_ms': pa.array([when], pa.timestamp('ms')),
  'fixed': pa.array([b'\\x00\\xff'], pa.binary(2)),
  'half': pa.array([0.5], pa.float16()),
  'dictionary': pa.array(['x']).dictionary_encode(),
  'nothing': pa.array([None], pa.null()),
  'instants': pa.array([[when.replace(tzinfo=utc)]], pa.list_(pa.timestamp('us', 'UTC'))),
})
pq.write_table(table, out + '/types.parquet', compression='brotli')
pq.write_table(pa.table({'t': pa.array([when], pa.timestamp('us'))}), out + '/int96.parquet', use_deprecated_int96_timestamps=True)
pq.write_table(pa.table({'d': pa.array([decimal.Decimal('1.5')], pa.decimal256(60, 2))}), out + '/digits.parquet')
`

describe.skipIf(typeof python !== 'string')('files that pyarrow wrote', () => {
  beforeAll(async () => {
    if (typeof python !== 'string') return
    await promisify(execFile)(python, ['-c', foreign, work.path('')])
  })

  test('types that DuckDB does not write', async () => {
    const { scan, rows } = await scanned(work.path('types.parquet'))
    expect(Object.fromEntries(scan.header.map((name, i) => [name, rows[0]?.[i]]))).toEqual({
      instant_ns: '2023-11-14T22:13:20.123456Z',
      wall_ns: '2023-11-14T22:13:20.123456',
      instant_ms: '2024-01-02T03:04:05.123Z',
      wall_ms: '2024-01-02T03:04:05.123',
      fixed: '00ff',
      half: '0.5',
      dictionary: 'x',
      nothing: '',
      instants: '["2024-01-02 03:04:05.123+00"]',
    })
  })

  test("Spark's old times are instants", async () => {
    expect((await scanned(work.path('int96.parquet'))).rows).toEqual([['2024-01-02T03:04:05.123Z']])
  })

  test('a decimal of more digits than can be read exactly is refused', async () => {
    expect(await scanParquet(work.path('digits.parquet'))).toMatchObject({
      ok: false,
      problem: { code: 'parquet_columns', message: expect.stringContaining('60 digits') },
    })
  })
})
