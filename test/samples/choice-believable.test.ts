import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateChoice } from '../../src/samples/index.ts'
import { pythonWith } from '../support/python.ts'
import { readXlsx } from '../support/read-xlsx.ts'
import { saleOf, type Ticket, ticketOf } from './events.ts'
import { type SheetRow, sheetRead, sheetRow, sheetRules } from './sheet-judge.ts'

const temp = mkdtempSync(join(tmpdir(), 'c360-believable-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const python = await pythonWith()
const CUSTOMERS = 1500

const seconds = (text = '') => Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`) / 1000
const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0)
const isSorted = (texts: readonly string[]) => texts.every((one, i) => i === 0 || one >= (texts[i - 1] ?? ''))
const counted = (keys: readonly string[]) => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
const of = (counts: Map<string, number>, key: string) => counts.get(key) ?? 0
const weekday = (day: string) => String(new Date(`${day}T00:00:00Z`).getUTCDay())

describe.skipIf(typeof python !== 'string')('the retailer of choice', () => {
  const books = new Map<string, SheetRow[]>()
  const raw = new Map<string, readonly (readonly unknown[])[]>()
  const load = (name: string): SheetRow[] => books.get(name) ?? expect.fail(`${name} is not there`)
  const [master, support, sales, web] = [
    () => load('Customer_master'),
    () => load('Customer_support'),
    () => load('Transaction'),
    () => load('Web_Interactions'),
  ]

  beforeAll(async () => {
    await generateChoice(temp, {
      customers: CUSTOMERS,
      seed: 4,
      dirt: false,
      manifest: join(temp, 'manifest'),
    })
    const files = Object.keys(sheetRules).map((file) => join(temp, file))
    for (const sheets of (await readXlsx(String(python), files)).values()) {
      const [name = ''] = Object.keys(sheets)
      const read = sheetRead(sheets, name)
      raw.set(name, read.rows)
      books.set(
        name,
        read.rows.map((cells) => sheetRow(read, cells)),
      )
    }
  }, 120_000)

  it('writes the columns of the reference, in cells of their kind', () => {
    const kinds = (name: string) =>
      raw.get(name)?.[0]?.map((cell) => (typeof cell === 'object' && cell !== null ? 'time' : typeof cell))
    expect(Object.keys(master()[0] ?? {}).join()).toBe(
      'customer_id,name,email,phone,address,city,state,signup_date,email_opt_in,sms_opt_in,',
    )
    expect(Object.keys(support()[0] ?? {}).join()).toBe(
      'ticket_id,customer_id,issue_type,created_at,resolved_at,satisfaction_score,',
    )
    expect(Object.keys(sales()[0] ?? {}).join()).toBe(
      'transaction_id,customer_id,transaction_date,amount,payment_method,store_location,',
    )
    expect(Object.keys(web()[0] ?? {}).join()).toBe(
      'session_id,customer_id,session_start,pages_viewed,session_duration,device_type,',
    )
    expect(kinds('Customer_master')?.[7]).toBe('time')
    expect(kinds('Customer_support')?.slice(0, 4)).toEqual(['string', 'number', 'string', 'time'])
    expect(kinds('Transaction')).toEqual(['string', 'number', 'string', 'string', 'string', 'string'])
    expect(kinds('Web_Interactions')).toEqual(['string', 'number', 'time', 'number', 'number', 'string'])
  })

  it('invents nobody reachable, and writes names, phones and states in several ways', () => {
    const ids = master().map((row) => row.customer_id)
    expect(ids).toEqual(ids.map((_, i) => String(i + 1)))
    const phones = master().map((row) => row.phone ?? '')
    expect(phones.filter((phone) => phone !== '' && !/555\D?\D?01\d\d$/.test(phone))).toEqual([])
    expect(counted(phones.map((phone) => phone.replaceAll(/\d/g, '9'))).size).toBeGreaterThanOrEqual(6)
    for (const row of master()) expect(row.email).toMatch(/^[a-z]+\.[a-z]+\d+@example\.com$/)
    const words = counted(master().map((row) => String((row.name ?? '').split(' ').length)))
    expect([...words.keys()].sort()).toEqual(['2', '3', '4'])
    const codes = master().filter((row) => /^[A-Z]{2}$/.test(row.state ?? '')).length
    expect(codes / CUSTOMERS).toBeGreaterThan(0.4)
    expect(codes / CUSTOMERS).toBeLessThan(0.8)
  })

  it('signs customers up in order of their ids, through the whole time', () => {
    const days = master().map((row) => row.signup_date ?? '')
    expect(isSorted(days)).toBe(true)
    expect(days[0] ?? 'z').toSatisfy((day: string) => day < '2020-06-01')
    expect(days.at(-1) ?? '').toSatisfy((day: string) => day > '2025-06-20' && day <= '2025-06-30 00:00:00')
    const months = counted(days.map((day) => day.slice(0, 7)))
    expect(of(months, '2024-12')).toBeGreaterThan(1.2 * of(months, '2024-08'))
  })

  it('writes dates and amounts of sales as such exports do', () => {
    for (const row of sales()) {
      expect(row.transaction_date).toMatch(/^Date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/)
      expect(row.amount).toMatch(/^-?\$?\d{1,3}(,?\d{3})*\.\d\d$/)
      expect(row.store_location).toMatch(/^[A-Z][\w. ]+, [A-Z]{2}$/)
    }
    const amounts = sales().map((row) => row.amount ?? '')
    const plain = amounts.filter((amount) => /^-?\d+\.\d\d$/.test(amount)).length
    expect(plain / amounts.length).toBeGreaterThan(0.7)
    expect(amounts.some((amount) => /^\$\d,\d{3}\.\d\d$/.test(amount))).toBe(true)
    const ids = sales().map((row) => row.transaction_id ?? '')
    expect([new Set(ids).size, new Set(ids.map((id) => id.slice(0, 6))).size]).toEqual([ids.length, 1])
  })

  it('comes in order of time, within the period, never in the hour that the change of clocks skips', () => {
    const times = [
      sales().map((row) => row.transaction_date?.slice(6) ?? ''),
      support().map((row) => row.created_at ?? ''),
      web().map((row) => row.session_start ?? ''),
    ]
    for (const list of times) {
      expect(isSorted(list.map((one) => one.slice(0, 19)))).toBe(true)
      expect(list[0] ?? '').toSatisfy((one: string) => one >= '2024-01-01')
      expect(list.at(-1) ?? 'z').toSatisfy((one: string) => one < '2025-07-01')
      expect(list.filter((one) => /^(2024-03-10|2025-03-09) 02:/.test(one))).toEqual([])
    }
  })

  it('has busy Saturdays, a December above February, and evenings on the web', () => {
    const days = sales().map((row) => saleOf(row).day)
    expect(of(counted(days.map(weekday)), '6')).toBeGreaterThan(1.4 * of(counted(days.map(weekday)), '1'))
    const months = counted(days.map((day) => day.slice(0, 7)))
    expect(of(months, '2024-12')).toBeGreaterThan(1.3 * of(months, '2024-02'))
    const hours = counted(web().map((row) => row.session_start?.slice(11, 13) ?? ''))
    expect(of(hours, '20') + of(hours, '21')).toBeGreaterThan(2 * (of(hours, '08') + of(hours, '09')))
  })

  it('gives the best fifth of the customers at least half of the spend, who also browse more', () => {
    const spend = new Map<string, number>()
    for (const { who, cents } of sales().map(saleOf)) spend.set(who, (spend.get(who) ?? 0) + cents)
    const ranked = [...spend].sort(([, a], [, b]) => b - a)
    const best = ranked.slice(0, CUSTOMERS / 5)
    const share = sum(best.map(([, cents]) => cents)) / sum(ranked.map(([, cents]) => cents))
    expect(share).toBeGreaterThanOrEqual(0.5)
    expect(share).toBeLessThan(0.9)
    const visits = counted(web().map((row) => row.customer_id ?? ''))
    const mean = (ids: readonly string[]) => sum(ids.map((id) => of(visits, id))) / ids.length
    expect(mean(best.map(([id]) => id))).toBeGreaterThan(
      2 * mean(ranked.slice(CUSTOMERS / 5).map(([id]) => id)),
    )
  })

  it('pays back only what was bought before', () => {
    const bought = new Map<string, { at: number; cents: number }[]>()
    const refunds: number[] = []
    for (const row of sales()) {
      const { who, cents } = saleOf(row)
      const at = seconds(row.transaction_date?.slice(6))
      const earlier = bought.get(who) ?? []
      if (cents > 0) bought.set(who, [...earlier, { at, cents }])
      else refunds.push(earlier.filter((one) => at - one.at < 25 * 86_400 && one.cents >= -cents).length)
    }
    expect(refunds.length / sales().length).toBeGreaterThan(0.02)
    expect(refunds.filter((origins) => origins === 0)).toEqual([])
  })

  it('hears from customers within two weeks after a purchase of theirs', () => {
    const bought = new Map<string, number[]>()
    for (const row of sales()) {
      const who = row.customer_id ?? ''
      bought.set(who, [...(bought.get(who) ?? []), seconds(row.transaction_date?.slice(6))])
    }
    const unprompted = support().filter((row) => {
      const waits = (bought.get(row.customer_id ?? '') ?? []).map((at) => seconds(row.created_at) - at)
      return !waits.some((wait) => wait >= 300 && wait < 14 * 86_400)
    })
    expect(support().length).toBeGreaterThan(400)
    expect(unprompted).toEqual([])
  })

  it('is liked less the longer it takes, and by kind of issue', () => {
    const tickets: Ticket[] = support().map(ticketOf)
    const score = (list: readonly Ticket[]) => {
      const scores = list.flatMap((one) => (one.score === undefined ? [] : [one.score]))
      return sum(scores) / scores.length
    }
    const timed = tickets.filter(({ seconds: took }) => took !== undefined)
    const quick = timed.filter(({ seconds: took = 0 }) => took < 12 * 3600)
    const slow = timed.filter(({ seconds: took = 0 }) => took > 3 * 86_400)
    expect(score(quick) - score(slow)).toBeGreaterThan(0.7)
    const issue = (name: string) => tickets.filter((one) => one.issue === name)
    expect(score(issue('Product Inquiry')) - score(issue('Return'))).toBeGreaterThan(0.3)
    expect(score(tickets)).toBeGreaterThan(3)
    expect(tickets.filter(({ resolved, score: given }) => !resolved && given !== undefined)).toEqual([])
    const open = tickets.filter(({ resolved }) => !resolved).length
    expect(open / tickets.length).toBeGreaterThan(0.01)
    expect(open / tickets.length).toBeLessThan(0.1)
  })

  it('loses some customers and keeps others', () => {
    const last = new Map<string, string>()
    const first = new Map<string, string>()
    for (const { who, day } of sales().map(saleOf)) {
      last.set(who, day)
      if (!first.has(who)) first.set(who, day)
    }
    const gone = [...last.values()].filter((day) => day < '2024-12-31').length
    const loyal = [...last].filter(
      ([who, day]) => day >= '2025-05-01' && (first.get(who) ?? '') < '2024-03-01',
    ).length
    expect(gone / last.size).toBeGreaterThan(0.1)
    expect(loyal / last.size).toBeGreaterThan(0.1)
    const signup = new Map(master().map((row) => [row.customer_id, row.signup_date ?? '']))
    const early = [...first].filter(([who, day]) => day < (signup.get(who) ?? '').slice(0, 10))
    expect(early.length / first.size).toBeLessThan(0.02)
  })

  it('has a device that each customer favours, and visits of every length', () => {
    const devices = new Map<string, string[]>()
    for (const row of web())
      devices.set(row.customer_id ?? '', [
        ...(devices.get(row.customer_id ?? '') ?? []),
        (row.device_type ?? '').toLowerCase(),
      ])
    const regulars = [...devices.values()].filter((list) => list.length >= 8)
    const favourite = regulars.map((list) => Math.max(...counted(list).values()) / list.length)
    expect(sum(favourite) / favourite.length).toBeGreaterThan(0.8)
    expect(counted(web().map((row) => row.device_type ?? '')).size).toBe(9)
    const lengths = web().map((row) => Number(row.session_duration))
    for (const [low, high] of [
      [0, 0],
      [1, 10],
      [11, 60],
      [61, 120],
      [121, 180],
      [181, 10_800],
    ] as const)
      expect(lengths.filter((one) => one >= low && one <= high).length / lengths.length).toBeGreaterThan(0.01)
  })
})
