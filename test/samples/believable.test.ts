import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { generateRetail } from '../../src/samples/index.ts'
import { type Row, rowOf } from './judge.ts'
import { readCsv } from './read-back.ts'

const temp = mkdtempSync(join(tmpdir(), 'c360-believable-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const CUSTOMERS = 2000
await generateRetail(temp, { customers: CUSTOMERS, seed: 2, dirt: false, manifest: join(temp, 'manifest') })

const load = (name: string): Row[] => {
  const table = readCsv(temp, `${name}.csv`)
  return table.records.map((read) => rowOf(table, read))
}
const [customers, products, stores] = [load('Customers'), load('Products'), load('Stores')]
const [online, inStore] = [load('OnlineTransactions'), load('InStoreTransactions')]
const [accounts, movements] = [load('LoyaltyAccounts'), load('LoyaltyTransactions')]
const interactions = load('CustomerServiceInteractions')

const text = (row: Row | undefined, column: string): string => row?.[column] ?? ''
const index = (rows: readonly Row[], key: string) => new Map(rows.map((row) => [text(row, key), row]))
const counted = (keys: readonly string[]) => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
const of = (counts: Map<string, number>, key: string) => counts.get(key) ?? 0
const hour = (row: Row) => text(row, 'DateTime').slice(11, 13)
const isSorted = (texts: readonly string[]) => texts.every((one, i) => i === 0 || one >= (texts[i - 1] ?? ''))
const weekday = (row: Row) => String(new Date(`${text(row, 'DateTime').slice(0, 10)}T00:00:00Z`).getUTCDay())

describe('time', () => {
  it.each([
    ['OnlineTransactions', online],
    ['InStoreTransactions', inStore],
    ['CustomerServiceInteractions', interactions],
    ['LoyaltyTransactions', movements],
  ])('%s comes in order of time, within the period', (_, rows) => {
    const times = rows.map((row) => text(row, 'DateTime'))
    expect(isSorted(times)).toBe(true)
    expect(times[0]?.slice(0, 10) ?? '').toSatisfy((day: string) => day >= '2024-01-01')
    expect(times.at(-1)?.slice(0, 10) ?? 'z').toSatisfy((day: string) => day <= '2025-06-30')
  })

  it('never shows the hour that the change of clocks skips', async () => {
    const dir = join(temp, 'march')
    await generateRetail(dir, { customers: 3000, seed: 8, months: 1, until: '2025-03-31', dirt: false })
    const table = readCsv(dir, 'OnlineTransactions.csv')
    const times = table.records.map((read) => text(rowOf(table, read), 'DateTime'))
    expect(times.filter((time) => /^2025-03-09 02:/.test(time))).toEqual([])
    expect(times.filter((time) => /^2025-03-\d\d 02:/.test(time)).length).toBeGreaterThan(10)
    expect(isSorted(times)).toBe(true)
  })

  it('peaks in the evening online and in the day at the tills', () => {
    const [web, till] = [counted(online.map(hour)), counted(inStore.map(hour))]
    expect(of(web, '20') + of(web, '21')).toBeGreaterThan(2 * (of(web, '09') + of(web, '08')))
    expect(of(till, '12')).toBeGreaterThan(2 * of(till, '20'))
    expect(of(till, '03')).toBe(0)
    expect(of(web, '03')).toBeGreaterThan(0)
  })

  it('has busy Saturdays at the tills and a December above February', () => {
    const days = counted(inStore.map(weekday))
    expect(of(days, '6')).toBeGreaterThan(1.4 * of(days, '1'))
    const months = counted([...online, ...inStore].map((row) => text(row, 'DateTime').slice(0, 7)))
    expect(of(months, '2024-12')).toBeGreaterThan(1.3 * of(months, '2024-02'))
  })
})

const minutesOf = (clock: string): number => {
  const [, h = '', m = '', half = ''] = /^(\d+):(\d\d) (AM|PM)$/.exec(clock) ?? []
  return (Number(h) % 12) * 60 + Number(m) + (half === 'PM' ? 720 : 0)
}

it('sells at the tills only while the store is open', () => {
  const byId = index(stores, 'StoreID')
  const outside = inStore.filter((row) => {
    const [open = '', close = ''] = text(byId.get(text(row, 'StoreID')), 'OpenHours').split(' - ')
    const [h = 0, m = 0] = text(row, 'DateTime').slice(11).split(':').map(Number)
    return !(h * 60 + m >= minutesOf(open) && h * 60 + m < minutesOf(close))
  })
  expect(outside).toEqual([])
  for (const store of stores) expect(text(store, 'OpenHours')).toMatch(/^\d+:00 AM - \d:00 PM$/)
})

it('gives the best fifth of the customers at least half of the spend', () => {
  const spend = new Map<string, number>()
  for (const row of [...online.filter((row) => row.Status === 'Completed'), ...inStore])
    spend.set(text(row, 'CustomerID'), (spend.get(text(row, 'CustomerID')) ?? 0) + Number(row.Amount))
  const ranked = [...spend.values()].sort((a, b) => b - a)
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  expect(sum(ranked.slice(0, CUSTOMERS / 5)) / sum(ranked)).toBeGreaterThanOrEqual(0.5)
  expect(sum(ranked.slice(0, CUSTOMERS / 5)) / sum(ranked)).toBeLessThan(0.9)
})

it('sells what it has at its price, some things far more than others', () => {
  const byId = index(products, 'ProductID')
  const price = (row: Row) => Number(text(byId.get(text(row, 'ProductID')), 'Price'))
  expect(online.filter((row) => !(Number(row.Amount) <= 3 * price(row) + 0.005))).toEqual([])
  const sold = [...counted(online.map((row) => text(row, 'ProductID'))).values()].sort((a, b) => b - a)
  expect((sold[0] ?? 0) / (sold[Math.floor(sold.length / 2)] ?? 1)).toBeGreaterThan(5)
  expect([...new Set(products.map((row) => row.Category))].sort()).toEqual([
    'Books',
    'Clothing',
    'Electronics',
    'Home Goods',
    'Toys',
  ])
  const statuses = counted(online.map((row) => text(row, 'Status')))
  expect(of(statuses, 'Completed') / online.length).toBeGreaterThan(0.85)
  expect([...statuses.keys()].sort()).toEqual(['Completed', 'Failed', 'Pending'])
})

describe('the loyalty programme', () => {
  const byId = index(accounts, 'LoyaltyID')

  it('gives the tier that the points reach', () => {
    const tier = (points: number) =>
      points >= 7500 ? 'Platinum' : points >= 3000 ? 'Gold' : points >= 1000 ? 'Silver' : 'Bronze'
    for (const row of accounts) expect(row.TierLevel).toBe(tier(Number(row.PointsEarned)))
    expect(counted(accounts.map((row) => text(row, 'TierLevel'))).size).toBe(4)
  })

  it('moves points only after joining, and the points of new members are the sum of their movements', () => {
    const sums = new Map<string, number>()
    for (const row of movements) {
      const id = text(row, 'LoyaltyID')
      expect(text(row, 'DateTime') > text(byId.get(id), 'JoinDate')).toBe(true)
      sums.set(id, (sums.get(id) ?? 0) + Number(row.PointsChange))
    }
    const joined = accounts.filter((row) => text(row, 'JoinDate') >= '2024-01-01')
    expect(joined.length).toBeGreaterThan(50)
    for (const row of joined)
      expect([row.LoyaltyID, row.PointsEarned]).toEqual([
        row.LoyaltyID,
        String(sums.get(text(row, 'LoyaltyID')) ?? 0),
      ])
    for (const row of accounts)
      expect(Number(row.PointsEarned)).toBeGreaterThanOrEqual(sums.get(text(row, 'LoyaltyID')) ?? 0)
  })

  it('gives points for purchases that were made', () => {
    const owner = (row: Row) => text(byId.get(text(row, 'LoyaltyID')), 'CustomerID')
    const paid = new Set(
      [...online.filter((row) => row.Status === 'Completed'), ...inStore].map(
        (row) => `${row.CustomerID} ${row.DateTime} ${Math.floor(Number(row.Amount))}`,
      ),
    )
    const purchases = movements.filter((row) => row.Reason === 'Purchase')
    const unpaid = purchases.filter((row) => !paid.has(`${owner(row)} ${row.DateTime} ${row.PointsChange}`))
    expect(purchases.length).toBeGreaterThan(1000)
    expect(unpaid).toEqual([])
  })

  it('has one row for an account and a time, and customers with several accounts', () => {
    expect(counted(movements.map((row) => `${row.LoyaltyID} ${row.DateTime}`)).size).toBe(movements.length)
    expect(counted(accounts.map((row) => text(row, 'CustomerID'))).size).toBeLessThan(accounts.length)
  })
})

describe('customer service', () => {
  it('hears from a customer within two weeks after an order of theirs, never before it', () => {
    const seconds = (row: Row) => Date.parse(`${text(row, 'DateTime').replace(' ', 'T')}Z`) / 1000
    const orders = new Map<string, number[]>()
    for (const row of [...online, ...inStore]) {
      const id = text(row, 'CustomerID')
      orders.set(id, [...(orders.get(id) ?? []), seconds(row)])
    }
    const unprompted = interactions.filter((row) => {
      const waits = (orders.get(text(row, 'CustomerID')) ?? []).map((order) => seconds(row) - order)
      return !waits.some((wait) => wait >= 300 && wait < 14 * 86_400)
    })
    expect(interactions.length).toBeGreaterThan(500)
    expect(unprompted).toEqual([])
  })

  it('has agents that do well and agents that do not', () => {
    const all = counted(interactions.map((row) => text(row, 'AgentID')))
    const solved = counted(
      interactions.filter((r) => r.ResolutionStatus === 'Resolved').map((r) => text(r, 'AgentID')),
    )
    const rates = [...all].filter(([, n]) => n >= 20).map(([id, n]) => of(solved, id) / n)
    expect(rates.length).toBeGreaterThan(5)
    expect(Math.max(...rates) - Math.min(...rates)).toBeGreaterThan(0.1)
  })
})

it('numbers everything from 1 and invents nobody reachable', () => {
  for (const [rows, key] of [
    [customers, 'CustomerID'],
    [online, 'OrderID'],
    [inStore, 'TransactionID'],
    [interactions, 'InteractionID'],
  ] as const)
    expect(rows.every((row, i) => row[key] === String(i + 1))).toBe(true)
  for (const row of customers) expect(row.Email).toMatch(/^[a-z]+\.[a-z]+\d+@example\.com$/)
  for (const row of customers) expect(row.Address).toMatch(/^\d+ [A-Z][\w .]+, [A-Z][\w .]+, [A-Z]{2} \d{5}$/)
})
