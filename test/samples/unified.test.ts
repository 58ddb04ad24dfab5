import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Defect,
  generateRetail,
  generateUnified,
  manifestFolder,
  type RetailManifest,
  readDefects,
  type UnifiedManifest,
} from '../../src/samples/index.ts'
import { pythonWith } from '../support/python.ts'
import { readXlsx } from '../support/read-xlsx.ts'
import { activityOf, unordered } from './activity.ts'
import { saleOf, ticketOf } from './events.ts'
import { type Row, reasonsOf, rowOf, rules, supersededRows } from './judge.ts'
import { readCsv } from './read-back.ts'
import { type JudgedSheet, judgeSheet, type SheetRow, sheetRules } from './sheet-judge.ts'

const temp = mkdtempSync(join(tmpdir(), 'c360-unified-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const python = await pythonWith()
const books = Object.keys(sheetRules)
const csvs = Object.keys(rules)
const dir = join(temp, 'unified')
const options = { customers: 600, seed: 31 }

describe.skipIf(typeof python !== 'string')('generate unified', () => {
  let unified: UnifiedManifest
  let retail: RetailManifest
  const defects: Defect[] = []
  const sheets = new Map<string, JudgedSheet>()
  const lines = new Map<string, Row[]>()
  const sheet = (file: string): JudgedSheet =>
    sheets.get(`${file}.xlsx`) ?? expect.fail(`${file} is not there`)
  const rows = (file: string): Row[] => lines.get(`${file}.csv`) ?? expect.fail(`${file} is not there`)

  beforeAll(async () => {
    unified = await generateUnified(dir, options)
    retail = await generateRetail(join(temp, 'retail'), options)
    for await (const defect of readDefects(manifestFolder(dir))) defects.push(defect)
    const read = await readXlsx(
      String(python),
      books.map((file) => join(dir, file)),
    )
    for (const file of books) sheets.set(file, judgeSheet(read.get(join(dir, file)), file))
    for (const file of ['Products.csv', ...csvs])
      lines.set(file, keptLines(file, lines.get('Products.csv') ?? []))
  }, 120_000)

  it('writes all thirteen files, the nine as retail does', () => {
    expect(readdirSync(dir).sort()).toEqual([...csvs, ...books].sort())
    for (const file of csvs)
      expect(readFileSync(join(dir, file)).equals(readFileSync(join(temp, 'retail', file)))).toBe(true)
    expect(unified.truth.retail).toEqual(retail.truth)
    expect(unified.files).toMatchObject(retail.files)
  })

  it.each(books)('%s: every bad row is named, for its one reason, and no good one', (file) => {
    const mine = defects.filter((defect) => defect.file === file)
    const held = mine.filter(({ fate }) => fate === 'quarantined').sort((a, b) => a.row - b.row)
    expect(sheets.get(file)?.held).toEqual(
      held.map(({ row, column, reason }) => `${row} ${column === undefined ? '' : `${column}: `}${reason}`),
    )
    const superseded = mine.filter(({ fate }) => fate === 'superseded').map(({ row }) => row)
    expect(sheets.get(file)?.superseded).toEqual(superseded.sort((a, b) => a - b))
  })

  it('tells the truth about all thirteen together', () => {
    const members = sheet('Customer_master').kept
    const tickets = sheet('Customer_support').kept
    const sales = sheet('Transaction').kept
    const sessions = sheet('Web_Interactions').kept
    const [customers, contacts] = [rows('Customers'), rows('CustomerServiceInteractions')]
    const [online, inStore] = [rows('OnlineTransactions'), rows('InStoreTransactions')]
    const completed = online.filter(({ Status }) => Status === 'Completed')
    const csvIds = [contacts, online, inStore, rows('LoyaltyAccounts')]
      .flat()
      .map(({ CustomerID = '' }) => CustomerID)
    const sheetIds = [...tickets, ...sales, ...sessions].map(({ customer_id = '' }) => customer_id)
    const expected = activityOf({
      members,
      known: new Set([
        ...customers.map(({ CustomerID = '' }) => CustomerID),
        ...members.map((row) => row.customer_id ?? ''),
      ]),
      referred: new Set([...csvIds, ...sheetIds]),
      sales: [
        ...[...completed, ...inStore].map((row) => ({
          who: row.CustomerID ?? '',
          day: (row.DateTime ?? '').slice(0, 10),
          cents: Math.round(Number(row.Amount) * 100),
        })),
        ...sales.map(saleOf),
      ],
      tickets: [
        ...contacts.map((row) => ({
          who: row.CustomerID ?? '',
          day: (row.DateTime ?? '').slice(0, 10),
          issue: row.IssueType ?? '',
          resolved: row.ResolutionStatus === 'Resolved',
        })),
        ...tickets.map(ticketOf),
      ],
      sessions,
    })
    expect(unordered(unified.truth.activity)).toEqual(unordered(expected))
  })

  it('counts the customers whose two records differ, and those with only one', () => {
    const master = new Map(sheet('Customer_master').kept.map((row) => [row.customer_id ?? '', row]))
    const known = new Map(rows('Customers').map((row) => [row.CustomerID ?? '', row]))
    const both = [...known].flatMap(([id, row]) => {
      const other = master.get(id)
      return other ? [{ row, other }] : []
    })
    const clean = (text = '') => (text === 'N/A' ? '' : text.replaceAll(/\s+/g, ' ').trim())
    const differ = (mine: (row: Row) => string, theirs: (row: SheetRow) => string) =>
      both.filter(({ row, other }) => mine(row) !== '' && theirs(other) !== '' && mine(row) !== theirs(other))
        .length
    expect(unified.truth.conflicts).toEqual({
      name: differ(
        (row) => clean(row.Name),
        (row) => clean(row.name),
      ),
      email: differ(
        (row) => clean(row.Email).toLowerCase(),
        (row) => clean(row.email).toLowerCase(),
      ),
    })
    expect(unified.truth.conflicts.name).toBeGreaterThan(0)
    expect(unified.truth.conflicts.email).toBeGreaterThan(0)
    expect([unified.truth.onlyInCustomers, unified.truth.onlyInMaster]).toEqual([
      known.size - both.length,
      master.size - both.length,
    ])
  })

  it('tells the sales of each channel', () => {
    const cents = (texts: readonly string[]) =>
      texts.reduce((sum, text) => sum + Math.round(Number(text) * 100), 0)
    const of = (texts: readonly string[]) => ({
      orders: texts.length,
      amount: (cents(texts) / 100).toFixed(2),
    })
    const completed = rows('OnlineTransactions').filter(({ Status }) => Status === 'Completed')
    expect(unified.truth.channels).toEqual({
      online: of(completed.map(({ Amount = '' }) => Amount)),
      in_store: of(rows('InStoreTransactions').map(({ Amount = '' }) => Amount)),
      marketplace: of(sheet('Transaction').kept.map(({ amount = '' }) => amount.replaceAll(/[$,]/g, ''))),
    })
  })

  it('has sessions that end before an online order of the same customer, and tickets after one', () => {
    const seconds = (text = '') => Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`) / 1000
    const orders = new Map<string, number[]>()
    const bought = new Map<string, number[]>()
    const note = (map: Map<string, number[]>, who = '', at: number) =>
      map.set(who, [...(map.get(who) ?? []), at])
    for (const row of rows('OnlineTransactions')) {
      note(orders, row.CustomerID, seconds(row.DateTime))
      note(bought, row.CustomerID, seconds(row.DateTime))
    }
    for (const row of rows('InStoreTransactions')) note(bought, row.CustomerID, seconds(row.DateTime))
    for (const row of sheet('Transaction').kept)
      note(bought, row.customer_id, seconds(row.transaction_date?.slice(6)))
    const leading = sheet('Web_Interactions').kept.filter((row) => {
      const end = seconds(row.session_start) + Number(row.session_duration)
      return orders.get(row.customer_id ?? '')?.some((order) => order >= end && order - end < 3700)
    })
    expect(leading.length / rows('OnlineTransactions').length).toBeGreaterThan(0.6)
    const unprompted = sheet('Customer_support').kept.filter((row) => {
      const waits = (bought.get(row.customer_id ?? '') ?? []).map((order) => seconds(row.created_at) - order)
      return Number(row.customer_id) < 900_000_000 && !waits.some((wait) => wait >= 300 && wait < 14 * 86_400)
    })
    expect(unprompted).toEqual([])
  })
})

function keptLines(file: string, products: readonly Row[]): Row[] {
  const table = readCsv(dir, file)
  const ids = new Set(products.map(({ ProductID = '' }) => ProductID))
  const good = table.records.filter((read) => reasonsOf(file, table, read, ids).length === 0)
  const losers = new Set(supersededRows(file, table, good))
  return good.filter(({ row }) => !losers.has(row)).map((read) => rowOf(table, read))
}
