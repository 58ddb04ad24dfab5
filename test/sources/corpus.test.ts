import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { CsvFormat } from '../../src/project/types.ts'
import { readPlainSql } from '../../src/sources/read-sql.ts'
import { scanCsv } from '../../src/sources/scan.ts'
import { csvDatabase } from '../support/csv-duckdb.ts'
import { columnNames, csv, readNormalized, scratch } from './support.ts'

/** What `corpus/<file>.json` says about the file beside it. */
interface Expected {
  readonly about: string
  readonly format?: Partial<CsvFormat>
  readonly columns?: number
  readonly refused?: string
  readonly mentions?: string
  readonly header?: string[]
  readonly rows?: string[][]
  readonly malformed?: { row: number; error: string; raw: string }[]
  readonly blankLines?: number
  readonly shape?: 'plain' | 'normalize'
}

const folder = fileURLToPath(new URL('corpus/', import.meta.url))
const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({
    name: name.slice(0, -'.json'.length),
    expected: JSON.parse(readFileSync(folder + name, 'utf8')) as Expected,
  }))

const refused = cases.filter(({ expected }) => expected.refused !== undefined)
const read = cases.filter(({ expected }) => expected.refused === undefined)

describe('files that are refused whole', () => {
  test.each(refused)('$name: $expected.about', async ({ name, expected }) => {
    const outcome = await scanCsv(folder + name, { ...csv, ...expected.format })
    expect(outcome).toMatchObject({
      ok: false,
      problem: { code: expected.refused, hint: expect.stringMatching(/\.$/) },
    })
    expect(outcome).toHaveProperty('sha256', expect.stringMatching(/^[0-9a-f]{64}$/))
    if (!outcome.ok) expect(outcome.problem.message).toContain(expected.mentions ?? '')
  })
})

describe('files that are read', () => {
  test.each(read)('$name: $expected.about', async ({ name, expected }) => {
    await using work = await scratch()
    await using db = await csvDatabase()
    const format = { ...csv, ...expected.format }
    const options = expected.columns === undefined ? {} : { columns: expected.columns }
    const outcome = await scanCsv(folder + name, format, options)
    const { rows = [], malformed = [], blankLines, header = [] } = expected
    const counts = { records: rows.length + malformed.length, malformed: malformed.length, blankLines }
    expect(outcome).toMatchObject({ ok: true, scan: { header, ...counts, shape: { kind: expected.shape } } })
    if (!outcome.ok) return
    const names = columnNames(header.length)
    const canonical = await readNormalized(db, folder + name, format, names, work.path('out.csv'))
    expect(canonical).toMatchObject({ good: rows, malformed })
    expect(canonical.file).toMatchObject({ ...counts, sha256: outcome.scan.sha256 })
    if (expected.shape === 'plain')
      expect(await db.rows(readPlainSql(folder + name, format, names, outcome.scan))).toEqual(rows)
  })
})
