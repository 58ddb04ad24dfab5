import { rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAdaptorServer } from '@hono/node-server'
import { C360Error, fromSystemError } from '../errors.ts'
import type { Failure } from '../watch/types.ts'
import { makeApp } from './app.ts'
import { closeBackground } from './background.ts'
import type { ServerContext } from './context.ts'
import type { Guard } from './guard/guard.ts'
import { newToken, Tries } from './guard/token.ts'
import { jsonLog } from './http/log.ts'
import { Metrics } from './http/metrics.ts'
import { RequestPool } from './http/requests.ts'
import { listStatic } from './http/static.ts'
import type { Hosted, ServedTarget } from './projects/hosted.ts'
import { Projects } from './projects/projects.ts'
import { checkCron } from './runs/connectivity.ts'
import { startRun } from './runs/run-service.ts'
import { type ScheduleOptions, Schedules } from './runs/schedules.ts'

export interface ServeOptions {
  /** Folders of the projects; one without a c360.yaml is offered the guide that makes one. Absolute. */
  readonly roots: readonly string[]
  /** 0 = any free port. */
  readonly port: number
  readonly host: string
  /** Further folders a path from the browser may lie below. Absolute. */
  readonly allowRoots?: readonly string[]
  readonly program: string
  /** Where log lines go. */
  readonly log: (line: string) => void
  /** Folder of the built web app; default: beside the program. */
  readonly web?: string
  /** Default: 256 random bits. */
  readonly token?: string
  readonly limits?: Partial<Limits>
  /** Cron pattern that holds for every project, whatever its page says. USAGE when it is none. */
  readonly schedule?: string
  /** Runs start when files come, too. */
  readonly watch?: boolean
  /** A target whose gold is shown, in place of every project's embedded warehouse. */
  readonly target?: ServedTarget
}

export interface Limits {
  /** Requests that read data at the same time, and those that wait. */
  readonly parallel: number
  readonly queue: number
  /** Milliseconds for the headers, and for the whole of a request. */
  readonly headersMs: number
  readonly requestMs: number
}

export interface Running {
  /** The address with the token, to be printed once. */
  readonly url: string
  readonly origin: string
  readonly token: string
  readonly port: number
  /** Of the newest unattended run, when it has failed. */
  readonly failure: () => Failure | undefined
  /** Stops taking requests, interrupts queries, ends streams, closes the databases. */
  close(): Promise<void>
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

const defaults: Limits = {
  parallel: Math.max(2, availableParallelism()),
  queue: 64,
  headersMs: 10_000,
  requestMs: 120_000,
}

/** Starts the server. USAGE for a host that is not the loopback, and for a port that is taken. */
export async function startServer(options: ServeOptions): Promise<Running> {
  checkHost(options.host)
  if (options.schedule !== undefined) checkCron(options.schedule)
  const limits = { ...defaults, ...options.limits }
  const closing = new AbortController()
  const shared: Omit<ServerContext, 'schedules'> = {
    program: options.program,
    projects: new Projects(options.roots, closing.signal, options.target),
    allowedRoots: [...options.roots, ...(options.allowRoots ?? [])],
    served: options.roots[0] ?? process.cwd(),
    queries: new RequestPool(limits),
    exports: new RequestPool({ parallel: 2, queue: 8 }),
    log: jsonLog(options.log),
    metrics: new Metrics(),
    closing: closing.signal,
  }
  const server: ServerContext = { ...shared, schedules: new Schedules(shared, schedulesOf(options)) }
  describeMetrics(server)
  if (options.target) await Promise.all(shared.projects.list().map(hasTarget))
  let port = options.port
  const guard: Guard = {
    token: options.token ?? newToken(),
    tries: new Tries(),
    authorities: () => new Set(['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)),
    cookie: () => `c360_${port}`,
  }
  const app = makeApp(server, guard, await listStatic(options.web ?? builtApp()))
  const http = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(limits.headersMs, 5000),
      maxHeaderSize: 16 * 1024,
    },
  }) as Server
  port = await listen(http, options)
  for (const hosted of server.projects.list()) void begin(server, hosted)
  const origin = `http://${options.host === '::1' ? '[::1]' : options.host}:${port}`
  return {
    url: `${origin}/?token=${guard.token}`,
    origin,
    token: guard.token,
    port,
    failure: () => server.schedules.failure,
    async close() {
      closing.abort()
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      http.closeIdleConnections()
      setTimeout(() => http.closeAllConnections(), GRACE_MS).unref()
      await closed
      await closeBackground(server.projects)
      await server.schedules.ended()
      await server.projects.close()
    },
  }
}

const schedulesOf = ({ schedule, watch = false }: ServeOptions): ScheduleOptions => ({
  watch,
  ...(schedule === undefined ? {} : { fixed: schedule }),
})

function describeMetrics({ metrics, queries }: ServerContext): void {
  metrics.describe('c360_requests_total', 'Requests answered, by method, route and status.')
  metrics.describe('c360_request_seconds', 'Time from request to answer.')
  metrics.describe('c360_query_seconds', 'Time of a semantic query in the warehouse.')
  metrics.describe(
    'c360_answers_total',
    'Semantic queries answered: from the cache, from sums in memory or from the warehouse.',
  )
  metrics.describe('c360_refused_total', 'Requests refused before they were looked at.')
  metrics.describe('c360_reads_active', 'Requests reading data now.')
  metrics.describe('c360_reads_waiting', 'Requests waiting to read data.')
  metrics.gauge('c360_reads_active', () => queries.load.active)
  metrics.gauge('c360_reads_waiting', () => queries.load.waiting)
  metrics.gauge('process_resident_memory_bytes', () => process.memoryUsage.rss())
}

/** What a project needs and nobody should wait for; mistakes in its files are told to whoever asks for it. */
async function begin({ schedules, closing }: ServerContext, hosted: Hosted): Promise<void> {
  try {
    // What a killed server left; personal, so it does not stay.
    await rm(join(hosted.root, '.c360', 'exports'), { recursive: true, force: true })
    await schedules.apply(hosted)
    await firstImport(hosted, closing)
    await hosted.contacts()
  } catch {}
}

/** A name nobody has is told at once; mistakes in a project's files are told to whoever asks for it. */
async function hasTarget(hosted: Hosted): Promise<void> {
  await hosted.prepared().catch((error: unknown) => {
    if (error instanceof C360Error && error.code === 'NOT_FOUND') throw error
  })
}

/** Nothing can be shown of a target before its gold was brought here once. */
async function firstImport(hosted: Hosted, closing: AbortSignal): Promise<void> {
  const { root, target } = hosted
  if (target === undefined || (await hosted.isLive())) return
  if ((await hosted.manifest()) === undefined) await startRun(root, { importFrom: target, closing })
}

/** Long enough for an answer that is under way to end. */
const GRACE_MS = 1000

const builtApp = (): string => fileURLToPath(new URL('../web', import.meta.url))

function checkHost(host: string): void {
  if (LOOPBACK.has(host)) return
  throw new C360Error('USAGE', `\`--host ${host}\` would show the data to the network.`, {
    hint: 'There is no sign-in yet, so only 127.0.0.1, ::1 and localhost are served. From another machine use a tunnel: ssh -L 3600:127.0.0.1:3600 HOST.',
  })
}

function listen(http: Server, { port, host }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new C360Error('USAGE', `Port ${port} is taken.`, {
            hint: 'Name another one, or any free one: --port 0.',
          }),
        )
      else reject(fromSystemError(error, `listening on port ${port}`))
    })
    http.listen(port, host, () => resolve((http.address() as AddressInfo).port))
  })
}
