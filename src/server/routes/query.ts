import { createRoute } from '@hono/zod-openapi'
import type { Query } from '../../semantic/types.ts'
import { api, body, ok, type ServerContext } from '../context.ts'
import { failureOf, known } from '../http/failure.ts'
import { answer } from '../reading/answers.ts'
import { reading } from '../reading/reading.ts'
import type { Lease } from '../reading/snapshot.ts'
import { queryRequest, queryResponse } from '../schemas/query.ts'

/** Queries of one request at the same time: each uses all cores while it scans, and one while it is compiled. */
const AT_ONCE = 3

const ENDING: ReadonlySet<string> = new Set(['CANCELLED', 'TOO_BUSY'])

const route = createRoute({
  method: 'post',
  path: '/query',
  summary: 'Measures by dimensions: all tiles of a page, from one version',
  request: body(queryRequest),
  responses: ok(queryResponse, 'The answers in the order of the queries'),
})

export const queryRoutes = (server: ServerContext) =>
  api().openapi(route, async (c) => {
    const { version, queries } = c.req.valid('json')
    const { scope } = c.var
    const asking = { signal: scope.signal, closing: server.closing, metrics: server.metrics }
    const one = async (lease: Lease, query: Query) => {
      try {
        return { ok: true as const, answer: await answer(lease, query, asking) }
      } catch (error) {
        // The client is gone, or the server is ending: there is nobody to answer the others to.
        // Too many questions: the request is asked again as a whole, and what was answered is in the cache by then.
        if (ENDING.has(known(error).code)) throw error
        return { ok: false as const, failure: failureOf(error, scope.requestId) }
      }
    }
    const answered = await reading(server, scope, version, async (lease) => ({
      version: lease.version,
      // What zod calls an absent key may be undefined; a query of ours has no such key.
      answers: await inTurn(queries as Query[], (query) => one(lease, query)),
    }))
    return c.json(answered, 200)
  })

/** Results in the order of the items, a few worked on at once. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index] as T)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker))
  return results
}
