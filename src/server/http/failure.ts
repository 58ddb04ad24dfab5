import type { Context, ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { C360Error, type ErrorCode, errorTable } from '../../errors.ts'
import { masked } from '../../run/masked.ts'
import type { Env, ServerContext } from '../context.ts'
import type { Failure } from '../schemas/common.ts'

/** Whatever was thrown, as the JSON every failure of the API is. Values of data never get into it. */
export const asFailure =
  ({ log }: ServerContext): ErrorHandler<Env> =>
  (thrown, c) => {
    const error = known(thrown)
    const requestId = c.res.headers.get('x-request-id') ?? ''
    if (error.code === 'INTERNAL' || error.code === 'SQL_FAILED')
      log.write({ level: 'error', event: 'failure', code: error.code, requestId, where: whereIn(thrown) })
    return failed(c, error, requestId)
  }

/** The failure as it is answered; also used inside an answer, for one query of several. */
export function failureOf(thrown: unknown, requestId: string): Failure {
  const { code, message, hint, problems } = known(thrown)
  return {
    code,
    message: code === 'SQL_FAILED' ? masked(message) : message,
    hint,
    requestId,
    ...(problems.length > 0 ? { problems: problems.map(({ severity: _, ...problem }) => problem) } : {}),
  }
}

function failed(c: Context<Env>, error: C360Error, requestId: string): Response {
  const { code } = error
  const { http } = errorTable[code]
  if (code === 'TOO_BUSY') c.header('Retry-After', '1')
  if (code === 'UNAUTHENTICATED') c.header('WWW-Authenticate', 'Bearer')
  c.header('Cache-Control', 'no-store')
  return c.json(failureOf(error, requestId), (http === 200 ? 422 : http) as ContentfulStatusCode)
}

const byStatus: Readonly<Record<number, ErrorCode>> = { 400: 'USAGE', 404: 'NOT_FOUND', 413: 'TOO_LARGE' }

/** What nobody foresaw is told in general words: its own message may quote anything. */
export function known(thrown: unknown): C360Error {
  if (thrown instanceof C360Error) return thrown
  if (thrown instanceof HTTPException) {
    const code = byStatus[thrown.status] ?? 'USAGE'
    return new C360Error(code, 'The request cannot be read.', { hint: 'See /api/docs.' })
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') return new C360Error('CANCELLED', 'Cancelled.')
  return new C360Error('INTERNAL', 'Something went wrong that should not have.', {
    cause: thrown,
    hint: 'The request id finds it in the log of `c360 serve`.',
  })
}

/** The places of a stack, without the message in front of it. */
const whereIn = (thrown: unknown): string =>
  thrown instanceof Error
    ? `${thrown.name} ${(thrown.stack ?? '')
        .split('\n')
        .filter((line) => /^\s+at /.test(line))
        .slice(0, 4)
        .map((line) => line.trim())
        .join(' < ')}`
    : typeof thrown
