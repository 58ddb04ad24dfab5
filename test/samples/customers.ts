import type { ActivityTruth } from '../../src/samples/index.ts'
import { days, type Events, grouped, money, monthOf, sum } from './events.ts'
import type { SheetRow } from './sheet-judge.ts'
import { stateNames } from './states.ts'

export function statusOf(
  ids: readonly string[],
  bySpender: ReadonlyMap<string, readonly { day: string }[]>,
  asOf: string,
) {
  const since = new Date(`${asOf}T00:00:00Z`)
  since.setUTCMonth(since.getUTCMonth() - 3)
  const active = ids.filter((id) =>
    bySpender.get(id)?.some(({ day }) => day >= since.toISOString().slice(0, 10)),
  )
  const bought = ids.filter((id) => bySpender.has(id))
  return {
    active: active.length,
    dormant: bought.length - active.length,
    inactive: ids.length - bought.length,
  }
}

/** The days on which a known customer was heard of, up to the as-of day, in order. */
export function heardOf({ known, sales, tickets, sessions }: Events, asOf: string): Map<string, string[]> {
  const all = [
    ...sales,
    ...tickets,
    ...sessions.map((row) => ({ who: row.customer_id ?? '', day: (row.session_start ?? '').slice(0, 10) })),
  ]
  const mine = all.filter(({ who, day }) => known.has(who) && day <= asOf)
  return new Map(
    [...grouped(mine, ({ who }) => who)].map(([who, list]) => [who, list.map(({ day }) => day).sort()]),
  )
}

export function churnOf(
  heard: ReadonlyMap<string, readonly string[]>,
  sales: readonly { day: string }[],
  asOf: string,
): ActivityTruth['churn'] {
  const months = [...new Set(sales.map(({ day }) => monthOf(day)))].sort()
  const stays = (list: readonly string[], day: string) => {
    const last = list.findLast((one) => one <= day)
    return last !== undefined && days(last, day) <= 30
  }
  return months.map((month) => {
    const first = `${month}-01`
    const next = new Date(`${first}T00:00:00Z`)
    next.setUTCMonth(next.getUTCMonth() + 1)
    const lastDay = new Date(next.getTime() - 86_400_000).toISOString().slice(0, 10)
    const end = lastDay < asOf ? lastDay : asOf
    const before = new Date(Date.parse(first) - 86_400_000).toISOString().slice(0, 10)
    const people = [...heard.values()].map((list) => ({
      start: stays(list, before),
      end: stays(list, end),
      active: list.some((day) => day >= first && day <= end),
      fresh: (list[0] ?? '') >= first && (list[0] ?? '') <= end,
    }))
    const count = (test: (one: (typeof people)[number]) => boolean) => people.filter(test).length
    return {
      month,
      isComplete: end === lastDay,
      atStart: count((one) => one.start),
      atEnd: count((one) => one.end),
      fresh: count((one) => one.fresh),
      retained: count((one) => one.start && one.end),
      returned: count((one) => one.active && !one.start && !one.fresh),
      churned: count((one) => one.start && !one.end),
      lapsed: count((one) => one.active && !one.start && !one.end),
    }
  })
}

const namesInAnyCase = new Map(Object.values(stateNames).map((name) => [name.toLowerCase(), name]))

const stateNamed = (text = ''): string | null =>
  stateNames[text.toUpperCase()] ?? namesInAnyCase.get(text.toLowerCase()) ?? (text === '' ? null : text)

export function placesOf(
  members: readonly SheetRow[],
  known: ReadonlySet<string>,
  heard: ReadonlyMap<string, readonly string[]>,
  asOf: string,
): ActivityTruth['places'] {
  const placeOf = new Map(
    members.map((row) => {
      const city = row.city === '' || row.city === 'N/A' ? null : (row.city ?? null)
      const state = stateNamed(row.state)
      return [row.customer_id ?? '', { city, state }] as const
    }),
  )
  const nowhere = { city: null, state: null }
  const groups = grouped([...known], (id) => JSON.stringify(placeOf.get(id) ?? nowhere))
  return [...groups].map(([place, ids]) => {
    const lasts = ids.map((id) => heard.get(id)?.at(-1))
    const active = lasts.filter((last) => last !== undefined && days(last, asOf) <= 30).length
    const never = lasts.filter((last) => last === undefined).length
    return {
      ...(JSON.parse(place) as typeof nowhere),
      customers: ids.length,
      active,
      lapsed: ids.length - active - never,
      never,
    }
  })
}

export function lifetimeOf(
  { known, tickets, sessions }: Events,
  bySpender: ReadonlyMap<string, readonly { day: string; cents: number }[]>,
): ActivityTruth['lifetime'] {
  const [asked, visited] = [
    grouped(tickets, ({ who }) => who),
    grouped(sessions, (row) => row.customer_id ?? ''),
  ]
  const buyers = [...bySpender].map(([id, list]) => {
    const bought = list.map(({ day }) => day).sort()
    const cents = sum(list.map((one) => one.cents))
    return {
      id,
      cents,
      list,
      first: bought[0] ?? '',
      last: bought.at(-1) ?? '',
      months: new Set(bought.map(monthOf)).size,
    }
  })
  const best = buyers
    .filter(({ id }) => known.has(id))
    .sort((a, b) => b.cents - a.cents || Number(a.id) - Number(b.id))
  return {
    buyers: buyers.length,
    amount: money(sum(buyers.map(({ cents }) => cents))),
    days: sum(buyers.map(({ first, last }) => days(first, last))),
    customerMonths: sum(buyers.map(({ months }) => months)),
    top: best.slice(0, 10).map(({ id, cents, list, first, last }) => ({
      customerId: id,
      transactions: list.length,
      amount: money(cents),
      first,
      last,
      tickets: asked.get(id)?.length ?? 0,
      openTickets: asked.get(id)?.filter(({ resolved }) => !resolved).length ?? 0,
      sessions: visited.get(id)?.length ?? 0,
    })),
  }
}
