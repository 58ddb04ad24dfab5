import type { ActivityTruth } from '../../src/samples/index.ts'
import { churnOf, heardOf, lifetimeOf, placesOf, statusOf } from './customers.ts'
import { type Events, grouped, money, monthOf, sum, type Ticket } from './events.ts'
import type { SheetRow } from './sheet-judge.ts'

const sortedObject = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))

/** Places in any order: which of two equally large ones comes first says nothing. */
export const unordered = (truth: ActivityTruth): ActivityTruth => ({
  ...truth,
  places: [...truth.places].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
})

/** The truth worked out anew from what was read back. */
export function activityOf(events: Events): ActivityTruth {
  const { members, known, referred, sales, tickets, sessions } = events
  const asOf =
    sales
      .map(({ day }) => day)
      .sort()
      .at(-1) ?? ''
  const bySpender = grouped(sales, ({ who }) => who)
  const inferred = [...referred].filter((id) => !known.has(id))
  const heard = heardOf(events, asOf)
  return {
    customers: known.size,
    inferredCustomers: inferred.length,
    emailOptIns: members.filter((row) => isYes(row.email_opt_in)).length,
    smsOptIns: members.filter((row) => isYes(row.sms_opt_in)).length,
    asOf,
    transactions: { orders: sales.length, amount: money(sum(sales.map(({ cents }) => cents))) },
    refunds: {
      orders: sales.filter(({ cents }) => cents < 0).length,
      amount: money(sum(sales.map(({ cents }) => Math.min(0, cents)))),
    },
    months: monthsOf(events),
    signups: signupsOf(members),
    tickets: sortedObject(
      [...grouped(tickets, ({ issue }) => issue)].map(([issue, list]) => [issue, ticketsOf(list)]),
    ),
    resolution: resolutionOf(tickets),
    sessionsByDuration: sessionsOf(sessions, durationName, [
      '0',
      '1-10',
      '11-60',
      '61-120',
      '121-180',
      '181+',
      'unknown',
    ]) as ActivityTruth['sessionsByDuration'],
    sessionsByDevice: sessionsOf(sessions, deviceName, [...new Set(sessions.map(deviceName))].sort()),
    status: {
      known: statusOf([...known], bySpender, asOf),
      inferred: statusOf(inferred, bySpender, asOf),
    },
    churn: churnOf(heard, sales, asOf),
    places: placesOf(members, known, heard, asOf),
    lifetime: lifetimeOf(events, bySpender),
  }
}

const isYes = (value = '') => /^(true|yes|y|1)$/i.test(value)

function signupsOf(members: readonly SheetRow[]): Record<string, number> {
  const dated = members.filter((row) => row.signup_date !== '')
  return sortedObject(
    [...grouped(dated, (row) => monthOf(row.signup_date ?? ''))].map(([month, { length }]) => [
      month,
      length,
    ]),
  )
}

function monthsOf({ sales, tickets, sessions }: Events): ActivityTruth['months'] {
  const first = sales.map(({ day }) => monthOf(day)).sort()[0] ?? ''
  const buyersIn = new Map(
    [...grouped(sales, ({ day }) => monthOf(day))].map(([m, l]) => [m, new Set(l.map(({ who }) => who))]),
  )
  const months = [...new Set([...buyersIn.keys()])].sort()
  const before = new Set<string>()
  expectNoGap(months, first)
  return months.map((month, i) => {
    const sold = sales.filter(({ day }) => monthOf(day) === month)
    const buyers = [...(buyersIn.get(month) ?? [])]
    const fresh = buyers.filter((who) => !before.has(who))
    for (const who of buyers) before.add(who)
    return {
      month,
      transactions: sold.length,
      amount: money(sum(sold.map(({ cents }) => cents))),
      buyers: buyers.length,
      newBuyers: fresh.length,
      returningBuyers: buyers.filter((who) => buyersIn.get(months[i - 1] ?? '')?.has(who)).length,
      tickets: tickets.filter(({ day }) => monthOf(day) === month).length,
      sessions: sessions.filter((row) => monthOf(row.session_start ?? '') === month).length,
    }
  })
}

function expectNoGap(months: readonly string[], first: string): void {
  if (months[0] !== first || months.length !== 18)
    throw new RangeError(`${months.length} months from ${first}`)
}

function ticketsOf(list: readonly Ticket[]) {
  const timed = list.filter(({ seconds }) => seconds !== undefined)
  const scores = list.flatMap(({ score }) => (score === undefined ? [] : [score]))
  return {
    tickets: list.length,
    resolved: list.filter(({ resolved }) => resolved).length,
    timed: timed.length,
    resolutionSeconds: sum(timed.map(({ seconds = 0 }) => seconds)),
    answered: scores.length,
    scores: sum(scores),
    satisfied: scores.filter((score) => score > 3).length,
  }
}

function resolutionOf(tickets: readonly Ticket[]): ActivityTruth['resolution'] {
  const found = { '0-12h': 0, '12-24h': 0, '1-2d': 0, '2-5d': 0, '5d+': 0, open: 0, unknown: 0 }
  for (const { resolved, seconds } of tickets) {
    if (!resolved) found.open++
    else if (seconds === undefined) found.unknown++
    else if (seconds < 43_200) found['0-12h']++
    else if (seconds < 86_400) found['12-24h']++
    else if (seconds < 172_800) found['1-2d']++
    else if (seconds < 432_000) found['2-5d']++
    else found['5d+']++
  }
  return found
}

function durationName({ session_duration: text = '' }: SheetRow): string {
  if (text === '') return 'unknown'
  const limits = [0, 10, 60, 120, 180]
  const at = limits.findIndex((limit) => Number(text) <= limit)
  return ['0', '1-10', '11-60', '61-120', '121-180'][at] ?? '181+'
}

const deviceName = ({ device_type: text = '' }: SheetRow): string =>
  text === '' ? 'unknown' : text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()

function sessionsOf(
  sessions: readonly SheetRow[],
  name: (row: SheetRow) => string,
  names: readonly string[],
) {
  const groups = grouped(sessions, name)
  return Object.fromEntries(
    names.map((one) => {
      const list = groups.get(one) ?? []
      return [
        one,
        {
          sessions: list.length,
          customers: new Set(list.map((row) => row.customer_id)).size,
          seconds: sum(list.map((row) => Number(row.session_duration))),
          pages: sum(list.map((row) => Number(row.pages_viewed))),
        },
      ]
    }),
  )
}
