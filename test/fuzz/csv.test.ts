import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { CsvFormat } from '../../src/project/types.ts'
import { normalizeCsv } from '../../src/sources/normalize.ts'
import { readNormalizedSql, readPlainSql } from '../../src/sources/read-sql.ts'
import { type Scan, scanCsv } from '../../src/sources/scan.ts'
import { columnNames, csv, type Scratch, scratch } from '../sources/support.ts'
import { type CsvDatabase, csvDatabase } from '../support/csv-duckdb.ts'
import { share } from '../support/long.ts'
import { randomFrom } from '../support/random.ts'
import { type Mutant, mutate } from './mutate.ts'

const MUTANTS = share(5600, 12)
const BATCH = 100

interface Base {
  readonly name: string
  readonly format: CsvFormat
  readonly bytes: Buffer
  /** Every record is one line without quotes. */
  readonly unquoted?: boolean
}

const count = (rows: number, row: (i: number) => string, newline = '\n') =>
  `id,name,city${newline}${Array.from({ length: rows }, (_, i) => row(i) + newline).join('')}`
const simple = (i: number) => `${i},name ${i},${i % 3 === 0 ? '' : 'Zürich'}`
const quoted = (i: number) => `"${i}","name ""${i}"", of\nKent",${i % 2 === 0 ? '""' : 'x'}`

const bases: readonly Base[] = [
  { name: 'unquoted', format: csv, bytes: Buffer.from(count(60, simple)), unquoted: true },
  { name: 'crlf', format: csv, bytes: Buffer.from(count(60, simple, '\r\n')), unquoted: true },
  { name: 'quoted', format: csv, bytes: Buffer.from(count(40, quoted)) },
  {
    name: 'backslash',
    format: { ...csv, escape: '\\' },
    bytes: Buffer.from(count(40, (i) => `${i},"a \\"${i}\\"\\\\",x`)),
  },
  { name: 'no quotes', format: { ...csv, quote: '' }, bytes: Buffer.from(count(60, simple)), unquoted: true },
  {
    name: 'utf-16',
    format: { ...csv, encoding: 'utf-16' },
    bytes: Buffer.from(`\ufeff${count(40, quoted)}`, 'utf16le'),
  },
  {
    name: 'latin-1',
    format: { ...csv, encoding: 'latin-1' },
    bytes: Buffer.from(count(60, simple), 'latin1'),
  },
  { name: 'gzip', format: csv, bytes: gzipSync(count(60, simple)) },
]

interface Case {
  readonly seed: number
  readonly base: Base
  readonly mutant: Mutant
}

/** What a mutant that was not refused still owes: counts, and the lines nothing was done to. */
interface Owed extends Case {
  readonly scan: Scan
  readonly from: string
  readonly plain: string | undefined
}

function caseOf(seed: number): Case {
  const r = randomFrom(seed)
  const base = r.pick(bases)
  return { seed, base, mutant: mutate(base.bytes, r) }
}

/** Scans and copies a mutant; undefined = both refused it. */
async function live(work: Scratch, which: Case): Promise<Owed | undefined> {
  const { seed, base, mutant } = which
  const path = await work.write(`${seed}.csv`, mutant.bytes)
  const scanned = await scanCsv(path, base.format)
  if (!scanned.ok) return undefined
  const { scan } = scanned
  const out = work.path(`${seed}.out`)
  const copied = await normalizeCsv(path, base.format, { fields: scan.header.length, out })
  if (!copied.ok) throw new Error(`scanned, but not copied: ${copied.problem.message}`)
  const { records, malformed, blankLines, sha256 } = copied.file
  expect({ records, malformed, blankLines, sha256 }).toEqual({
    records: scan.records,
    malformed: scan.malformed,
    blankLines: scan.blankLines,
    sha256: scan.sha256,
  })
  const names = columnNames(scan.header.length)
  const plain = scan.shape.kind === 'plain' ? readPlainSql(path, base.format, names, scan) : undefined
  return { ...which, scan, from: readNormalizedSql(out, base.format, names, copied.file), plain }
}

const counted = (from: string) =>
  `select count(*) || ' rows, ' || count(_raw_error) || ' malformed' as n from ${from}`
/** Order is not compared here, but no value may differ. */
const differing = (plain: string, from: string) =>
  `(from ${plain} except all select * exclude (_raw_record, _raw_error, _row_number) from ${from})`

async function expectCounts(db: CsvDatabase, owed: readonly Owed[]): Promise<void> {
  const queries = owed.map(({ seed, from }) => `select ${seed} || ': ' || n from (${counted(from)})`)
  const seen = await db.values(`select * from (${queries.join(' union all ')})`)
  const due = owed.map(({ seed, scan }) => `${seed}: ${scan.records} rows, ${scan.malformed} malformed`)
  expect(seen.map(String).sort()).toEqual(due.sort())
}

async function expectPlainEqual(db: CsvDatabase, owed: readonly Owed[]): Promise<number> {
  const plain = owed.filter((one) => one.plain !== undefined)
  const queries = plain.map(
    ({ seed, plain: direct = '', from, scan }) =>
      `select ${seed} as seed where (select count(*) from ${direct}) <> ${scan.records} or exists ${differing(direct, from)}`,
  )
  if (queries.length > 0) expect(await db.values(queries.join(' union all '))).toEqual([])
  return plain.length
}

/** Lines at least one line away from what was changed; none if the header may have been. */
function untouched({ base, mutant }: Case): string[] {
  const text = base.bytes
  const first = text.lastIndexOf(10, Math.max(0, mutant.from - 1))
  if (first <= 0) return []
  const before = text.lastIndexOf(10, first - 1) + 1
  const behind = text.indexOf(10, text.indexOf(10, mutant.to) + 1)
  const head = text.toString('utf8', 0, before)
  const tail = behind < 0 || mutant.to >= text.length ? '' : text.toString('utf8', behind + 1)
  return `${head.slice(head.indexOf('\n') + 1)}${tail}`.split(/\r?\n/).filter((line) => line !== '')
}

async function expectUntouched(db: CsvDatabase, owed: readonly Owed[]): Promise<number> {
  let lines = 0
  for (const one of owed.filter(({ base, scan }) => base.unquoted && scan.header.length === 3)) {
    const due = untouched(one)
    if (due.length === 0) continue
    const rows = await db.values(
      `select concat_ws(',', c1, c2, c3) from ${one.from} where _raw_error is null`,
    )
    const seen = new Set(rows)
    expect(
      due.filter((line) => !seen.has(line)),
      `seed ${one.seed}: ${one.mutant.how}`,
    ).toEqual([])
    lines += due.length
  }
  return lines
}

test(`${MUTANTS} mutants of CSV files: none hangs, none crashes, every record is accounted for`, {
  timeout: 300_000,
}, async () => {
  const totals = { read: 0, refused: 0, plain: 0, lines: 0, slowest: 0 }
  await using db = await csvDatabase()
  for (let start = 0; start < MUTANTS; start += BATCH) {
    await using work = await scratch()
    const owed: Owed[] = []
    for (let seed = start; seed < start + BATCH; seed++) {
      const begin = performance.now()
      const one = await live(work, caseOf(seed)).catch((error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error })
      })
      totals.slowest = Math.max(totals.slowest, performance.now() - begin)
      if (one) owed.push(one)
      else totals.refused++
    }
    await expectCounts(db, owed)
    totals.plain += await expectPlainEqual(db, owed)
    totals.lines += await expectUntouched(
      db,
      owed.filter(({ seed }) => seed % 4 === 0),
    )
    totals.read += owed.length
  }
  expect(totals.slowest).toBeLessThan(10_000)
  expect(process.memoryUsage().rss).toBeLessThan(1e9)
  expect(totals.read).toBeGreaterThan(MUTANTS / 2)
  expect(totals.refused).toBeGreaterThan(share(100, 12))
  expect(totals.plain).toBeGreaterThan(share(100, 12))
  expect(totals.lines).toBeGreaterThan(share(10_000, 12))
})
