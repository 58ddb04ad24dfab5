import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Env, ServerContext } from '../context.ts'

/** Gives every request an id, and one line of the log and some numbers of the metrics when it is answered. */
export const observed =
  ({ log, metrics }: ServerContext): MiddlewareHandler<Env> =>
  async (c, next) => {
    const started = performance.now()
    const requestId = randomUUID()
    c.header('X-Request-Id', requestId)
    await next()
    const ms = performance.now() - started
    const { method } = c.req
    const status = c.res.status
    const route = patternOf(routePath(c))
    metrics.count('c360_requests_total', { method: methodOf(method), route, status: String(status) })
    metrics.observe('c360_request_seconds', ms / 1000, { route })
    log.write({
      level: status >= 500 ? 'error' : 'info',
      requestId,
      method: methodOf(method),
      route,
      status,
      ms: Math.round(ms * 10) / 10,
    })
  }

/** The pattern of the route, never the path: that may hold an id. */
const patternOf = (pattern: string): string => (pattern === '*' || pattern === '/*' ? 'other' : pattern)

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])

const methodOf = (method: string): string => (METHODS.has(method) ? method : 'other')
