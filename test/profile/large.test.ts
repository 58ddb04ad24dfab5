import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Initialised } from '../../src/profile/init.ts'
import type { TableProfile } from '../../src/profile/types.ts'
import { drafted, remarks } from './support.ts'

/** Beyond 24 MB a file is sampled for its types; what is said to be counted in all of it is planted here. */
const ROWS = 150_000
const LONG = 'and a note that makes the file long enough '.repeat(3)
let dir: string
let made: Initialised

const statuses = ['Completed', 'Pending', 'Failed']

function order(i: number, status: string = statuses[i % 3] ?? ''): string {
  const customer = i % 1000 === 7 ? '' : `${i % 9000}`
  const day = new Date(Date.UTC(2024, 0, 1 + (i % 365))).toISOString().slice(0, 10)
  return `ORD-${1_000_000 + i},${customer},${day} 10:00:00,${(i % 500) + 0.25},${status},"Line ${i % 90}, ${LONG}"`
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'c360-large-'))
  const header = 'OrderID,CustomerID,OrderDate,Amount,Status,Note'
  const lines = Array.from({ length: ROWS }, (_, i) => order(i))
  // Forty orders once more far below, thirty of them with another status; one in quotes is the same id.
  const again = Array.from({ length: 40 }, (_, i) =>
    order(i * 3000 + 100, i < 30 ? 'Refunded' : undefined).replace(/^(ORD-1000100)/, '"$1"'),
  )
  lines.push(...again, 'ORD-1,too few', 'ORD-2,"broken')
  await writeFile(join(dir, 'Orders.csv'), [header, ...lines, ''].join('\n'))
  const items = Array.from(
    { length: ROWS },
    (_, i) => `${i % 4},ORD-${1_000_000 + Math.floor(i / 4)},${i % 700},${(i % 90) + 0.5},1,${LONG}`,
  )
  await writeFile(
    join(dir, 'Lines.csv'),
    ['LineNo,OrderID,ProductID,Amount,Qty,Note', ...items, ''].join('\r\n'),
  )
  made = (await drafted(dir)).made
})
afterAll(() => rm(dir, { recursive: true }))

const tableNamed = (name: string): TableProfile => {
  const found = made.tables.find(({ table }) => table.name === name)
  if (!found) throw new Error(`no table ${name}`)
  return found
}

test('of a sampled file rows, empty fields and records that cannot be split are counted in all of it', () => {
  const orders = tableNamed('orders')
  expect(orders.sampled).toBeLessThan(ROWS / 2)
  expect([orders.rows, orders.malformed]).toEqual([ROWS + 40, 2])
  const filled = Object.fromEntries(orders.columns.map(({ name, filled }) => [name, filled]))
  expect(filled).toMatchObject({ OrderID: ROWS + 40, CustomerID: ROWS + 40 - 150, Status: ROWS + 40 })
})

test('a key that repeats a few times, far apart, is found with how its rows differ', () => {
  expect(tableNamed('orders').keys[0]).toEqual({
    columns: ['OrderID'],
    rows: ROWS + 40,
    distinct: ROWS,
    empty: 0,
    repeated: 40,
    differing: 30,
    differsIn: {
      CustomerID: 0,
      OrderDate: 0,
      Amount: 0,
      Status: 30,
      Note: 0,
    },
  })
  expect(remarks(made, 'decide').join('\n')).toMatch(/30 values of OrderID have several versions/)
})

test('lines of orders get the key that is different in every row', () => {
  const key = tableNamed('lines').keys.find(({ columns }) => columns.join() === 'OrderID,LineNo')
  expect(key).toMatchObject({ rows: ROWS, distinct: ROWS, repeated: 0, empty: 0 })
})
