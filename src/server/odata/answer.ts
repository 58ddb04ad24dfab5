import { C360Error } from '../../errors.ts'
import type { Scope, ServerContext } from '../context.ts'
import type { RequestPool } from '../http/requests.ts'
import type { Lease } from '../reading/snapshot.ts'
import { streamed } from './body.ts'
import { csdl, serviceDocument } from './csdl.ts'
import { type Feed, type FeedTable, feedOf, tableNamed } from './feed.ts'
import { contentType, type Format } from './format.ts'
import { quotedName } from './names.ts'
import { type Asked, allowOnly, askedOf, filterOf, nextQuery, type Options, selected } from './options.ts'
import { MOST_PAGE_ROWS, PAGE_ROWS, type Paging, pageOf, pageText } from './page.ts'
import { parseKey } from './parser.ts'
import type { Resource } from './path.ts'
import { predicateSql } from './print.ts'
import { invalid } from './refusals.ts'
import { countSql, entitySql } from './statements.ts'
import type { Node } from './syntax.ts'

export interface Asking {
  readonly server: ServerContext
  /** Answers that are streamed at the same time. */
  readonly streams: RequestPool
  readonly scope: Scope
  readonly resource: Resource
  readonly options: Options
  readonly format: Format
  /** Rows of one answer, where the caller said how many. */
  readonly pageSize: number | undefined
  /** Absolute address of the feed's root, without a slash at its end. */
  readonly root: string
  /** The options came in the address, not in a body. */
  readonly inAddress: boolean
  readonly isHead: boolean
  readonly knows: (etag: string) => boolean
}

/** Answers what was asked from one version. Failures are thrown. */
export async function answered(asking: Asking): Promise<Response> {
  await asking.scope.project().requireHere('The OData feed')
  const lease = await asking.scope.project().lease(versionOf(asking.options))
  let isStreaming = false
  try {
    const feed = await feedOf(lease, asking.scope.project(), asking.scope.signal)
    const headers = headersOf(asking, feed)
    const give = await prepared({ ...asking, lease, feed })
    if (asking.knows(headers.ETag ?? '')) return new Response(null, { status: 304, headers })
    if (asking.isHead) {
      await give.mustBe?.()
      return new Response(null, { headers: { ...headers, ...give.headers } })
    }
    const { body, streams } = await give.body()
    isStreaming = streams
    return new Response(body, { headers: { ...headers, ...give.headers } })
  } finally {
    if (!isStreaming) await lease[Symbol.asyncDispose]()
  }
}

const versionOf = (options: Options): number | undefined => {
  const version = /^(\d{1,10})-/.exec(options.get('$skiptoken') ?? '')?.[1]
  return version === undefined ? undefined : Number(version)
}

function headersOf({ format, pageSize }: Asking, { stamp }: Feed): Record<string, string> {
  const variant = `${format.metadata}${format.isIeee754 ? '-ieee754' : ''}-${pageSize ?? PAGE_ROWS}`
  return {
    'OData-Version': '4.0',
    ETag: `W/"${stamp}-${variant}"`,
    Vary: 'Accept, Prefer',
    ...(pageSize === undefined ? {} : { 'Preference-Applied': `odata.maxpagesize=${pageSize}` }),
  }
}

interface Reading extends Asking {
  readonly lease: Lease
  readonly feed: Feed
}

/** An answer that is known to be possible and not yet begun. */
interface Prepared {
  readonly headers: Readonly<Record<string, string>>
  /** NOT_FOUND where there is nothing to answer with. */
  readonly mustBe?: () => Promise<unknown>
  readonly body: () => Promise<{ readonly body: string | ReadableStream; readonly streams: boolean }>
}

const text = (type: string, body: () => Promise<string>): Prepared => ({
  headers: { 'Content-Type': type },
  body: async () => ({ body: await body(), streams: false }),
})

async function prepared(reading: Reading): Promise<Prepared> {
  const { resource, options, format, feed, root } = reading
  switch (resource.kind) {
    case 'service':
      allowOnly(options, [], 'the service document')
      return text(contentType(format), async () =>
        serviceDocument(root, feed.tables, format.metadata !== 'none'),
      )
    case 'metadata':
      allowOnly(options, [], '`$metadata`')
      return text('application/xml;charset=utf-8', async () => csdl(feed.tables))
    case 'count':
      return countOf(reading, tableNamed(feed, resource.name))
    case 'entity':
      return entityOf(reading, tableNamed(feed, resource.name), resource.key)
    case 'set':
    case 'query':
      return setOf(reading, tableNamed(feed, resource.name))
    default:
      return resource satisfies never
  }
}

function countOf({ server, scope, lease, options, inAddress }: Reading, table: FeedTable): Prepared {
  allowOnly(options, ['$filter'], '`/$count`')
  const filter = filterOf(options, table, inAddress)
  return text('text/plain;charset=utf-8', () =>
    server.queries.run(scope.signal, async () => {
      const [counted] = await lease.rows(countSql(table, filter), scope.signal)
      return String(counted?.n)
    }),
  )
}

function entityOf(reading: Reading, table: FeedTable, key: string): Prepared {
  const { server, scope, lease, options, format } = reading
  allowOnly(options, ['$select'], 'one entity')
  const { columns, isSelected } = selected(options, table)
  const predicate = keySql(reading, table, key)
  const read = () =>
    server.queries.run(scope.signal, async () => {
      const [found] = await lease.rows(entitySql(table, columns, format, predicate), scope.signal)
      if (found) return String(found.j)
      throw new C360Error('NOT_FOUND', 'There is no entity with that key.', {
        hint: 'It may have been there in an earlier version.',
      })
    })
  const body = async () => {
    scope.permit('export')
    const row = await read()
    await audit(reading, table, 1)
    const context = contextOf(reading, table, { columns, isSelected }, '/$entity')
    const head = JSON.stringify(context).slice(0, -1)
    return `${head}${head === '{' ? '' : ','}${row.slice(1)}`
  }
  return { ...text(contentType(format), body), mustBe: read }
}

/** A key names every one of its columns, and nothing else. */
function keySql({ inAddress }: Reading, table: FeedTable, key: string): string {
  const where = 'the key'
  const given = parseKey(key, where)
  const keys = table.columns.filter(({ isKey }) => isKey)
  const alone = given.get('')
  const partOf = (name: string): Node | undefined => (keys.length === 1 && alone ? alone : given.get(name))
  const wanted = keys.map(({ name }) => name).join(', ')
  const of = keys.map(({ name }): Node => {
    const right = partOf(name)
    if (!right || given.size !== keys.length)
      throw invalid(where, `${quotedName(table.name)} has the key ${wanted}.`)
    return { kind: 'compare', op: 'eq', left: { kind: 'property', name }, right }
  })
  return predicateSql({ kind: 'and', of }, { table, where, inAddress })
}

function setOf(reading: Reading, table: FeedTable): Prepared {
  const { options, inAddress, format, scope, lease, feed } = reading
  allowOnly(options, ['$select', '$filter', '$orderby', '$top', '$skip', '$count', '$skiptoken'], 'a set')
  const asked = askedOf(options, table, inAddress)
  if (asked.after && (asked.after.stamp !== feed.stamp || asked.after.version !== lease.version))
    throw new C360Error('VERSION_GONE', 'What this page is a part of has changed.', {
      hint: 'Begin again with the first page.',
    })
  const size = inAddress ? (reading.pageSize ?? PAGE_ROWS) : MOST_PAGE_ROWS
  const paging = { lease, table, asked, format, size, signal: scope.signal }
  return {
    headers: { 'Content-Type': contentType(format) },
    body: async () => ({ body: await pageBody(reading, paging), streams: true }),
  }
}

/** Holds its place in the queue, and the version, until the last byte is taken. */
async function pageBody(reading: Reading, paging: Paging): Promise<ReadableStream> {
  const { streams, scope, lease } = reading
  scope.permit('export')
  const leave = await entered(streams, scope.signal)
  try {
    const page = await pageOf(paging)
    refuseLong(reading, page.more !== undefined)
    await audit(reading, paging.table, page.rows)
    const head = {
      ...contextOf(reading, paging.table, paging.asked, ''),
      ...(page.total === undefined
        ? {}
        : { '@odata.count': reading.format.isIeee754 ? String(page.total) : page.total }),
    }
    const next = ({ row }: { readonly row: number }) => nextLink(reading, paging, row, page.more?.left)
    return streamed(pageText(paging, page, { head, next }), () => {
      leave()
      void lease[Symbol.asyncDispose]()
    })
  } catch (error) {
    leave()
    throw error
  }
}

/** A link to the next page would have in it what was sent in a body so that it is in no address. */
function refuseLong({ inAddress }: Reading, isMore: boolean): void {
  if (inAddress || !isMore) return
  throw new C360Error('TOO_LARGE', 'A POST to `/$query` is answered on one page.', {
    hint: 'Ask for less with `$filter` or `$top`, and for the rest with `$skip`.',
  })
}

/** When it is its turn; the place is kept until the answer is called. */
const entered = (pool: RequestPool, signal: AbortSignal): Promise<() => void> =>
  new Promise((resolve, reject) => {
    pool.run(signal, () => new Promise<void>((leave) => resolve(leave))).catch(reject)
  })

function nextLink({ root, options, feed, lease }: Reading, { table }: Paging, row: number, left?: number) {
  return `${root}/${table.name}?${nextQuery(options, { version: lease.version, stamp: feed.stamp, row }, left)}`
}

function contextOf(
  { root, format }: Asking,
  { name }: FeedTable,
  { columns, isSelected }: Pick<Asked, 'columns' | 'isSelected'>,
  suffix: string,
): Record<string, unknown> {
  if (format.metadata === 'none') return {}
  const list = isSelected ? `(${columns.map((column) => column.name).join(',')})` : ''
  return { '@odata.context': `${root}/$metadata#${name}${list}${suffix}` }
}

const audit = ({ scope, lease, format }: Reading, { table }: FeedTable, rows: number): Promise<void> =>
  scope.audit({
    action: 'export',
    subject: table,
    rows,
    version: lease.version,
    reveal: false,
    detail: { format: `odata ${format.metadata}` },
  })
