import { amountOf, type SheetRow } from './sheet-judge.ts'

/** What happened, from whatever files; days and times are local, `2024-03-05` and `2024-03-05 14:22:31`. */
export interface Events {
  readonly members: readonly SheetRow[]
  /** Ids of customers that some source describes. */
  readonly known: ReadonlySet<string>
  /** Ids of customers that some kept record refers to. */
  readonly referred: ReadonlySet<string>
  readonly sales: readonly { readonly who: string; readonly day: string; readonly cents: number }[]
  readonly tickets: readonly Ticket[]
  readonly sessions: readonly SheetRow[]
}

export interface Ticket {
  readonly who: string
  readonly day: string
  readonly issue: string
  readonly resolved: boolean
  readonly seconds?: number
  readonly score?: number
}

export const saleOf = (row: SheetRow) => ({
  who: row.customer_id ?? '',
  day: (row.transaction_date ?? '').slice(6, 16),
  cents: Math.round(amountOf(row.amount ?? '') * 100),
})

export const ticketOf = (row: SheetRow): Ticket => {
  const { created_at: opened = '', resolved_at: done = '', satisfaction_score: score = '' } = row
  return {
    who: row.customer_id ?? '',
    day: opened.slice(0, 10),
    issue: row.issue_type ?? '',
    resolved: done !== '',
    ...(done !== '' && { seconds: instant(done) - instant(opened) }),
    ...(score !== '' && { score: Number(score) }),
  }
}

const clock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
})

/** Seconds since 1970; of an hour that comes twice, the later one. */
function instant(local: string): number {
  const asUtc = Date.parse(`${local.replace(' ', 'T')}Z`)
  const [later, earlier] = [5, 4].map((hours) => asUtc + hours * 3_600_000)
  return ((clock.format(later) === local ? later : earlier) ?? 0) / 1000
}

export const money = (cents: number) => (cents / 100).toFixed(2)
export const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0)
export const monthOf = (day: string) => day.slice(0, 7)
export const days = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000

export function grouped<T>(list: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of list) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}
