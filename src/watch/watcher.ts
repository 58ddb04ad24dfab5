import { setTimeout as pause } from 'node:timers/promises'
import { isContainer } from '../project/location.ts'
import type { Project } from '../project/types.ts'
import { recordFailure } from '../run/ledger-failure.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import { projectStamp } from '../run/project-stamp.ts'
import { Alarm } from './alarm.ts'
import { failureOf } from './failure.ts'
import { FolderEvents } from './folder-events.ts'
import { Inbox, type InboxPolicy } from './inbox.ts'
import { differing, isSame, type Look, lookAtLanding } from './look.ts'
import { Standing } from './standing.ts'
import type { Failure, Reason, StartRun, Tell } from './types.ts'
import { unattended } from './unattended.ts'

export interface WatchOptions {
  /** Absolute path of the project. */
  readonly root: string
  readonly signal: AbortSignal
  readonly start: StartRun
  readonly tell: Tell
  /** Milliseconds, for those who cannot wait as long as c360.yaml says. */
  readonly settleMs?: number
  readonly pollMs?: number
  readonly retryMs?: number
  readonly inbox?: Partial<InboxPolicy>
}

export interface WatchEnd {
  /** The newest run, if it failed. */
  readonly failure: Failure | undefined
  /** A run was under way and was cancelled. */
  readonly cancelled: boolean
}

/** Settling ends after so many times its length, whatever still comes. */
const SETTLES = 12
const FILES_TOLD = 3

/**
 * Starts a run whenever landing is not what the last good run saw, until the signal. Events (of the folder, of the queue) only wake it:
 * what decides is the listing, made before each run, so that nothing is lost by a missed event or a killed watcher, and what
 * comes during a run causes one more. Never throws: failures are told, kept in the ledger, and the newest is in the answer.
 */
export async function watch(options: WatchOptions): Promise<WatchEnd> {
  return new Watcher(options).run()
}

class Watcher {
  private readonly options: WatchOptions
  private readonly alarm = new Alarm()
  private readonly folder = new FolderEvents()
  private readonly standing = new Standing()
  private project: Project | undefined
  private token: string | undefined
  private inbox: Inbox | undefined
  private listening = new AbortController()
  private isDeaf = true
  private cancelled = false

  constructor(options: WatchOptions) {
    this.options = options
  }

  async run(): Promise<WatchEnd> {
    const { signal } = this.options
    while (!signal.aborted) {
      await this.round()
      const wait = Math.min(this.pollMs, this.standing.untilAgain(Date.now()))
      await this.alarm.sleep(wait, signal)
    }
    await this.deafen()
    return { failure: this.standing.failure, cancelled: this.cancelled }
  }

  private get pollMs(): number {
    return this.options.pollMs ?? (this.project?.watch.poll ?? 60) * 1000
  }

  private get settleMs(): number {
    return this.options.settleMs ?? (this.project?.watch.settle ?? 5) * 1000
  }

  /** One look, and a run if there is reason for one. */
  private async round(): Promise<void> {
    try {
      const isNew = await this.load()
      if (!this.project) return
      this.listen(this.project)
      const first = await this.look(this.project)
      if (!first) return
      const reason = this.reasonFor(first, isNew)
      if (reason === undefined) return
      const now = await this.settled(this.project, first)
      if (now) await this.work(reason, now)
    } catch (error) {
      if (!this.options.signal.aborted) await this.failed(failureOf(error), undefined)
    }
  }

  /** Reads the project anew when its files changed, or when the last try failed; whether they changed. Mistakes in it are thrown once. */
  private async load(): Promise<boolean> {
    const token = projectStamp(this.options.root)
    const isNew = token !== this.token
    if (!isNew && (this.standing.isBroken || (this.project && !this.standing.failure))) return false
    const isFirst = this.token === undefined
    this.token = token
    const before = this.project
    this.project = undefined
    this.project = await loadProjectOrFail(this.options.root)
    if (isNew && before) await this.deafen()
    return isNew && !isFirst
  }

  /** What lies in landing; undefined when the signal came first: a listing may be patient with its network. */
  private async look(project: Project): Promise<Look | undefined> {
    const { signal } = this.options
    const looked = await unlessAborted(lookAtLanding(project), signal)
    return signal.aborted ? undefined : looked
  }

  private reasonFor(now: Look, isNew: boolean): Reason | undefined {
    if (isNew) return 'project'
    if (this.standing.isBroken) return undefined
    if (this.inbox && this.inbox.take().length > 0) return 'message'
    return this.standing.reasonFor(now, Date.now())
  }

  /** Looks until nothing moved for `settle`. */
  private async settled(project: Project, first: Look): Promise<Look | undefined> {
    const { signal } = this.options
    let before = first
    for (let looks = 0; looks < SETTLES; looks++) {
      await pause(this.settleMs, undefined, { signal }).catch(() => undefined)
      const now = await this.look(project)
      if (!now || isSame(before, now)) return now
      before = now
    }
    return before
  }

  private async work(reason: Reason, now: Look): Promise<void> {
    const { root, signal, start, tell, retryMs } = this.options
    const { files } = differing(this.standing.seen, now)
    const batch = this.inbox?.take() ?? []
    tell({ type: 'begins', reason, files: files.slice(0, FILES_TOLD), count: files.length })
    const attempted = await unattended({
      ...{ root, signal, start, tell },
      ...(retryMs === undefined ? {} : { firstMs: retryMs }),
    })
    if (attempted.state === 'cancelled') {
      this.cancelled = true
      tell({ type: 'cancelled' })
    } else if (attempted.state === 'failed') {
      this.standing.failed(attempted.failure, now, this.pollMs)
      await this.inbox?.release(batch)
    } else {
      this.standing.succeeded(now)
      await this.inbox?.done(batch)
    }
  }

  /** A failure before there was a run: told and kept once, until it is another one. */
  private async failed(failure: Failure, now: Look | undefined): Promise<void> {
    const isKnown = JSON.stringify(this.standing.failure) === JSON.stringify(failure)
    this.standing.failed(failure, now, this.pollMs)
    if (isKnown) return
    await recordFailure(this.options.root, failure)
    const again = this.standing.untilAgain(Date.now())
    this.options.tell({
      ...{ type: 'failed', failure, attempt: 1, runId: '' },
      ...(Number.isFinite(again) ? { again } : {}),
    })
  }

  private listen(project: Project): void {
    const isFolder = !isContainer(project.landing)
    const hasEvents = isFolder && this.folder.attach(project.landing, () => this.alarm.ring())
    const { queue } = project.watch
    if (queue && !isFolder && !this.inbox)
      this.inbox = new Inbox({
        ...{ project, queue, signal: this.listening.signal, tell: this.options.tell },
        ring: () => this.alarm.ring(),
        policy: this.options.inbox ?? {},
      })
    if (!this.isDeaf) return
    this.isDeaf = false
    this.options.tell({
      type: 'watching',
      landing: project.landing,
      by: [
        ...(hasEvents ? ['file events' as const] : []),
        ...(this.inbox ? ['queue' as const] : []),
        'polling',
      ],
      poll: this.pollMs / 1000,
      settle: this.settleMs / 1000,
    })
  }

  /** Ends what wakes it; the project may have moved its landing. */
  private async deafen(): Promise<void> {
    this.folder.detach()
    this.listening.abort()
    const { inbox } = this
    this.inbox = undefined
    this.listening = new AbortController()
    this.isDeaf = true
    await inbox?.ended
  }
}

/** undefined as soon as the signal comes; what the work does then is nobody's any more. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
