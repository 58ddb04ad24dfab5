import { availableParallelism } from 'node:os'
import type { Context } from 'hono'
import { C360Error } from '../../errors.ts'
import { api, type Env, type ServerContext } from '../context.ts'
import { RequestPool } from '../http/requests.ts'
import { answered } from '../odata/answer.ts'
import { formatOf, pageSizeOf } from '../odata/format.ts'
import { readOptions } from '../odata/options.ts'
import { MOST_PAGE_ROWS } from '../odata/page.ts'
import { isOdata, ROOT, resourceOf, rootOf } from '../odata/path.ts'
import { invalid, unsupported } from '../odata/refusals.ts'

/** Tables of gold as a feed of OData 4.0: what Excel and Power BI read. It is described by its own `$metadata`. */
export const odataRoutes = (server: ServerContext) => {
  const streams = new RequestPool({ parallel: Math.max(2, availableParallelism()), queue: 64 })
  const handle = (c: Context<Env>) => asked(server, streams, c)
  return api().all(ROOT, handle).all(`${ROOT}/*`, handle)
}

async function asked(server: ServerContext, streams: RequestPool, c: Context<Env>): Promise<Response> {
  const url = new URL(c.req.url)
  const path = pathOf(c.req.raw.url)
  const resource = resourceOf(path)
  const isPost = c.req.method === 'POST'
  if (isPost !== (resource.kind === 'query') || !['GET', 'HEAD', 'POST'].includes(c.req.method))
    throw wrongMethod(isPost)
  checkVersion(c)
  const options = readOptions(isPost ? await c.req.text() : url.search.slice(1))
  if (isPost && url.search !== '') throw invalid('the address', 'options of a POST are in its body.')
  const format = formatOf(options.get('$format'), c.req.header('accept'))
  const isXml = resource.kind === 'metadata' && !options.has('$format')
  if (!format && !isXml && resource.kind !== 'count')
    throw unsupported(
      'the format',
      'answers are JSON, and `$metadata` is XML.',
      'Ask for `application/json`.',
    )
  const known =
    c.req
      .header('if-none-match')
      ?.split(',')
      .map((tag) => tag.trim()) ?? []
  return answered({
    server,
    streams,
    scope: c.var.scope,
    resource,
    options,
    format: format ?? { metadata: 'minimal', isIeee754: false },
    pageSize: isPost ? undefined : pageSizeOf(c.req.header('prefer'), MOST_PAGE_ROWS),
    root: `${url.origin}${rootOf(path)}`,
    inAddress: !isPost,
    isHead: c.req.method === 'HEAD',
    knows: (etag) => !isPost && (known.includes(etag) || known.includes('*')),
  })
}

/** As it was sent: a slash of a key is `%2F`, and stays so until the path is taken apart. */
function pathOf(address: string): string {
  const { pathname } = new URL(address)
  if (isOdata(pathname)) return pathname
  throw new C360Error('NOT_FOUND', 'There is no such address.')
}

const wrongMethod = (isPost: boolean) =>
  unsupported(
    'the request',
    isPost ? 'only `/$query` takes a POST.' : 'the feed is read with GET or HEAD, and `/$query` with POST.',
  )

/** OData 4.0 is the oldest there is of it as JSON has it here. */
function checkVersion(c: Context<Env>): void {
  const most = c.req.header('odata-maxversion')
  if (most !== undefined && Number.parseFloat(most) < 4)
    throw invalid('OData-MaxVersion', 'the feed is of version 4.0.')
}
