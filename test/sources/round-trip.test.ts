import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { CsvFormat } from '../../src/project/types.ts'
import { readPlainSql } from '../../src/sources/read-sql.ts'
import type { Shape } from '../../src/sources/scan.ts'
import { type CsvDatabase, csvDatabase } from '../support/csv-duckdb.ts'
import { type Random, randomFrom } from '../support/random.ts'
import { columnNames, csv, readNormalized, type Scratch, scanOf, scratch } from './support.ts'

const pieces = [
  'a',
  'Zz',
  '7',
  ' ',
  '"',
  "'",
  '\\',
  ',',
  ';',
  '\n',
  '\r\n',
  '\t',
  'é',
  'ß',
  '€',
  '\u0001',
  '\\N',
  'NULL',
]
const wide = ['東', '🗼', '\u200b', 'x\ufeff']

interface Written {
  readonly format: CsvFormat
  readonly content: Uint8Array
  readonly table: string[][]
}

/** A random table as some program would write it; this writer shares nothing with the reader. */
function writeTable(r: Random): Written {
  const format: CsvFormat = {
    ...csv,
    delimiter: r.pick([',', ';', '\t', '|']),
    escape: r.pick(['"', '"', '\\']),
    encoding: r.pick(['utf-8', 'utf-8', 'utf-8', 'utf-16', 'latin-1']),
  }
  const alphabet = format.encoding === 'latin-1' ? pieces : [...pieces, ...wide]
  const width = 1 + r.below(6)
  const value = () => Array.from({ length: r.below(5) }, () => r.pick(alphabet)).join('')
  const table = Array.from({ length: r.below(30) }, () => Array.from({ length: width }, value))
  const eagerness = r.pick([0, 0.3, 1])
  const written = (text: string) => {
    const needed = /["\r\n]/.test(text) || text.includes(format.delimiter) || (width === 1 && text === '')
    if (!needed && !r.chance(eagerness)) return text
    const inner = format.escape === '"' ? text.replaceAll('"', '""') : text.replace(/["\\]/g, '\\$&')
    return `"${inner}"`
  }
  const newline = r.pick(['\n', '\r\n', '\r'])
  const lines = [columnNames(width), ...table].map((row) => row.map(written).join(format.delimiter))
  const text = lines.join(newline) + (r.chance(0.7) ? newline : '')
  const bytes = encode(text, format.encoding, r.chance(0.3))
  return { format, table, content: r.chance(0.1) ? gzipSync(bytes) : bytes }
}

function encode(text: string, encoding: CsvFormat['encoding'], mark: boolean): Buffer {
  if (encoding === 'utf-16') return Buffer.from(`\ufeff${text}`, 'utf16le')
  if (encoding === 'utf-8') return Buffer.from((mark ? '\ufeff' : '') + text)
  const bytes = Buffer.from(text, 'latin1')
  for (let i = 0; i < text.length; i++) if (text[i] === '€') bytes[i] = 0x80
  return bytes
}

async function expectRead(db: CsvDatabase, work: Scratch, written: Written): Promise<Shape['kind']> {
  const { format, table } = written
  const path = await work.write('in.csv', written.content)
  const scan = await scanOf(path, format)
  expect(scan).toMatchObject({ records: table.length, malformed: 0, blankLines: 0 })
  const { good, malformed } = await readNormalized(db, path, format, scan.header, work.path('out.csv'))
  expect(malformed).toEqual([])
  expect(good).toEqual(table)
  if (scan.shape.kind === 'plain')
    expect(await db.rows(readPlainSql(path, format, scan.header, scan))).toEqual(table)
  return scan.shape.kind
}

test('300 random tables, written in random styles, come back as they were', { timeout: 60_000 }, async () => {
  await using work = await scratch()
  await using db = await csvDatabase()
  const seen = { plain: 0, normalize: 0, copied: 0, typed: 0 }
  for (let seed = 1; seed <= 300; seed++) {
    const written = writeTable(randomFrom(seed))
    const kind = await expectRead(db, work, written).catch((error: unknown) => {
      throw new Error(`seed ${seed}, ${JSON.stringify(written.format)}`, { cause: error })
    })
    seen[kind]++
  }
  expect(Math.min(seen.plain, seen.normalize)).toBeGreaterThan(50)
})

const row = (width: number, value: (i: number) => string) => Array.from({ length: width }, (_, i) => value(i))
const plainText = (table: readonly string[][], width: number, newline = '\n') =>
  Buffer.from([columnNames(width), ...table].map((fields) => fields.join(',')).join(newline) + newline)

test.each([
  ['2,000 columns', [row(2000, (i) => `v${i}`), row(2000, () => '')], 2000],
  [
    'a field of 900 kB',
    [
      ['1', 'x'.repeat(900_000)],
      ['2', 'y'],
    ],
    2,
  ],
  [
    'a field of 5 MB',
    [
      ['1', 'x'.repeat(5_000_000)],
      ['2', 'y'],
    ],
    2,
  ],
  ['200,000 records', Array.from({ length: 200_000 }, (_, i) => [`${i}`, `name ${i}`, 'é']), 3],
] as const)('%s', { timeout: 30_000 }, async (_, table, width) => {
  await using work = await scratch()
  await using db = await csvDatabase()
  for (const newline of ['\n', '\r\n'])
    await expectRead(db, work, {
      format: csv,
      table: table.map((r) => [...r]),
      content: plainText(
        table.map((r) => [...r]),
        width,
        newline,
      ),
    })
})

test('quoted newlines across the buffers of both readers', { timeout: 30_000 }, async () => {
  await using work = await scratch()
  await using db = await csvDatabase()
  const table = Array.from({ length: 60_000 }, (_, i) => [`${i}`, `line one of ${i}\nline two, "quoted"`])
  const lines = table.map(([id = '', text = '']) => `${id},"${text.replaceAll('"', '""')}"`)
  const kind = await expectRead(db, work, {
    format: csv,
    table,
    content: Buffer.from(`id,text\n${lines.join('\n')}\n`),
  })
  expect(kind).toBe('plain')
})
