import type { Lease } from '../reading/snapshot.ts'
import type { FeedTable } from './feed.ts'
import type { Format } from './format.ts'
import type { After, Asked } from './options.ts'
import { betweenSql, boundsSql, countSql, orderedSql, rangeSql } from './statements.ts'

/** Rows of one answer unless the caller wants fewer; what is written at once stays in memory, so nobody gets more than the most. */
export const PAGE_ROWS = 50_000
export const MOST_PAGE_ROWS = 100_000

/** What one answer has in it; known before its first byte, so that it can be audited. */
export interface Page {
  readonly rows: number
  /** Rows that match, whatever `$top` and `$skip` say; when `$count` asked for it. */
  readonly total?: number
  /** There is more, and `left` of it was asked for. */
  readonly more?: { readonly left?: number }
  /** Absent when there is nothing to read. */
  readonly sql?: string
}

export interface Paging {
  readonly lease: Lease
  readonly table: FeedTable
  readonly asked: Asked
  readonly format: Format
  readonly size: number
  readonly signal: AbortSignal
}

export async function pageOf(paging: Paging): Promise<Page> {
  const { table, asked, format } = paging
  const size = Math.min(paging.size, asked.top ?? paging.size)
  const found = (await guessed(paging, size)) ?? (await bounds(paging, size))
  const rows = Math.min(found.n, size)
  const isMore = found.n > size && (asked.top === undefined || asked.top > size)
  const left = asked.top === undefined ? {} : { left: asked.top - size }
  const total = asked.count ? { total: await totalOf(paging) } : {}
  const page = { rows, ...total, ...(isMore ? { more: left } : {}) }
  if (rows === 0) return page
  if (asked.order.length > 0) return { ...page, sql: orderedSql(table, asked, format, rows) }
  // The row behind the page was looked at to see whether there is one.
  const last = found.n > size ? found.hi - 1 : found.hi
  return { ...page, sql: rangeSql(table, asked, format, found.lo, last) }
}

interface Bounds {
  /** Rows there are, up to one more than the page takes. */
  readonly n: number
  readonly lo: number
  readonly hi: number
}

/** Rows are numbered without gaps, nearly always: where every number of the page has its row, nothing need be sorted. */
async function guessed({ lease, table, asked, signal }: Paging, size: number): Promise<Bounds | undefined> {
  if (asked.filter !== undefined || asked.order.length > 0) return undefined
  const start = asked.after ? asked.after.row + 1 : 0
  const [lo, hi] = [start + asked.skip, start + asked.skip + size]
  const [counted] = await lease.rows(betweenSql(table, start, hi), signal)
  return Number(counted?.n) === hi - start + 1 ? { n: size + 1, lo, hi } : undefined
}

async function bounds({ lease, table, asked, signal }: Paging, size: number): Promise<Bounds> {
  const [found] = await lease.rows(boundsSql(table, asked, size + 1), signal)
  return { n: Number(found?.n ?? 0), lo: Number(found?.lo), hi: Number(found?.hi) }
}

async function totalOf({ lease, table, asked, signal }: Paging): Promise<number> {
  const [counted] = await lease.rows(countSql(table, asked.filter), signal)
  return Number(counted?.n)
}

export interface Envelope {
  /** Members in front of `value`. */
  readonly head: Readonly<Record<string, unknown>>
  /** Address of the page behind the row that came last. */
  readonly next: (after: Pick<After, 'row'>) => string
}

/** The text of a page, a chunk of the engine's at a time. */
export async function* pageText(
  { lease, signal }: Paging,
  page: Page,
  { head, next }: Envelope,
): AsyncIterable<string> {
  const opened = JSON.stringify(head).slice(0, -1)
  yield `${opened}${opened === '{' ? '' : ','}"value":[`
  let last = 0
  let sent = 0
  if (page.sql !== undefined)
    for await (const { columns, rows } of lease.stream(page.sql, signal)) {
      if (rows === 0) continue
      yield `${sent === 0 ? '' : ','}${(columns[0] ?? []).join(',')}`
      last = Number(columns[1]?.[rows - 1])
      sent += rows
    }
  if (sent !== page.rows) throw new Error('A page has other rows than were counted.')
  yield page.more ? `],"@odata.nextLink":${JSON.stringify(next({ row: last }))}}` : ']}'
}
