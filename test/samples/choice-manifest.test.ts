import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ChoiceManifest,
  type Defect,
  generateChoice,
  manifestFolder,
  readDefects,
} from '../../src/samples/index.ts'
import { pythonWith } from '../support/python.ts'
import { readXlsx } from '../support/read-xlsx.ts'
import { activityOf, unordered } from './activity.ts'
import { saleOf, ticketOf } from './events.ts'
import { cellText, type JudgedSheet, judgeSheet, sheetRules } from './sheet-judge.ts'

const temp = mkdtempSync(join(tmpdir(), 'c360-choice-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const python = await pythonWith()
const files = Object.keys(sheetRules)

describe.skipIf(typeof python !== 'string').each([
  { customers: 100, seed: 21 },
  { customers: 1000, seed: 22 },
])('the manifest of choice, $customers customers, seed $seed', ({ customers, seed }) => {
  const dir = join(temp, String(seed))
  const judged = new Map<string, JudgedSheet>()
  const defects: Defect[] = []
  let manifest: ChoiceManifest
  const found = (file: string): JudgedSheet => judged.get(file) ?? expect.fail(`${file} is not there`)
  const keptOf = (file: string) => found(`${file}.xlsx`).kept

  beforeAll(async () => {
    manifest = await generateChoice(dir, { customers, seed })
    for await (const defect of readDefects(manifestFolder(dir))) defects.push(defect)
    const books = await readXlsx(
      String(python),
      files.map((file) => join(dir, file)),
    )
    for (const file of files) judged.set(file, judgeSheet(books.get(join(dir, file)), file))
  }, 120_000)

  it('writes the four workbooks and no other file', () => {
    expect(readdirSync(dir).sort()).toEqual(files)
  })

  it.each(files)('%s: every bad row is named, for its one reason, and no good one', (file) => {
    const mine = defects.filter((defect) => defect.file === file)
    const held = mine.filter(({ fate }) => fate === 'quarantined').sort((a, b) => a.row - b.row)
    expect(found(file).held).toEqual(
      held.map(({ row, column, reason }) => `${row} ${column === undefined ? '' : `${column}: `}${reason}`),
    )
    const superseded = mine.filter(({ fate }) => fate === 'superseded').map(({ row }) => row)
    expect(found(file).superseded).toEqual(superseded.sort((a, b) => a - b))
  })

  it.each(files)('%s: the counts are those of the file', (file) => {
    const { read, held, superseded, kept } = found(file)
    expect(manifest.files[file]).toEqual({
      rows: read.rows.length,
      clean: kept.length,
      quarantined: held.length,
      superseded: superseded.length,
      blankLines: read.blankLines,
    })
  })

  it('tells the truth about what is kept', () => {
    const members = keptOf('Customer_master')
    const [tickets, sales] = [keptOf('Customer_support'), keptOf('Transaction')]
    const sessions = keptOf('Web_Interactions')
    const expected = activityOf({
      members,
      known: new Set(members.map((row) => row.customer_id ?? '')),
      referred: new Set([...tickets, ...sales, ...sessions].map((row) => row.customer_id ?? '')),
      sales: sales.map(saleOf),
      tickets: tickets.map(ticketOf),
      sessions,
    })
    expect(unordered(manifest.truth)).toEqual(unordered(expected))
  })

  const signs: Record<string, (text: string, cell: unknown) => boolean> = {
    extra_spaces: (_, cell) => /^ {2}.* $/.test(String(cell)),
    no_break_spaces: (_, cell) => /^\u00a0.*\u00a0$/.test(String(cell)),
    number_as_text: (text, cell) => typeof cell === 'string' && /^\d+$/.test(text),
    date_as_text: (text, cell) => typeof cell === 'string' && /^\d{4}-\d\d-\d\d/.test(text),
    amount_as_number: (_, cell) => typeof cell === 'number',
    error_cell: (_, cell) => JSON.stringify(cell) === '{"error":"#N/A"}',
    empty_optional: (_, cell) => cell === null || cell === undefined,
    mixed_case_email: (text) => /^[A-Z.\d]+@EXAMPLE\.COM$/.test(text),
    lower_case_state: (text) => text !== '' && text === text.toLowerCase(),
    unknown_customer: (text) => Number(text) > 950_000_000,
    null_word: (text) => text === 'N/A',
    dash: (text) => text === '-',
  }
  it.each(Object.entries(signs))('%s shows on the row', (kind, shows) => {
    const planted = defects.filter((defect) => defect.kind === kind)
    expect(planted.length).toBeGreaterThan(0)
    const hidden = planted.filter(({ file, row, column = '', fate }) => {
      const { header, rows } = found(file).read
      const cell = rows[row - 1]?.[header.indexOf(column)]
      return fate !== 'kept' || !shows(cellText(cell), cell)
    })
    expect(hidden).toEqual([])
  })
})
