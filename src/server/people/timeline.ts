import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { C360Error } from '../../errors.ts'
import type { Row } from '../reading/session-pool.ts'
import type { ProfileReader } from './profile-reader.ts'

export const KINDS = ['online', 'in_store', 'other_sale', 'support', 'web', 'loyalty'] as const
export type Kind = (typeof KINDS)[number]

export interface TimelineEntry {
  readonly kind: Kind
  readonly id: string
  readonly at: string
  readonly title: string
  readonly detail: string | null
  readonly amount: number | null
  readonly counted: boolean | null
  readonly source: string
  readonly file: string | null
  readonly row: number | null
}

export interface TimelinePage {
  readonly counts: Record<string, number>
  readonly entries: TimelineEntry[]
  readonly next: string | null
}

export interface Paging {
  readonly kinds: readonly Kind[]
  /** `next` of the page before. */
  readonly before?: string
  readonly limit: number
}

/** What happened to a customer, newest first. What has no time is not on it. */
export async function timelineOf(
  reader: ProfileReader,
  customerId: string,
  { kinds, before, limit }: Paging,
  signal: AbortSignal,
): Promise<TimelinePage> {
  const events = reader.events(customerId)
  const from = before === undefined ? undefined : cursorFrom(before)
  const wanted = [
    'moment is not null',
    ...(kinds.length === 0 ? [] : [d.isIn('kind', kinds)]),
    ...(from ? [`moment <= cast(${d.literal(from.at)} as timestamp)`] : []),
  ]
  const page = `select * from ${events} where ${wanted.join(' and ')} order by moment desc, kind, source, id, file_row limit ${limit + 1} offset ${from?.skip ?? 0}`
  const [counted, rows] = await Promise.all([
    reader.rows(`select kind, count(*) as n from ${events} where moment is not null group by kind`, signal),
    reader.rows(page, signal),
  ])
  const entries = rows.slice(0, limit).map(entryOf)
  return {
    counts: Object.fromEntries(counted.map(({ kind, n }) => [String(kind), Number(n)])),
    entries,
    next: rows.length > limit ? cursorAfter(entries, from) : null,
  }
}

interface Cursor {
  readonly at: string
  /** Entries of that very time that were shown already. */
  readonly skip: number
}

function cursorFrom(text: string): Cursor {
  const [, at = '', skip = ''] =
    /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)~(\d{1,6})$/.exec(text) ?? []
  if (at === '' || Number.isNaN(Date.parse(`${at}Z`)))
    throw new C360Error('USAGE', '`before` is no place in a timeline.', {
      hint: 'Pass `next` of the page before it.',
    })
  return { at, skip: Number(skip) }
}

function cursorAfter(entries: readonly TimelineEntry[], from: Cursor | undefined): string {
  const last = entries.at(-1)?.at ?? ''
  const sameTime = entries.filter(({ at }) => at === last).length
  const earlier = from?.at === last ? from.skip : 0
  return `${last}~${earlier + sameTime}`
}

const entryOf = (row: Row): TimelineEntry => ({
  kind: String(row.kind) as Kind,
  id: String(row.id),
  at: String(row.moment).replace(' ', 'T'),
  title: String(row.title),
  detail: row.detail === null ? null : String(row.detail),
  amount: row.amount === null ? null : Number(row.amount),
  counted: row.counted === null ? null : row.counted === true,
  source: String(row.source),
  file: row.file === null ? null : String(row.file),
  row: row.file_row === null ? null : Number(row.file_row),
})
