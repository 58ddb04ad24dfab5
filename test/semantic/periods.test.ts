import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addMonths, bucketOf, bucketsIn, isDay } from '../../src/semantic/days.ts'
import { comparedWith } from '../../src/semantic/period.ts'
import type { Query } from '../../src/semantic/types.ts'
import { goldModels, Warehouse } from '../model/warehouse.ts'
import { answered, asRows, contextOf, type Run } from './support.ts'

const period = (from: string, to: string, by: 'prev' | 'year', end?: string) =>
  comparedWith({ from, to }, by, end)?.period

describe('the period before', () => {
  test.each<[string, string, string, 'prev' | 'year', string, string]>([
    ['seven days: the week before', '2025-03-10', '2025-03-17', 'prev', '2025-03-03', '2025-03-10'],
    ['ten days: two weeks before', '2025-03-10', '2025-03-20', 'prev', '2025-02-24', '2025-03-06'],
    ['a whole month: the month before', '2025-03-01', '2025-04-01', 'prev', '2025-02-01', '2025-03-01'],
    ['a quarter: the quarter before', '2025-01-01', '2025-04-01', 'prev', '2024-10-01', '2025-01-01'],
    ['a year: the year before', '2024-01-01', '2025-01-01', 'prev', '2023-01-01', '2024-01-01'],
    ['a month, a year back', '2024-02-01', '2024-03-01', 'year', '2023-02-01', '2023-03-01'],
    ['any days, a year back: 364 days', '2025-03-10', '2025-03-20', 'year', '2024-03-11', '2024-03-21'],
  ])('%s', (_, from, to, by, wantedFrom, wantedTo) => {
    expect(period(from, to, by)).toEqual({ from: wantedFrom, to: wantedTo })
  })

  test('days that have not happened are compared with nothing', () => {
    expect(period('2025-03-01', '2025-04-01', 'prev', '2025-03-08')).toEqual({
      from: '2025-02-22',
      to: '2025-03-01',
    })
    expect(period('2025-03-01', '2025-04-01', 'prev', '2025-03-01')).toBeUndefined()
  })
})

test('buckets', () => {
  expect(bucketOf('2025-01-01', 'week')).toBe('2024-12-30')
  expect(bucketOf('2025-05-31', 'quarter')).toBe('2025-04-01')
  expect(bucketsIn({ from: '2024-12-31', to: '2025-01-07' }, 'week')).toBe(2)
  expect(bucketsIn({ from: '2024-11-05', to: '2025-02-01' }, 'month')).toBe(3)
  expect(addMonths('2024-03-31', -1)).toBe('2024-02-29')
  expect(addMonths('2025-01-15', -13)).toBe('2023-12-15')
  expect(['2025-02-29', '2025-1-1', '20250101', '2025-13-01'].filter(isDay)).toEqual([])
})

describe('sales of 1 a day, from 2024-01-01 to 2024-03-10', () => {
  let warehouse: Warehouse
  let run: Run
  beforeAll(async () => {
    warehouse = await Warehouse.open()
    await warehouse.run(
      `insert into conformed.transactions (transaction_id, order_id, channel, occurred_at, occurred_at_local, amount, status, source)
       select 't' || i, 't' || i, case when i % 2 = 0 then 'online' else 'in_store' end, d, d, case when d >= timestamp '2024-02-01' then 2 else 1 end, 'Completed', 's'
       from (select i, timestamp '2024-01-01 12:00:00' + to_days(i::int) as d from range(70) r(i))`,
    )
    await warehouse.build(await goldModels())
    run = (sql) => warehouse.rows(sql)
  }, 60_000)
  afterAll(() => warehouse?.[Symbol.asyncDispose]())

  const ask = async (query: Query) => answered(run, query, await contextOf(run))
  const revenue = (more: Omit<Query, 'measures'>) => ask({ measures: ['revenue'], ...more })

  test('months lie beside months, the unfinished one beside as much of the one before', async () => {
    const whole = await revenue({
      filters: { range: { from: '2024-02-01', to: '2024-03-01' } },
      compare: 'prev',
    })
    expect(whole).toMatchObject({ rows: [[58, 31]], compared: { from: '2024-01-01', to: '2024-02-01' } })
    const unfinished = await revenue({
      filters: { range: { from: '2024-03-01', to: '2024-04-01' } },
      compare: 'prev',
    })
    expect(unfinished).toMatchObject({ rows: [[20, 20]], compared: { from: '2024-02-16', to: '2024-02-26' } })
  })

  test('a bucket lies beside the one it is compared with', async () => {
    const by = [{ dimension: 'date', grain: 'week' as const }]
    const range = { from: '2024-02-05', to: '2024-02-19' }
    const { rows, partial } = await revenue({ by, filters: { range }, compare: 'prev' })
    expect(rows).toEqual([
      ['2024-02-05', 14, 7],
      ['2024-02-12', 14, 11],
    ])
    expect(partial).toEqual([])
    const days = [{ dimension: 'date', grain: 'day' as const }]
    const february = { from: '2024-02-01', to: '2024-03-01' }
    const daily = await revenue({ by: days, filters: { range: february }, compare: 'prev' })
    expect(daily.rows).toHaveLength(29)
    expect(daily.rows[28]).toEqual(['2024-02-29', 2, 1])
  })

  test('no earlier data is no comparison', async () => {
    const { rows, compared } = await revenue({
      filters: { range: { from: '2024-01-01', to: '2024-02-01' } },
      compare: 'prev',
    })
    expect({ rows, compared }).toEqual({ rows: [[31, null]], compared: null })
    const year = await revenue({
      filters: { range: { from: '2024-02-01', to: '2024-03-01' } },
      compare: 'year',
    })
    expect(year.compared).toBeNull()
  })

  test('empty buckets are 0 where there is data and unknown beyond it; what is cut is partial', async () => {
    await warehouse.run(
      "delete from gold.fact_transactions where local_date between '2024-01-08' and '2024-01-14'",
    )
    const by = [{ dimension: 'date', grain: 'week' as const }]
    const { rows, partial } = await revenue({
      by,
      filters: { range: { from: '2024-01-03', to: '2024-03-20' } },
    })
    expect(rows.slice(0, 3)).toEqual([
      ['2024-01-01', 5],
      ['2024-01-08', 0],
      ['2024-01-15', 7],
    ])
    expect(rows.slice(-2)).toEqual([
      ['2024-03-11', null],
      ['2024-03-18', null],
    ])
    expect(partial).toEqual(['2024-01-01', '2024-03-18'])
    const aov = await ask({
      measures: ['aov'],
      by,
      filters: { range: { from: '2024-01-08', to: '2024-01-15' } },
    })
    expect(aov.rows).toEqual([['2024-01-08', null]])
    const months = await revenue({ by: [{ dimension: 'date', grain: 'month' }] })
    expect(months.partial).toEqual(['2024-03-01'])
  })

  test('order by change, by a limit, and what a limit cuts is told', async () => {
    const asked = await revenue({
      by: [{ dimension: 'channel' }],
      filters: { range: { from: '2024-02-05', to: '2024-02-12' } },
      compare: 'prev',
      order: [{ by: 'revenue.change', descending: true }],
      limit: 1,
    })
    const all = asRows(
      await revenue({
        by: [{ dimension: 'channel' }],
        filters: { range: { from: '2024-02-05', to: '2024-02-12' } },
        compare: 'prev',
      }),
    )
    const change = (row: Record<string, unknown>) =>
      (Number(row.revenue) - Number(row['revenue.before'])) / Number(row['revenue.before'])
    const best = all.reduce((a, b) => (change(b) > change(a) ? b : a))
    expect(asked.truncated).toBe(true)
    expect(asked.rows).toEqual([Object.values(best)])
  })

  test('what is known as of the version has no range and no comparison', async () => {
    const { unfiltered, rows, compared } = await ask({
      measures: ['customers'],
      filters: { range: { from: '2024-02-01', to: '2024-03-01' } },
      compare: 'prev',
    })
    expect({ unfiltered, rows, compared }).toEqual({
      unfiltered: { customers: ['date'] },
      rows: [[0, null]],
      compared: null,
    })
  })
})
