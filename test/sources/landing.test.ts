import { expect, test } from 'vitest'
import { matchGlob } from '../../src/sources/glob.ts'
import { listLanding } from '../../src/sources/landing.ts'
import type { Store } from '../../src/storage/store.ts'

test.each([
  ['Customers*.csv', 'Customers.csv', true],
  ['Customers*.csv', 'Customers_2024.csv', true],
  ['Customers*.csv', 'customers.csv', false],
  ['Customers*.csv', 'old/Customers.csv', false],
  ['Customers*.csv', 'Customers.csv.bak', false],
  ['*/Customers.csv', 'old/Customers.csv', true],
  ['*/Customers.csv', 'very/old/Customers.csv', false],
  ['**/Customers.csv', 'Customers.csv', true],
  ['**/Customers.csv', 'very/old/Customers.csv', true],
  ['**/Customers.csv', 'oldCustomers.csv', false],
  ['old/**', 'old/2023/a.csv', true],
  ['a?.csv', 'a1.csv', true],
  ['a?.csv', 'a.csv', false],
  ['a?.csv', 'a/.csv', false],
  ['a?.csv', 'a🗼.csv', true],
  ['a[0-9].csv', 'a5.csv', true],
  ['a[0-9].csv', 'ax.csv', false],
  ['a[!0-9].csv', 'ax.csv', true],
  ['a[!0-9].csv', 'a5.csv', false],
  ['a[!0-9]b', 'a/b', false],
  ['a[]]b', 'a]b', true],
  ['a[-x]b', 'a-b', true],
  ['a[\\^]b', 'a^b', true],
  ['a[z-a]b', 'a[z-a]b', true],
  ['a[b.csv', 'a[b.csv', true],
  ['a+(b).{c}|$^\\.csv', 'a+(b).{c}|$^\\.csv', true],
  ['a.csv', 'axcsv', false],
])('%s and %s: %s', (glob, path, matches) => {
  expect(matchGlob(glob, path)).toBe(matches)
})

function storeOf(paths: readonly string[]): Pick<Store, 'list'> {
  return { list: async () => paths.map((path) => ({ path, size: 1, modified: 0 })) }
}

test('lists what matches any glob once, sorted, packed or not', async () => {
  const store = storeOf([
    'b/Customers_2.csv',
    'Customers_9.csv',
    'Customers_1.csv.gz',
    'Customers.csv',
    'Stores.csv',
    'Customers_1.csv.gz.gz',
  ])
  const found = await listLanding(store, ['Customers*.csv', 'Customers_*.csv'])
  expect(found.map(({ path }) => path)).toEqual(['Customers.csv', 'Customers_1.csv.gz', 'Customers_9.csv'])
})

test('never sees hidden, temporary or unfinished files', async () => {
  const store = storeOf([
    '.a.csv',
    '~$a.csv',
    'a.csv.tmp',
    'a.csv.partial',
    'a.csv.crdownload',
    'a.csv.swp',
    'a.csv~',
    '.git/a.csv',
    'x/.a.csv',
    'a.csv',
  ])
  const found = await listLanding(store, ['**'])
  expect(found.map(({ path }) => path)).toEqual(['a.csv'])
})
