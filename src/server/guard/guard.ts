import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { C360Error } from '../../errors.ts'
import type { Env, ServerContext } from '../context.ts'
import { isOdata } from '../odata/path.ts'
import { refusedPage } from './refused-page.ts'
import { sameToken, type Tries } from './token.ts'

export interface Guard {
  readonly token: string
  readonly tries: Tries
  /** `host:port` as a browser on this machine may write it; known once the server listens. */
  readonly authorities: () => ReadonlySet<string>
  /** Cookies do not know ports: two servers on one machine need two names. */
  readonly cookie: () => string
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Who may come in at all. A name in `Host` that is not the loopback's means that some web site resolves to us (DNS rebinding);
 * another origin means that some web page writes here; without the token it is somebody else on this machine.
 */
export const guarded =
  (guard: Guard, { metrics }: ServerContext): MiddlewareHandler<Env> =>
  async (c, next) => {
    const refuse = (reason: string, message: string, hint: string) => {
      metrics.count('c360_refused_total', { reason })
      throw new C360Error('FORBIDDEN', message, { hint })
    }
    if (!guard.authorities().has((c.req.header('host') ?? '').toLowerCase()))
      refuse('host', 'This name is not served here.', 'Use 127.0.0.1 or localhost, with the port.')
    if (isForeign(c, guard))
      refuse('origin', 'Another web site may not use this server.', 'Open the app itself.')
    if (c.req.path === '/healthz') return next()
    const handed = c.req.query('token')
    if (handed !== undefined && c.req.method === 'GET' && !isData(c)) return exchange(c, guard, handed)
    const given = shown(c) ?? getCookie(c, guard.cookie())
    if (given === undefined) return stranger(c)
    if (!sameToken(given, guard.token)) return wrong(c, guard)
    return next()
  }

/** `/?token=..` -> a cookie no script can read, and the same address without the token: it is in no history and no log. */
async function exchange(c: Context<Env>, guard: Guard, handed: string): Promise<Response> {
  if (!sameToken(handed, guard.token)) return wrong(c, guard)
  setCookie(c, guard.cookie(), guard.token, { httpOnly: true, sameSite: 'Strict', path: '/' })
  const url = new URL(c.req.url)
  url.searchParams.delete('token')
  return c.redirect(`${url.pathname.replace(/^\/+/, '/')}${url.search}`, 303)
}

/**
 * Browsers say where a request comes from. Another port of this machine is "same-site" to a cookie, so `same-site` is
 * foreign too; a navigation that a link elsewhere began may open a page and nothing below /api.
 */
function isForeign(c: Context<Env>, guard: Guard): boolean {
  const origin = c.req.header('origin')
  if (origin !== undefined && !isOwn(origin, guard)) return true
  const from = c.req.header('sec-fetch-site')
  const own = from === undefined || from === 'same-origin' || from === 'none'
  if (!own && (isData(c) || !SAFE.has(c.req.method))) return true
  // A browser always names the origin of what it writes; scripts without one show the token itself.
  return !SAFE.has(c.req.method) && origin === undefined && shown(c) === undefined
}

function isOwn(origin: string, guard: Guard): boolean {
  const [scheme, authority] = origin.toLowerCase().split('://')
  return scheme === 'http' && authority !== undefined && guard.authorities().has(authority)
}

const isData = (c: Context<Env>): boolean => c.req.path.startsWith('/api/') || isOdata(c.req.path)

/** A token that the request itself shows. */
const shown = (c: Context<Env>): string | undefined =>
  bearer(c) ?? (isOdata(c.req.path) ? password(c) : undefined)

const bearer = (c: Context<Env>): string | undefined =>
  /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]

/** Spreadsheets know no other way to show a token: it is the password, whatever the user's name. */
const password = (c: Context<Env>): string | undefined => {
  const given = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  return given === undefined
    ? undefined
    : /^[^:]*:(.*)$/s.exec(Buffer.from(given, 'base64').toString('utf8'))?.[1]
}

async function wrong(c: Context<Env>, guard: Guard): Promise<Response> {
  if (guard.tries.tooMany()) throw new C360Error('TOO_BUSY', 'Too many wrong tokens.')
  await new Promise((resolve) => setTimeout(resolve, SLOWED_MS))
  return stranger(c)
}

const SLOWED_MS = 250

function stranger(c: Context<Env>): Response {
  if (!isData(c) && (c.req.header('accept') ?? '').includes('text/html')) return c.html(refusedPage, 401)
  throw new C360Error('UNAUTHENTICATED', 'The token is missing or wrong.')
}
