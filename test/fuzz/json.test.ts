import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { JsonFormat } from '../../src/project/types.ts'
import { scanJson } from '../../src/sources/json/scan.ts'
import { json, readJson } from '../sources/json-support.ts'
import { type Scratch, scratch } from '../sources/support.ts'
import { type CsvDatabase, csvDatabase } from '../support/csv-duckdb.ts'
import { share } from '../support/long.ts'
import { type Random, randomFrom } from '../support/random.ts'
import { type Mutant, mutate } from './mutate.ts'

const MUTANTS = share(2000, 12)

interface Base {
  readonly name: string
  readonly bytes: Buffer
  readonly format?: Partial<JsonFormat>
  /** One record per line, and nothing else. */
  readonly lines?: boolean
  /** The document's text, where the bytes are not it. */
  readonly text?: (bytes: Buffer) => string
}

const record = (i: number) => ({
  id: i,
  name: `name "${i}", of\nKent \u20ac`,
  amount: i * 1.25,
  ok: i % 2 === 0,
  none: null,
  address: i % 3 === 0 ? null : { city: 'Zürich', geo: { lat: -i / 7 } },
  tags: ['a', { b: [i] }],
})
const records = Array.from({ length: 20 }, (_, i) => record(i))
const lines = `${records.map((one) => JSON.stringify(one)).join('\n')}\n`
const array = JSON.stringify(records)

const bases: readonly Base[] = [
  { name: 'lines', bytes: Buffer.from(lines), lines: true },
  { name: 'lines, CR LF', bytes: Buffer.from(lines.replaceAll('\n', '\r\n')), lines: true },
  { name: 'array', bytes: Buffer.from(array) },
  { name: 'array, indented', bytes: Buffer.from(JSON.stringify(records, null, 2)) },
  { name: 'array, a record per line', bytes: Buffer.from(array.replaceAll('},{"id"', '},\n{"id"')) },
  {
    name: 'document',
    bytes: Buffer.from(JSON.stringify({ page: { a: [1] }, data: { rows: records }, end: 'x' })),
    format: { records: 'data.rows' },
  },
  { name: 'gzip', bytes: gzipSync(array), text: (bytes) => gunzipSync(bytes).toString() },
  {
    name: 'utf-16',
    bytes: Buffer.from(`\ufeff${array}`, 'utf16le'),
    text: (bytes) => bytes.subarray(2).toString('utf16le'),
  },
]

const troubles = [
  '{', '}', '[', ']', ':', ',', '"', '\\', '\\"', '\\u0000', '\\ud800', '\\u12', 'null', 'tru', '-', '0', '1e', '.',
  '{}', '[]', '"id":1,', '{"a":', '"a b":{"c":null},', '},{', ']}', '\n', ' ', '[['.repeat(40),
] // biome-ignore format: a table

function mutant(base: Base, r: Random): Mutant {
  if (r.below(2) === 0) return mutate(base.bytes, r)
  const from = r.below(base.bytes.length)
  const to = from + r.below(3)
  const by = Buffer.from(r.pick(troubles))
  const bytes = Buffer.concat([base.bytes.subarray(0, from), by, base.bytes.subarray(to)])
  return { how: 'json', from, to, bytes }
}

const fold = (name: string): string => name.trim().toLowerCase()

/** What a record means: texts by folded path; what has no value is left out. */
function meaning(value: unknown, path?: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, item] of Object.entries(value as object)) {
    const name = path === undefined ? key : `${path}.${key}`
    if (item === null || item === '') continue
    if (Array.isArray(item)) found.set(fold(name), JSON.stringify(item))
    else if (typeof item === 'object') for (const [inner, text] of meaning(item, name)) found.set(inner, text)
    else found.set(fold(name), String(item))
  }
  return found
}

/** Numbers keep the digits they were written with, and arrays theirs within. */
function canonical(text: string): string {
  if (/^-?\d/.test(text) && !Number.isNaN(Number(text))) return String(Number(text))
  try {
    return text.startsWith('[') ? JSON.stringify(JSON.parse(text)) : text
  } catch {
    return text
  }
}

const sorted = (pairs: Iterable<[string, string]>): string =>
  JSON.stringify([...pairs].map(([name, text]) => [name, canonical(text)]).sort())

/** The records by the program's own parser; undefined = it says that this is no document of records. */
function reference({ text, format, lines: byLine }: Base, bytes: Buffer): unknown[] | undefined {
  if (byLine) return undefined
  try {
    let value: unknown = JSON.parse((text?.(bytes) ?? bytes.toString()).replace(/^\ufeff/, ''))
    for (const key of format?.records?.split('.') ?? []) value = (value as Record<string, unknown>)[key]
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** What another reader of JSON takes and this one calls malformed. */
const stricter = [
  'not_an_object',
  'duplicate_key',
  'invalid_encoding',
  'nul_byte',
  'too_deep',
  'key_too_long',
]

/** Whole lines that lie before or behind what was changed. */
function untouched(base: Base, { from, to }: Mutant): string[] {
  const text = base.bytes.toString('latin1')
  const before = text.slice(0, text.lastIndexOf('\n', from - 1) + 1)
  const feed = text.indexOf('\n', to)
  const behind = feed < 0 || text.indexOf('\n', feed + 1) < 0 ? '' : text.slice(text.indexOf('\n', feed) + 1)
  return Buffer.from(before + behind, 'latin1')
    .toString()
    .split(/\r?\n/)
    .filter((line) => line !== '')
}

const totals = { read: 0, refused: 0, malformed: 0, compared: 0, lines: 0, slowest: 0 }

async function live(db: CsvDatabase, work: Scratch, base: Base, one: Mutant): Promise<void> {
  const expected = reference(base, one.bytes)
  const format = { ...json, ...base.format }
  const outcome = await scanJson(await work.write('a.json', one.bytes), format)
  if (!outcome.ok) {
    totals.refused++
    const excused = /^(json_(empty|records|damaged|truncated)|gzip_)/.test(outcome.problem.code)
    if (expected !== undefined && !excused) throw new Error(outcome.problem.code)
    if (expected?.some((value) => meaningful(value)) && !isTwice(outcome.problem.message))
      throw new Error(`refused: ${outcome.problem.message}`)
    return
  }
  const { scan, good, malformed } = await readJson(db, work, one.bytes, format)
  totals.read++
  totals.malformed += malformed.length
  if (expected !== undefined) compare(expected, good, malformed)
  else if (!base.lines && malformed.length === 0) throw new Error('no document, and yet nothing is malformed')
  if (base.lines) {
    const seen = new Set(good.map((row) => sorted(Object.entries(row).map(([k, v]) => [fold(k), v]))))
    const due = untouched(base, one).map((line) => sorted(meaning(JSON.parse(line))))
    totals.lines += due.length
    expect(due.filter((line) => !seen.has(line))).toEqual([])
  }
  expect(scan.records).toBe(good.length + malformed.length)
}

const meaningful = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
const isTwice = (message: string): boolean => message.includes('twice')

function compare(
  expected: readonly unknown[],
  good: readonly Record<string, string>[],
  malformed: readonly { row: number; error: unknown }[],
): void {
  const bad = new Set(malformed.map(({ row }) => row))
  expect(malformed.filter(({ error }) => !stricter.includes(String(error)))).toEqual([])
  expect(good.length + malformed.length).toBe(expected.length)
  const due = expected.filter((_, i) => !bad.has(i + 1)).map((value) => sorted(meaning(value)))
  expect(good.map((row) => sorted(Object.entries(row).map(([k, v]) => [fold(k), v])))).toEqual(due)
  totals.compared += due.length
}

test(`${MUTANTS} mutants of JSON files: none hangs, none crashes, every record is accounted for`, {
  timeout: 300_000,
}, async () => {
  await using db = await csvDatabase()
  await using work = await scratch()
  for (let seed = 0; seed < MUTANTS; seed++) {
    const r = randomFrom(seed)
    const base = r.pick(bases)
    const one = mutant(base, r)
    const begin = performance.now()
    await live(db, work, base, one).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${base.name}, ${one.how} at ${one.from}`, { cause: error })
    })
    totals.slowest = Math.max(totals.slowest, performance.now() - begin)
  }
  expect(totals.slowest).toBeLessThan(10_000)
  expect(process.memoryUsage().rss).toBeLessThan(1e9)
  expect(totals.read).toBeGreaterThan(MUTANTS / 4)
  expect(totals.refused).toBeGreaterThan(share(100, 12))
  expect(totals.malformed).toBeGreaterThan(share(500, 12))
  expect(totals.compared).toBeGreaterThan(share(5000, 12))
  expect(totals.lines).toBeGreaterThan(share(5000, 12))
})
