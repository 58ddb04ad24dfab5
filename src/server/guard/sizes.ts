import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { C360Error } from '../../errors.ts'
import type { Env } from '../context.ts'

/** Questions are small; an upload has its own, larger limit where it is received. */
const MOST_BYTES = 1024 * 1024
const UPLOAD = '/api/setup/upload'

export const sizeLimited = (): MiddlewareHandler<Env> => {
  const limit = bodyLimit({
    maxSize: MOST_BYTES,
    onError: (c) => {
      // What was sent and not read would be taken for the next request.
      c.header('Connection', 'close')
      throw new C360Error('TOO_LARGE', `A request may have ${MOST_BYTES} bytes at most.`)
    },
  })
  return (c, next) => (c.req.path === UPLOAD ? next() : limit(c, next))
}
