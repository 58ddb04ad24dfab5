import { setTimeout as pause } from 'node:timers/promises'
import { Cron } from 'croner'
import type { Failure, StartRun, WatchEvent } from '../../watch/types.ts'
import { unattended } from '../../watch/unattended.ts'
import { watch } from '../../watch/watcher.ts'
import type { ServerContext } from '../context.ts'
import type { Hosted } from '../projects/hosted.ts'
import type { Connectivity } from './connectivity.ts'
import { runWhole } from './run-service.ts'

type Needed = Pick<ServerContext, 'closing' | 'log'>

export interface ScheduleOptions {
  /** Cron pattern of the command line: holds for every project, whatever its page says. */
  readonly fixed?: string
  /** Runs start when files come, too. */
  readonly watch?: boolean
  /** Milliseconds since 1970 UTC; a test's may jump, as the clock of a machine that slept does. */
  readonly now?: () => number
  /** Milliseconds between two looks at the clock. */
  readonly everyMs?: number
  /** The first wait before a failure that may pass is tried again. */
  readonly retryMs?: number
  readonly start?: StartRun
}

/** Short enough that a machine that woke does not wait long for what was due meanwhile. */
const EVERY_MS = 5_000

interface Job {
  readonly hosted: Hosted
  readonly cron: Cron
  /** Milliseconds since 1970 UTC. */
  due: number
  isAtWork: boolean
}

/** Starts the runs nobody asks for: as each project's schedule says, and when files come, for as long as the server runs. */
export class Schedules {
  private readonly server: Needed
  private readonly options: ScheduleOptions
  private readonly jobs = new Map<string, Job>()
  /** Those whose files have mistakes, so that their time zone is not known (yet). */
  private readonly unplaced = new Map<string, Hosted>()
  private readonly failures = new Map<string, Failure>()
  private readonly watchers = new Map<string, Promise<unknown>>()
  private readonly atWork = new Set<Promise<void>>()
  private timer: NodeJS.Timeout | undefined

  constructor(server: Needed, options: ScheduleOptions = {}) {
    this.server = server
    this.options = options
    server.closing.addEventListener('abort', () => this.stop(), { once: true })
  }

  /** How the project's pages get their data: what its page says, unless the command line said it. */
  async connectivity(hosted: Pick<Hosted, 'connectivity'>): Promise<Connectivity> {
    const written = await hosted.connectivity()
    return this.options.fixed === undefined ? written : { ...written, schedule: this.options.fixed }
  }

  get isFixed(): boolean {
    return this.options.fixed !== undefined
  }

  /** The newest unattended run of a project that ended in a failure; undefined when all ended well. */
  get failure(): Failure | undefined {
    return [...this.failures.values()].at(-1)
  }

  /** Reads the project's schedule anew; called at the start and when it was changed. */
  async apply(hosted: Hosted): Promise<void> {
    this.jobs.delete(hosted.slug)
    this.unplaced.delete(hosted.slug)
    if (this.server.closing.aborted) return
    if (this.options.watch) this.follow(hosted)
    const { schedule } = await this.connectivity(hosted)
    if (schedule === null) return
    this.timer ??= setInterval(() => this.look(), this.options.everyMs ?? EVERY_MS).unref()
    this.unplaced.set(hosted.slug, hosted)
    const { project } = await hosted.prepared()
    this.unplaced.delete(hosted.slug)
    const cron = new Cron(schedule, { timezone: project.timeZone, paused: true })
    this.jobs.set(hosted.slug, { hosted, cron, due: this.after(cron), isAtWork: false })
  }

  /** Resolves when nothing started here is at work any more. */
  async ended(): Promise<void> {
    await Promise.all([...this.atWork, ...this.watchers.values()])
  }

  private now(): number {
    return (this.options.now ?? Date.now)()
  }

  private after(cron: Cron): number {
    return cron.nextRun(new Date(this.now()))?.getTime() ?? Number.POSITIVE_INFINITY
  }

  /** However often it was due since the last look, one run does for all. */
  private look(): void {
    for (const hosted of this.unplaced.values()) this.apply(hosted).catch(() => undefined)
    for (const job of this.jobs.values()) {
      if (this.now() < job.due || job.isAtWork) continue
      job.due = this.after(job.cron)
      job.isAtWork = true
      const work = this.refresh(job.hosted).finally(() => {
        job.isAtWork = false
        this.atWork.delete(work)
      })
      this.atWork.add(work)
    }
  }

  private async refresh(hosted: Hosted): Promise<void> {
    // What is asked live is as new as the target is.
    if (await hosted.isLive()) return
    const tell = this.teller(hosted, 'scheduled_run')
    tell({ type: 'begins', reason: 'schedule', files: [], count: 0 })
    const { start = runWhole, retryMs } = this.options
    const firstMs = retryMs === undefined ? {} : { firstMs: retryMs }
    const { target } = hosted
    const begin: StartRun =
      target === undefined ? start : (root, options) => runWhole(root, { ...options, importFrom: target })
    await unattended({ root: hosted.root, start: begin, signal: this.server.closing, tell, ...firstMs })
  }

  private follow(hosted: Hosted): void {
    if (this.watchers.has(hosted.slug)) return
    this.watchers.set(hosted.slug, this.watchOver(hosted))
  }

  /** A folder without a project may get one by the guide. */
  private async watchOver(hosted: Hosted): Promise<void> {
    const { closing } = this.server
    while (!closing.aborted && !(await hosted.exists()))
      await pause(EVERY_MS, undefined, { signal: closing }).catch(() => undefined)
    const { start = runWhole } = this.options
    const tell = this.teller(hosted, 'watched_run')
    await watch({ root: hosted.root, start, signal: closing, tell })
  }

  /** Into the log: what happened and how it ended, no paths and no messages; those are in the ledger. */
  private teller({ slug }: Hosted, name: string): (event: WatchEvent) => void {
    return (event) => {
      const { log } = this.server
      if (event.type === 'failed') {
        this.failures.delete(slug)
        this.failures.set(slug, event.failure)
        const { attempt, again, failure } = event
        log.write({ level: 'warn', event: name, project: slug, code: failure.code, attempt, again })
      }
      if (event.type === 'note' && event.severity === 'warn')
        log.write({ level: 'warn', event: name, project: slug, message: event.message })
      if (event.type !== 'ended') return
      this.failures.delete(slug)
      const { outcome, seconds, files } = event
      log.write({ level: 'info', event: name, project: slug, outcome, seconds, files })
    }
  }

  private stop(): void {
    clearInterval(this.timer)
    this.jobs.clear()
    this.unplaced.clear()
  }
}
