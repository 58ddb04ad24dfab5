import type { Remote } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import type { Project } from '../../project/types.ts'
import type { Prepared } from '../../run/prepare.ts'
import { goldTypes } from '../../run/target/gold-types.ts'
import { type TargetManifest, TargetVersions } from '../../run/target/state.ts'
import type { Columns } from '../../sql/types.ts'
import type { Lease } from '../reading/snapshot.ts'
import { LIVE_LIMITS, type LiveLimits, LiveSessions } from './live-sessions.ts'
import { gone, LiveVersion } from './live-version.ts'

export interface LiveOptions {
  readonly limits?: Partial<LiveLimits>
  /** Milliseconds after which the target is asked for its version again while questions come, and those from which on nobody goes on with the old one. */
  readonly lookMs?: number
  readonly staleMs?: number
  /** Milliseconds that a version nobody reads is remembered. */
  readonly graceMs?: number
  readonly open?: (project: Project, target: string) => Promise<Remote>
}

/** What of a project its models and settings decide; made anew when they change. */
interface Opened {
  readonly remote: Remote
  readonly sessions: LiveSessions
  readonly types: ReadonlyMap<string, Columns>
}

/** The versions of a target that are asked live. It is looked at while somebody asks, and never otherwise: a look may wake what costs money. */
export class LiveVersions {
  private readonly target: string
  private readonly closing: AbortSignal
  private readonly options: LiveOptions
  private opened: Promise<Opened> | undefined
  private openedOf: Prepared | undefined
  /** An older version can be read while a newer one is published. */
  private remembers = true
  private looked: { readonly of: Prepared; readonly at: number; readonly version: LiveVersion } | undefined
  private looking: { readonly of: Prepared; readonly version: Promise<LiveVersion> } | undefined
  private readonly versions = new Map<number, LiveVersion>()

  constructor(target: string, closing: AbortSignal, options: LiveOptions = {}) {
    this.target = target
    this.closing = closing
    this.options = options
  }

  /** NOT_FOUND before the first run upon the target, VERSION_GONE for a version that is not remembered, TARGET_*. */
  async lease(prepared: Prepared, version?: number): Promise<Lease> {
    const newest = await this.newest(prepared)
    const wanted = version ?? newest.manifest.version
    const found = wanted === newest.manifest.version ? newest : this.versions.get(wanted)
    if (!found) throw gone(wanted)
    return found.lease(() => this.released(found))
  }

  /** What readers of the target are shown now; it is asked. */
  async look(prepared: Prepared): Promise<TargetManifest> {
    return (await this.looks(prepared)).manifest
  }

  async close(): Promise<void> {
    for (const version of this.versions.values()) await version.close()
    this.versions.clear()
    await (await this.opened?.catch(() => undefined))?.sessions.close()
    this.opened = undefined
  }

  /** The version known; when it was looked at a while ago, it is looked at again for whoever asks next. */
  private newest(prepared: Prepared): LiveVersion | Promise<LiveVersion> {
    const { lookMs = 5000, staleMs = this.remembers ? 60_000 : 1000 } = this.options
    const { looked } = this
    const looking = () => (this.looking?.of === prepared ? this.looking.version : this.looks(prepared))
    if (looked?.of !== prepared) return looking()
    const age = performance.now() - looked.at
    if (age > staleMs) return looking()
    // A failure is told to whoever asks when what is known is too old.
    if (age > lookMs) looking().catch(() => undefined)
    return looked.version
  }

  /** How long a look takes is not counted: a target that needs a while would never be looked at lately. */
  private async looks(of: Prepared): Promise<LiveVersion> {
    const looking = { of, version: this.asked(of) }
    this.looking = looking
    try {
      const version = await looking.version
      const before = this.looked?.version
      this.looked = { of, at: performance.now(), version }
      if (before && before !== version) this.released(before)
      return version
    } finally {
      if (this.looking === looking) this.looking = undefined
    }
  }

  private async asked(prepared: Prepared): Promise<LiveVersion> {
    const opened = await this.openFor(prepared)
    const { remote, sessions, types } = opened
    const manifest = await sessions.use(this.closing, (session) =>
      new TargetVersions(remote, session).published(),
    )
    if (!manifest) throw nothingThere(this.target)
    const isCurrent = this.openedOf === prepared
    const known = isCurrent ? this.versions.get(manifest.version) : undefined
    if (known?.manifest.runId === manifest.runId) return known
    const isShown = async (one: LiveVersion) => (await this.look(prepared)).runId === one.manifest.runId
    const place = { remote, gold: manifest.gold, types }
    const version = new LiveVersion(manifest, place, sessions, isShown)
    // The project was changed meanwhile: only those who asked before that read it so.
    if (isCurrent) this.versions.set(manifest.version, version)
    // A target that was made anew counts from 1 again.
    if (known) this.released(known)
    return version
  }

  private openFor(prepared: Prepared): Promise<Opened> {
    if (this.opened && this.openedOf === prepared) return this.opened
    const before = this.opened
    for (const version of this.versions.values()) this.released(version)
    this.versions.clear()
    this.openedOf = prepared
    const opened = this.open(prepared)
    this.opened = opened
    opened.catch(() => {
      if (this.opened === opened) this.opened = undefined
    })
    void before?.then(({ sessions }) => sessions.close()).catch(() => undefined)
    return this.opened
  }

  private async open(prepared: Prepared): Promise<Opened> {
    const open = this.options.open ?? (await import('../../run/target/open.ts')).openTarget
    const remote = await open(prepared.project, this.target)
    this.remembers = remote.publishing === undefined
    const sessions = new LiveSessions(remote, { ...LIVE_LIMITS, ...this.options.limits })
    return { remote, sessions, types: await goldTypes(prepared) }
  }

  /** The newest stays as long as it is that; an older one until nobody has read it for a while. */
  private released(version: LiveVersion): void {
    setTimeout(() => void this.forget(version), this.options.graceMs ?? 60_000).unref()
  }

  private async forget(version: LiveVersion): Promise<void> {
    if (version.isLeased || version === this.looked?.version) return
    if (this.versions.get(version.manifest.version) === version)
      this.versions.delete(version.manifest.version)
    await version.close()
  }
}

const nothingThere = (target: string): C360Error =>
  new C360Error('NOT_FOUND', `Nothing was published in target \`${target}\` yet.`, {
    hint: `Build it first: c360 run --target ${target}.`,
  })
