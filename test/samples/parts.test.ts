import { describe, expect, it } from 'vitest'
import {
  dayOf,
  earlier,
  existing,
  instant,
  isoOf,
  monthsBefore,
  nthWeekday,
  stamp,
  today,
  weekdayOf,
} from '../../src/samples/calendar.ts'
import { dailyCounts, drawTime, hours, timesOfDay } from '../../src/samples/demand.ts'
import { exp, Random, Sampler, shares } from '../../src/samples/random.ts'

describe('calendar', () => {
  it.each([
    ['2025-06-30', 18, '2024-01-01'],
    ['2025-05-30', 3, '2025-02-28'],
    ['2024-02-29', 12, '2023-03-01'],
    ['2025-12-31', 1, '2025-12-01'],
  ])('up to %s, %i months begin on %s', (last, months, first) => {
    expect(isoOf(monthsBefore(dayOf(last), months))).toBe(first)
  })

  it('knows weekdays, also before 1970', () => {
    for (const iso of ['1969-12-28', '2024-02-29', '2025-06-30'])
      expect(weekdayOf(dayOf(iso))).toBe(new Date(`${iso}T00:00:00Z`).getUTCDay())
    expect(isoOf(nthWeekday(2024, 10, 4, 4))).toBe('2024-11-28')
  })

  it('skips the hour that does not exist, forwards and backwards', () => {
    const march = today(dayOf('2025-03-09'))
    expect(stamp(march, existing(march, 2 * 3600 + 5))).toBe('2025-03-09 03:00:05')
    expect(earlier('2025-03-09 03:00:05', 30)).toBe('2025-03-09 01:59:35')
    expect(earlier('2025-03-10 03:00:05', 30)).toBe('2025-03-10 02:59:35')
    expect(today(dayOf('2025-03-02')).springs).toBe(false)
  })

  it.each([
    ['2024-01-15', '2024-01-15T17:00:00Z'],
    ['2024-07-15', '2024-07-15T16:00:00Z'],
    ['2024-03-09', '2024-03-09T17:00:00Z'],
    ['2024-03-10', '2024-03-10T16:00:00Z'],
    ['2024-11-03', '2024-11-03T17:00:00Z'],
  ])('noon in New York on %s is %s', (day, utc) => {
    expect(instant(dayOf(day), 12 * 3600)).toBe(Date.parse(utc) / 1000)
  })

  it('takes the later one of an hour that comes twice', () => {
    const night = (second: number) => instant(dayOf('2024-11-03'), second)
    expect(night(3600)).toBe(Date.parse('2024-11-03T06:00:00Z') / 1000)
    expect(night(3600) - night(3599)).toBe(3601)
  })

  it.each(['2025-02-30', '2025-13-01', 'soon', '2025-6-1'])('%s is no date', (text) => {
    expect(() => dayOf(text)).toThrow(RangeError)
  })
})

describe('chance', () => {
  it('is uniform, and differs from stream to stream', () => {
    const [a, b] = [new Random(1, 'a'), new Random(1, 'b')]
    const buckets = new Array<number>(10).fill(0)
    for (let i = 0; i < 20_000; i++) {
      const one = a.below(10)
      buckets[one] = (buckets[one] ?? 0) + 1
    }
    expect(a.next()).not.toBe(b.next())
    expect(Math.max(...buckets) - Math.min(...buckets)).toBeLessThan(2000)
  })

  it('draws by weight, and never what weighs nothing', () => {
    const random = new Random(1, 'weights')
    const sampler = new Sampler([0, 1, 0, 3, 6, 0])
    const drawn = new Array<number>(6).fill(0)
    for (let i = 0; i < 50_000; i++) {
      const one = sampler.draw(random)
      drawn[one] = (drawn[one] ?? 0) + 1
    }
    expect(drawn.map((n) => Math.round(n / 500) / 100)).toEqual([0, 0.1, 0, 0.3, 0.6, 0])
    expect(() => new Sampler([0, 0])).toThrow(RangeError)
  })

  it('shares 256 places', () => {
    const places = shares([
      ['a', 3],
      ['b', 1],
    ])
    expect([places.length, places.filter((one) => one === 'a').length]).toEqual([256, 192])
  })

  it.each([-4, -1, 0, 0.5, 2, 4])('e^%d is good to three digits', (x) => {
    expect(exp(x) / Math.exp(x)).toBeCloseTo(1, 2)
  })
})

describe('demand', () => {
  it('spreads exactly what it is given', () => {
    const counts = dailyCounts('inStore', 12_345, dayOf('2024-01-01'), dayOf('2024-12-31'))
    expect(counts).toHaveLength(366)
    expect(counts.reduce((a, b) => a + b, 0)).toBe(12_345)
    expect(counts[dayOf('2024-12-25') - dayOf('2024-01-01')]).toBe(0)
  })

  it('draws times within the hours, a minute away from either end', () => {
    const random = new Random(1, 'times')
    const times = timesOfDay(hours.workday, 9, 18)
    const drawn = Array.from({ length: 20_000 }, () => drawTime(times, random))
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(9 * 3600 + 60)
    expect(Math.max(...drawn)).toBeLessThan(18 * 3600 - 60)
  })
})
