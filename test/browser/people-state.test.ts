import { describe, expect, test } from 'vitest'
import type { Answer } from '../../src/semantic/types.ts'
import {
  readConditions,
  withCondition,
  withoutColumn,
  writeConditions,
} from '../../src/web/pages/customers/conditions.ts'
import { cohortsOf } from '../../src/web/pages/retention/cohort-rows.ts'
import { mostPoints, spread } from '../../src/web/pages/segments/spread.ts'

const columns = [
  { name: 'tier', personal: false },
  { name: 'city', personal: false },
  { name: 'total_spend', personal: false },
  { name: 'last_purchase_date', personal: false },
  { name: 'is_inferred', personal: false },
  { name: 'email', personal: true },
]

describe('conditions in an address', () => {
  test('come back as they were, whatever their values hold', () => {
    const all = [
      { column: 'tier', op: 'in', values: ['Gold', null, '~', 'a,b', 'c;d', 'e\\f', 'g..h'] },
      { column: 'city', op: 'contains', text: 'St. Louis; "x", \\ é 日本' },
      { column: 'total_spend', op: 'between', from: -10.5, to: 1000 },
      { column: 'last_purchase_date', op: 'between', from: '2025-01-31' },
      { column: 'is_inferred', op: 'is', value: false },
    ] as const
    const text = writeConditions(
      all.map((one) => ('values' in one ? { ...one, values: [...one.values] } : one)),
    )
    const address = new URLSearchParams({ where: text }).toString()
    const read = new URLSearchParams(address).get('where') ?? ''
    expect(readConditions(read, columns)).toEqual({ conditions: all, dropped: [] })
  })

  test('what is no condition is left out and its column named, never its value', () => {
    const text = [
      'tier.in.',
      'total_spend.between.a..b',
      'total_spend.between...',
      'last_purchase_date.between.2025-01-01..2025-02-01..2025-03-01',
      'is_inferred.is.perhaps',
      'email.contains.somebody@example.com',
      'nobody.in.x',
      'somebody@example.com',
      'tier.in.Gold',
    ].join(';')
    const { conditions, dropped } = readConditions(text, columns)
    expect(conditions).toEqual([{ column: 'tier', op: 'in', values: ['Gold'] }])
    expect(dropped).toHaveLength(8)
    expect(dropped.join()).not.toContain('somebody')
  })

  test('a column has one condition at most', () => {
    const first = { column: 'tier', op: 'in', values: ['Gold'] } as const
    const second = { column: 'tier', op: 'empty', value: true } as const
    const other = { column: 'is_inferred', op: 'is', value: true } as const
    const both = withCondition(withCondition([{ ...first, values: ['Gold'] }], other), second)
    expect(both).toEqual([second, other])
    expect(withoutColumn(both, 'tier')).toEqual([other])
  })
})

describe('the cohort triangle', () => {
  const answer = (rows: Answer['rows']): Answer => ({
    columns: [
      { name: 'cohort_month', kind: 'dimension' },
      { name: 'months_since', kind: 'dimension' },
      { name: 'cohort_customers', kind: 'measure' },
      { name: 'retained_customers', kind: 'measure' },
    ],
    rows,
    unfiltered: {},
    partial: [],
    truncated: false,
  })

  test('has no cell where the month has not begun, and marks the one that is not over', () => {
    const { rows, all, most } = cohortsOf(
      answer([
        ['2025-04-01', 0, 40, 40],
        ['2025-04-01', 1, 40, 20],
        ['2025-04-01', 2, 40, 4],
        ['2025-05-01', 0, 10, 10],
        ['2025-05-01', 1, 10, 1],
        ['2025-06-01', 0, 5, 5],
      ]),
      '2025-06-15',
      { from: '2025-05-10', to: '2025-06-01' },
    )
    expect(rows.map(({ size }) => size)).toEqual([40, 10, 5])
    expect(rows.map(({ cells }) => cells.map((cell) => cell?.isPartial ?? null))).toEqual([
      [false, false, true],
      [false, true, null],
      [true, null, null],
    ])
    expect(rows.map(({ isIn }) => isIn)).toEqual([false, true, false])
    expect(most).toBe(0.5)
    // May's June is not over, so that April alone says what is usual one month later.
    expect(all.map(({ size, retained }) => [size, retained])).toEqual([
      [50, 50],
      [40, 20],
      [40, 4],
    ])
  })

  test('is empty where there is nothing', () => {
    expect(cohortsOf(answer([]), '2025-06-30', null)).toEqual({ rows: [], all: [], most: 0 })
    expect(cohortsOf(undefined, null, null).rows).toEqual([])
  })
})

test('a scatter of many customers shows some from everywhere, and never too many', () => {
  const ids = Array.from({ length: 10_000 }, (_, id) => id)
  const some = spread(ids, mostPoints)
  expect(some.length).toBeLessThanOrEqual(mostPoints)
  expect(some.length).toBeGreaterThan(mostPoints / 2)
  expect(some[0]).toBe(0)
  expect(some.at(-1)).toBeGreaterThan(9_900)
  expect(spread(ids.slice(0, mostPoints), mostPoints)).toHaveLength(mostPoints)
})
