import { describe, expect, test } from 'vitest'
import {
  busiestHours,
  coveredBy,
  differenceOf,
  hoursOf,
  timesIn,
} from '../../src/web/pages/peak-times/hours.ts'
import { byAmount, readBand } from '../../src/web/pages/sales/bands.ts'
import { readOpeningHours } from '../../src/web/pages/store/opening-hours.ts'
import { standingOf } from '../../src/web/pages/store/standing.ts'
import { agentOf, tierOf, withIdle } from '../../src/web/pages/support/agents.ts'
import { ageOf, ages, daysOf } from '../../src/web/pages/support/ages.ts'

/** Open hours of a weekday as `8-20`; several stretches with commas. */
const openOn = (text: string, weekday: number): string => {
  const hours = readOpeningHours(text)
  if (!hours) return 'unread'
  const open = Array.from({ length: 24 }, (_, hour) => hours.isOpen(weekday, hour))
  const end = (from: number): number => {
    const to = open.findIndex((isOpen, hour) => hour > from && !isOpen)
    return to < 0 ? 24 : to
  }
  return open.flatMap((isOpen, hour) => (isOpen && !open[hour - 1] ? [`${hour}-${end(hour)}`] : [])).join(',')
}

describe('opening hours', () => {
  test.each([
    ['8:00 AM - 8:00 PM', 3, '8-20'],
    ['10:00 AM – 9:00 PM', 7, '10-21'],
    ['09:00-20:00', 1, '9-20'],
    ['9 am to 5 pm', 1, '9-17'],
    ['9 - 5 pm', 2, '9-17'],
    ['9.30 - 18.15', 2, '9-19'],
    ['Mon-Fri 9-18; Sat 10:00-16:00; Sun closed', 5, '9-18'],
    ['Mon-Fri 9-18; Sat 10:00-16:00; Sun closed', 6, '10-16'],
    ['Mon-Fri 9-18; Sat 10:00-16:00; Sun closed', 7, ''],
    ['Mon - Thu: 9:00-18:00, Fri - Sun: 10:00-22:00', 4, '9-18'],
    ['Mon - Thu: 9:00-18:00, Fri - Sun: 10:00-22:00', 6, '10-22'],
    ['Weekdays 8-12, 14-18', 2, '8-12,14-18'],
    ['Saturday 10 a.m. - 2 p.m.', 6, '10-14'],
    ['Saturday 10 a.m. - 2 p.m.', 1, ''],
    ['24 hours', 4, '0-24'],
    ['12:00 PM - 12:00 AM', 4, '12-24'],
  ])('%s on day %i is %s', (text, weekday, expected) => {
    expect(openOn(text, weekday)).toBe(expected)
  })

  test('a night reaches into the next day, Sunday’s into Monday', () => {
    const bar = readOpeningHours('Sun 6:00 PM - 2:00 AM')
    expect([bar?.isOpen(7, 23), bar?.isOpen(1, 1), bar?.isOpen(1, 2), bar?.isOpen(2, 1)]).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test.each([
    'by appointment',
    '',
    '9:00 AM',
    '25:00 - 26:00',
    '13 pm - 14 pm',
    'Mon-Xyz 9-5',
    '9-12-18',
    '9:00 - 9:00',
  ])('%j is not guessed', (text) => expect(readOpeningHours(text)).toBeUndefined())
})

const rows = (list: readonly Record<string, string | number | null>[]) => ({
  length: list.length,
  text: (row: number, column: string) => (list[row]?.[column] == null ? null : String(list[row]?.[column])),
  number: (row: number, column: string) =>
    typeof list[row]?.[column] === 'number' ? Number(list[row]?.[column]) : null,
})

describe('peak times', () => {
  const counts = hoursOf(
    rows([
      { weekday: 1, hour: 9, channel: 'online', transactions: 3 },
      { weekday: 1, hour: 9, channel: 'in_store', transactions: 1 },
      { weekday: 1, hour: 20, channel: 'online', transactions: 1 },
      { weekday: 7, hour: 9, channel: 'in_store', transactions: 4 },
      { weekday: null, hour: null, channel: 'online', transactions: 99 },
    ]),
    'transactions',
  )

  test('sales without a time of day are in no hour', () => {
    expect([counts.total(), counts.total('online'), counts.at(1, 9), counts.at(1, 9, 'online')]).toEqual([
      9, 4, 4, 3,
    ])
    expect(busiestHours(counts, 1, 3)).toEqual([
      { hour: 9, count: 4 },
      { hour: 20, count: 1 },
    ])
  })

  test('a difference compares shares, so that the larger channel does not win everywhere', () => {
    const difference = differenceOf(counts, 'online', 'in_store')
    expect([difference(1, 9), difference(7, 9), difference(3, 3)]).toEqual([55, -80, 0])
    expect(differenceOf(counts, 'online', 'nowhere')(1, 9)).toBeNull()
  })

  test('weekdays are counted within the days that data covers', () => {
    // 2025-06-30 is a Monday.
    const week = { from: '2025-06-30', to: '2025-07-09' }
    expect([1, 2, 3, 7].map((day) => timesIn(week, day))).toEqual([2, 2, 1, 1])
    expect(timesIn({ from: '2025-06-30', to: '2025-07-01' }, 2)).toBe(0)
    expect(
      coveredBy({ from: '2025-01-01', to: '2026-01-01' }, { from: '2025-03-01', asOf: '2025-06-30' }),
    ).toEqual({
      from: '2025-03-01',
      to: '2025-07-01',
    })
    expect(
      coveredBy({ from: '2020-01-01', to: '2021-01-01' }, { from: '2025-03-01', asOf: '2025-06-30' }),
    ).toBeNull()
  })
})

describe('support', () => {
  const limits = { fair: 85, good: 95 }

  test('tiers begin at their limits', () => {
    expect([84.99, 85, 94.99, 95, 100, null].map((rate) => tierOf(rate, limits))).toEqual([
      'low',
      'middle',
      'middle',
      'high',
      'high',
      'none',
    ])
  })

  test('few contacts do not make the best agent', () => {
    const lucky = agentOf('1', 'A', 2, 2, 100, limits)
    const steady = agentOf('2', 'B', 200, 190, 95, limits)
    expect(lucky.interval?.low).toBeCloseTo(34.24, 2)
    expect(steady.interval?.low).toBeGreaterThan(lucky.interval?.low ?? 0)
    expect(
      withIdle(
        [lucky],
        [
          { id: '1', name: 'A' },
          { id: '3', name: 'C' },
        ],
        limits,
      ).map(({ id, rate, tier }) => [id, rate, tier]),
    ).toEqual([
      ['1', 100, 'high'],
      ['3', null, 'none'],
    ])
  })

  test('every day has exactly one age, and the days of an age are those days', () => {
    const asOf = '2025-06-30'
    for (const day of [
      '2025-06-30',
      '2025-06-29',
      '2025-06-28',
      '2025-06-24',
      '2025-06-17',
      '2025-05-31',
      '2025-04-01',
      '2024-01-01',
    ]) {
      const within = ages.filter((age) => {
        const days = daysOf(age, asOf, null)
        return days !== null && day >= days.from && day < days.to
      })
      expect(within).toEqual([ageOf(day, asOf)])
    }
    expect(daysOf({ from: 7, to: 13 }, asOf, { from: '2025-06-20', to: '2025-07-01' })).toEqual({
      from: '2025-06-20',
      to: '2025-06-24',
    })
    expect(daysOf({ from: 90, to: null }, asOf, { from: '2025-06-20', to: '2025-07-01' })).toBeNull()
  })
})

test('a store stands among all with a value; equal ones share a place', () => {
  expect(standingOf(5, [1, 5, 5, 9, null])).toEqual({ here: 5, low: 1, high: 9, median: 5, rank: 2, of: 4 })
  expect(standingOf(null, [1, 2])).toMatchObject({ rank: null, median: 1.5 })
  expect(standingOf(null, [null])).toBeUndefined()
})

test('amounts are put in their order, not in that of their letters', () => {
  const names = ['1000 to 2000', '20 to 50', 'below 0', '100000 and more', '0 to 10']
  expect(names.toSorted(byAmount)).toEqual([
    'below 0',
    '0 to 10',
    '20 to 50',
    '1000 to 2000',
    '100000 and more',
  ])
  expect(readBand('something else')).toBeUndefined()
})
