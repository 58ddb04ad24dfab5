import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  type Defect,
  generateRetail,
  manifestFolder,
  type RetailManifest,
  readDefects,
} from '../../src/samples/index.ts'
import { type Row, reasonsOf, rowOf, rules, supersededRows } from './judge.ts'
import { type Read, readCsv, type Table } from './read-back.ts'

const temp = mkdtempSync(join(tmpdir(), 'c360-manifest-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

interface Judged {
  readonly table: Table
  /** `row column: reason` */
  readonly held: readonly string[]
  readonly superseded: readonly number[]
  readonly kept: readonly Row[]
}

function judge(dir: string, file: string, products: ReadonlySet<string>): Judged {
  const table = readCsv(dir, file)
  const reasons = table.records.map((read) => reasonsOf(file, table, read, products))
  const good = table.records.filter((_, i) => reasons[i]?.length === 0)
  const superseded = supersededRows(file, table, good)
  const losers = new Set(superseded)
  const kept = good.filter(({ row }) => !losers.has(row)).map((read) => rowOf(table, read))
  const held = reasons.flatMap((list, i) => (list.length > 0 ? [`${i + 1} ${list.join('; ')}`] : []))
  return { table, held, superseded, kept }
}

const cents = (rows: readonly Row[]) =>
  rows.reduce((sum, { Amount = '' }) => sum + Math.round(Number(Amount) * 100), 0)
const sales = (rows: readonly Row[]) => ({ orders: rows.length, amount: (cents(rows) / 100).toFixed(2) })

const at = (table: Table, row: number): Read => {
  const read = table.records[row - 1]
  if (!read) throw new RangeError(`no row ${row}`)
  return read
}

describe.each([
  { customers: 100, seed: 11 },
  { customers: 100, seed: 12 },
  { customers: 1500, seed: 13 },
])('the manifest of $customers customers, seed $seed', async ({ customers, seed }) => {
  const dir = join(temp, String(seed))
  const manifest: RetailManifest = await generateRetail(dir, { customers, seed })
  const defects: Defect[] = []
  for await (const defect of readDefects(manifestFolder(dir))) defects.push(defect)
  const products = new Set(judge(dir, 'Products.csv', new Set()).kept.map(({ ProductID = '' }) => ProductID))
  const judged = new Map(Object.keys(rules).map((file) => [file, judge(dir, file, products)]))
  const keptOf = (file: string) => judged.get(`${file}.csv`)?.kept ?? []

  it.each([...judged])(
    '%s: every bad record is named, for its one reason, and no good one',
    (file, found) => {
      const mine = defects.filter((defect) => defect.file === file)
      const held = mine.filter(({ fate }) => fate === 'quarantined').sort((a, b) => a.row - b.row)
      expect(found.held).toEqual(
        held.map(({ row, column, reason }) => `${row} ${column === undefined ? '' : `${column}: `}${reason}`),
      )
      const superseded = mine.filter(({ fate }) => fate === 'superseded').map(({ row }) => row)
      expect(found.superseded).toEqual(superseded.sort((a, b) => a - b))
    },
  )

  it.each([...judged])('%s: the counts are those of the file', (file, found) => {
    expect(manifest.files[file]).toEqual({
      rows: found.table.records.length,
      clean: found.kept.length,
      quarantined: found.held.length,
      superseded: found.superseded.length,
      blankLines: found.table.blankLines,
    })
  })

  it('tells the truth about what is kept', () => {
    const known = new Set(keptOf('Customers').map(({ CustomerID }) => CustomerID))
    const online = keptOf('OnlineTransactions')
    const inStore = keptOf('InStoreTransactions')
    const pointing = [
      online,
      inStore,
      keptOf('LoyaltyAccounts'),
      keptOf('CustomerServiceInteractions'),
    ].flat()
    const unknown = new Set(pointing.map(({ CustomerID }) => CustomerID).filter((id) => !known.has(id)))
    const status = (wanted: string) => online.filter(({ Status }) => Status === wanted)
    expect(manifest.truth).toEqual({
      customers: known.size,
      inferredCustomers: unknown.size,
      products: products.size,
      stores: keptOf('Stores').length,
      agents: keptOf('Agents').length,
      online: {
        Completed: sales(status('Completed')),
        Pending: sales(status('Pending')),
        Failed: sales(status('Failed')),
      },
      inStore: sales(inStore),
      allStatuses: sales([...online, ...inStore]),
      completedOnly: sales([...status('Completed'), ...inStore]),
      interactions: keptOf('CustomerServiceInteractions').length,
      resolved: keptOf('CustomerServiceInteractions').filter((row) => row.ResolutionStatus === 'Resolved')
        .length,
      loyaltyAccounts: keptOf('LoyaltyAccounts').length,
      loyaltyTransactions: keptOf('LoyaltyTransactions').length,
      pointsChanged: keptOf('LoyaltyTransactions').reduce((sum, row) => sum + Number(row.PointsChange), 0),
    })
  })

  it('refers to nothing that is held back, but for the orphans planted', () => {
    const ids = (file: string, key: string) => new Set(keptOf(file).map((row) => row[key]))
    const lost = (file: string, key: string, parents: Set<string | undefined>) =>
      keptOf(file).filter((row) => row[key] !== '' && !parents.has(row[key]))
    expect(lost('InStoreTransactions', 'StoreID', ids('Stores', 'StoreID'))).toEqual([])
    expect(lost('CustomerServiceInteractions', 'AgentID', ids('Agents', 'AgentID'))).toEqual([])
    expect(lost('LoyaltyTransactions', 'LoyaltyID', ids('LoyaltyAccounts', 'LoyaltyID'))).toEqual([])
    expect(lost('LoyaltyAccounts', 'CustomerID', ids('Customers', 'CustomerID'))).toEqual([])
    expect(defects.filter(({ kind }) => kind === 'unknown_customer')).toHaveLength(
      manifest.truth.inferredCustomers,
    )
  })

  const signs: Record<string, (value: string, read: Read) => boolean> = {
    extra_spaces: (value) => value.startsWith('  ') && value.endsWith(' '),
    mixed_case_email: (value) => /^[A-Z.\d]+@EXAMPLE\.COM$/.test(value),
    lower_case_tier: (value) => /^[a-z]+$/.test(value),
    null_word: (value) => value === 'N/A',
    dash: (value) => value === '-',
    empty_optional: (value) => value === '',
    quoted_newline: (value) => value.includes('\n'),
    unknown_customer: (value) => Number(value) > customers,
    untidy_category: (value) => value.startsWith('  ') && value === value.toLowerCase(),
    trailing_empty_fields: (_, { fields }) => fields.slice(-2).join() === ',',
  }
  it.each(Object.entries(signs))('%s shows on the record', (kind, shows) => {
    const planted = defects.filter((defect) => defect.kind === kind)
    expect(planted.length).toBeGreaterThan(0)
    for (const { file, row, column, fate } of planted) {
      const table = readCsv(dir, file)
      const read = at(table, row)
      expect(fate).toBe('kept')
      expect([file, row, shows(read.fields[table.header.indexOf(column ?? '')] ?? '', read)]).toEqual([
        file,
        row,
        true,
      ])
    }
  })

  it('has a broken quote with quoted fields after it, and one with no quote to come', () => {
    const later = defects
      .filter(({ kind }) => kind === 'broken_quote')
      .map(({ file, row }) => [
        file,
        readCsv(dir, file)
          .records.slice(row)
          .some(({ fields }) => /,/.test(fields.join(''))),
      ])
    expect(later).toContainEqual(['Customers.csv', true])
    expect(later).toContainEqual(['OnlineTransactions.csv', false])
    const text = readFileSync(join(dir, 'OnlineTransactions.csv'), 'latin1')
    expect(text.split('"')).toHaveLength(2)
  })
})
