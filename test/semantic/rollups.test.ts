import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialect } from '../../src/engines/duckdb/dialect.ts'
import { sums } from '../../src/model/semantic/rollups.ts'
import type { Context } from '../../src/semantic/context.ts'
import { rollupStatements, rollupTables } from '../../src/semantic/rollups.ts'
import type { Query } from '../../src/semantic/types.ts'
import { fillSample } from '../model/sample.ts'
import { goldModels, Warehouse } from '../model/warehouse.ts'
import { covering } from './covering.ts'
import { answered, compiled, contextOf, type Run, remembered } from './support.ts'

const RANGE = { from: '2025-02-05', to: '2025-03-20' }

/** Fewer days, so that a value has several rows of one day, and rows without a day or a customer. */
const CROWDED = [
  `update gold.fact_transactions set
    local_date = case when hash(transaction_id) % 11 <> 0 then local_date - (extract(day from local_date)::int % 5) end`,
  'update gold.fact_transactions set iso_weekday = extract(isodow from local_date)',
]
/** Two of them are more than the 18 digits that a rollup keeps apart from the rest. */
const HUGE =
  'update gold.fact_transactions set amount = 9000000000000000.25 where hash(transaction_id) % 2 = 0'
const WHOLE = 'update gold.fact_transactions set shared_order = null'

let warehouse: Warehouse
let run: Run
let context: Context
let inMemory = new Set<string>()
beforeAll(async () => {
  warehouse = await Warehouse.open()
  await fillSample(warehouse)
  await warehouse.build(await goldModels())
  await warehouse.run('create schema rollup')
  run = (sql) => warehouse.rows(sql)
}, 60_000)
afterAll(() => warehouse?.[Symbol.asyncDispose]())

// Each goes on from the one before.
describe.each([
  ['orders of several lines', []],
  ['orders that are whole rows', [WHOLE]],
  ['crowded days and unknown ones', CROWDED],
  ['sums of more than eighteen digits', [HUGE]],
])('%s', (name, changes) => {
  beforeAll(async () => {
    for (const change of changes) await warehouse.run(change)
    for (const sql of rollupStatements(dialect, rollupTables(dialect))) await warehouse.run(sql)
    context = await contextOf(run)
  })

  const same = async (query: Query, rollup: string) => {
    const empty = rollup === 'orders' && changes.length > 0
    if (!empty) expect(compiled(query, context).sql, JSON.stringify(query)).toContain(`rollup."${rollup}_`)
    const quick = await answered(run, query, context)
    const slow = await answered(run, query, { ...context, rollups: [] })
    expect(quick, JSON.stringify(query)).toEqual(slow)
    if ((await remembered(run, query, context))?.isWhole) inMemory.add(rollup)
  }

  test('every rollup says what its fact says', async () => {
    inMemory = new Set()
    for (const { query, rollup } of covering(RANGE)) await same(query, rollup)
    const isSafe = (fact: string) => fact !== 'sales' || !changes.includes(HUGE)
    const names = sums.filter(({ fact }) => isSafe(fact)).map((one) => one.name)
    expect([...inMemory]).toEqual(expect.arrayContaining(names))
    if (changes.includes(HUGE)) expect([...inMemory]).not.toContain('sales_days')
  })

  test('the rows in numbers say what the fact says in each of their orders, words known or not', async () => {
    const [{ product_id: product } = {}] = await run(
      'select min(product_id) as product_id from gold.dim_products',
    )
    const left: readonly [string, Record<string, (string | null)[]>][] = [
      ['sales_hours', { weekday: ['1', '2', '3', '4'] }],
      ['sales_hours', { weekday: ['2', '5', '6'], channel: ['online', null], segment: ['One-Time Buyer'] }],
      ['sales_buyers', { segment: ['High-Value Customer', 'One-Time Buyer'], status: ['Completed'] }],
      ['sales_buyers', { tier: [null], payment_method: [null, 'Cash'] }],
      ['sales_buyers', { payment_method: [] }],
      ['sales_rows', { product: [String(product), null], hour: ['10', '11', '12'] }],
    ]
    const groups = [
      ['product'],
      ['segment'],
      ['store', 'tier'],
      ['category', 'channel'],
      ['status', 'state'],
      ['date', 'segment'],
    ]
    for (const [table, values] of left)
      for (const names of groups) {
        const by = names.map((dimension) =>
          dimension === 'date' ? { dimension, grain: 'week' as const } : { dimension },
        )
        const filters = { range: RANGE, values }
        const measures = ['revenue', 'orders', 'buyers', 'transactions', 'pending_value']
        await same({ measures, by, filters }, table)
      }
  })

  test('one channel of several is enough for those who bought in it; two are not', async () => {
    const ofChannels = (channel: (string | null)[]): Query => ({
      measures: ['buyers'],
      by: [{ dimension: 'date', grain: 'month' }],
      filters: { range: RANGE, values: { channel, segment: ['High-Value Customer', null] } },
    })
    await same(ofChannels(['online']), 'buyers')
    await same(ofChannels([null]), 'buyers')
    await same(ofChannels(['online', 'phone']), 'sales_buyers')
  })

  test('who bought twice is had from the rows before only where an order is one row', async () => {
    const queries: Query[] = [
      { measures: ['repeat_rate'] },
      { measures: ['repeat_rate', 'buyers'], by: [{ dimension: 'date', grain: 'week' }] },
      {
        measures: ['repeat_rate'],
        by: [{ dimension: 'segment' }],
        filters: { range: RANGE },
        compare: 'prev',
      },
      {
        measures: ['repeat_rate'],
        by: [{ dimension: 'date', grain: 'month' }, { dimension: 'tier' }],
        filters: { range: RANGE },
      },
    ]
    for (const query of queries) {
      const ofSeveral = name === 'orders of several lines'
      const { sql } = compiled(query, context)
      expect(/rollup."sales_(rows|hours|buyers)_/.test(sql)).toBe(ofSeveral)
      await same(query, ofSeveral ? 'sales_buyers' : 'buyers')
    }
  })
})
