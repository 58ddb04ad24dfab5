import { expect, test } from 'vitest'
import { addMonths } from '../../src/web/dates.ts'
import { defaultRange, isRange, periodOf } from '../../src/web/period.ts'
import { filtersOf, readList, readState, toggled, withoutLast, writeList } from '../../src/web/state.ts'
import { factorEffects, type Part, ratioEffects, restOf, sumEffects } from '../../src/web/why.ts'
import { wilson } from '../../src/web/wilson.ts'
import { randomFrom } from '../support/random.ts'

const known = { dimensions: ['channel', 'category', 'store'], own: ['rank'], range: 'last-90d' }
const extent = { from: '2024-01-01', asOf: '2025-06-30' }

test('a list in an address comes back as it was, whatever its values hold', () => {
  for (const values of [['a'], ['a,b', 'c\\d', '~'], [null], [null, 'x'], ['\\,', 'é~']])
    expect(readList(writeList(values))).toEqual(values)
})

test('an address is read, and what nobody knows is named', () => {
  const search = {
    range: '2025-01-01..2025-01-31',
    category: 'Books,Toys',
    by: 'colour',
    hue: '1',
    rank: 'aov',
    n: '0',
  }
  const state = readState(search, known)
  expect(state.filters).toEqual({ category: ['Books', 'Toys'] })
  expect(state.own).toEqual({ rank: 'aov' })
  expect([...state.dropped].sort()).toEqual(['by', 'hue', 'n'])
  expect(filtersOf(state, extent)).toEqual({
    range: { from: '2025-01-01', to: '2025-02-01' },
    values: { category: ['Books', 'Toys'] },
  })
  expect(filtersOf(state, extent, ['category', 'date'])).toEqual({})
})

test('Esc takes back the filter that was set last, and no other key', () => {
  const search = toggled(toggled({ rank: 'aov', category: 'Toys' }, 'channel', 'online'), 'category', 'Books')
  expect(search).toEqual({ rank: 'aov', channel: 'online', category: 'Toys,Books' })
  const once = withoutLast(search, known.dimensions)
  expect(once).toEqual({ rank: 'aov', channel: 'online' })
  expect(withoutLast({ rank: 'aov' }, known.dimensions)).toBeNull()
  expect(toggled({ channel: 'online' }, 'channel', 'online')).toEqual({})
})

test('ranges are half-open, end with the data, and keep to the calendar', () => {
  expect(periodOf('last-12m', extent)).toEqual({ from: '2024-07-01', to: '2025-07-01' })
  expect(periodOf('last-30d', extent)).toEqual({ from: '2025-06-01', to: '2025-07-01' })
  expect(periodOf('all', extent)).toBeNull()
  expect(addMonths('2024-03-31', -1)).toBe('2024-02-29')
  expect(['2025-02-30..2025-03-01', '2025-03-02..2025-03-01', 'last-5d', '..'].map(isRange)).toEqual([
    false,
    false,
    false,
    false,
  ])
  expect(defaultRange(extent)).toBe('last-90d')
  expect(defaultRange({ from: null, asOf: null })).toBe('all')
})

test('parts of a change add up to it: sums, ratios and factors, with parts that come and go', () => {
  const from = randomFrom(7)
  const next = () => from.below(1_000_000) / 1_000_000
  for (let round = 0; round < 300; round++) {
    const amount = () => (next() < 0.15 ? null : Math.round(next() * 1e5) / 100)
    const parts: Part[] = Array.from({ length: 1 + Math.floor(next() * 9) }, (_, index) => {
      const [weightNow, weightBefore] = [Math.floor(next() * 50), Math.floor(next() * 50)]
      const value = (weight: number) => (weight === 0 ? null : next() * 100)
      return {
        key: `${index}`,
        label: '',
        now: value(weightNow),
        before: value(weightBefore),
        weightNow,
        weightBefore,
      }
    })
    const ratio = (side: 'now' | 'before', weight: 'weightNow' | 'weightBefore') => {
      const total = parts.reduce((sum, part) => sum + (part[weight] ?? 0), 0)
      return parts.reduce((sum, part) => sum + (part[side] ?? 0) * (part[weight] ?? 0), 0) / total
    }
    const effects = ratioEffects(parts)
    if (effects) {
      const change = ratio('now', 'weightNow') - ratio('before', 'weightBefore')
      expect(effects.reduce((sum, { effect }) => sum + effect, 0)).toBeCloseTo(change, 8)
      expect(restOf(effects, change)).toBe(0)
    }
    const sums = parts.map((part) => ({ ...part, now: amount(), before: amount() }))
    const difference = sums.reduce((sum, part) => sum + (part.now ?? 0) - (part.before ?? 0), 0)
    expect(restOf(sumEffects(sums), difference)).toBe(0)
    expect(restOf(sumEffects(sums), difference + 1)).toBeCloseTo(1, 6)
  }
  const factors = factorEffects({ revenue: 1200, orders: 10 }, { revenue: 1000, orders: 20 })
  expect((factors?.orders ?? 0) + (factors?.aov ?? 0)).toBeCloseTo(200, 9)
  expect(factorEffects({ revenue: 0, orders: 0 }, { revenue: 1, orders: 1 })).toBeNull()
})

test('the Wilson interval of 8 in 10 is the published one', () => {
  const { low, high } = wilson(8, 10)
  expect(low).toBeCloseTo(0.4902, 3)
  expect(high).toBeCloseTo(0.9433, 3)
})
