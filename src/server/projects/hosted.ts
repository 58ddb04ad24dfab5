import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { C360Error } from '../../errors.ts'
import type { Project } from '../../project/types.ts'
import type { Prepared } from '../../run/prepare.ts'
import { importedProject } from '../../run/target/import.ts'
import type { Manifest } from '../../run/versions.ts'
import { type LiveOptions, LiveVersions } from '../direct/live-versions.ts'
import { notLive } from '../direct/words.ts'
import { type Contacts, contactsOf } from '../people/contacts.ts'
import { publishedManifest } from '../reading/published.ts'
import type { Lease } from '../reading/snapshot.ts'
import { Snapshots } from '../reading/snapshot.ts'
import { type Connectivity, MODES, type Mode, readConnectivity } from '../runs/connectivity.ts'
import { Freshly } from './freshly.ts'

/** A target of the project that is served in place of its embedded warehouse. */
export interface ServedTarget {
  readonly name: string
  /** Given where the server was started; absent = as each project's page says. */
  readonly mode?: Mode
  readonly live?: LiveOptions
}

/** A project that is served. */
export class Hosted {
  readonly slug: string
  /** Absolute path of the project's folder. */
  readonly root: string
  private readonly closing: AbortSignal
  private readonly fresh: Freshly
  private readonly snapshots: Snapshots
  private readonly served: ServedTarget | undefined
  private readonly live: LiveVersions | undefined
  private readonly imported = new WeakMap<Prepared, Prepared>()

  /** `closing` is aborted when the server ends. */
  constructor(slug: string, root: string, closing: AbortSignal, served?: ServedTarget) {
    this.slug = slug
    this.root = root
    this.closing = closing
    this.served = served
    this.fresh = new Freshly(root)
    this.snapshots = new Snapshots()
    this.live = served && new LiveVersions(served.name, closing, served.live)
  }

  /** The target whose gold is shown; undefined = the embedded warehouse. */
  get target(): string | undefined {
    return this.served?.name
  }

  /** How pages get their data, as the project's page or the command line says. */
  async connectivity(): Promise<Connectivity> {
    const written = await readConnectivity(this.root, this.target)
    return this.served?.mode === undefined ? written : { ...written, mode: this.served.mode }
  }

  /** Questions go to the target's own engine. */
  async isLive(): Promise<boolean> {
    return this.served !== undefined && (await this.connectivity()).mode === 'direct'
  }

  /** What may be chosen: the embedded warehouse is the snapshot itself, and a mode of the command line stays. */
  get modes(): readonly Mode[] {
    if (!this.served) return ['import']
    return this.served.mode === undefined ? MODES : [this.served.mode]
  }

  /** There is a c360.yaml, with or without mistakes. */
  async exists(): Promise<boolean> {
    return (await stat(join(this.root, 'c360.yaml')).catch(() => undefined)) !== undefined
  }

  /** What the project calls itself, for a list of projects; read without checking the rest of it. */
  async title(): Promise<string> {
    const text = await readFile(join(this.root, 'c360.yaml'), 'utf8').catch(() => '')
    return /^name:\s*["']?(.+?)["']?\s*(?:#.*)?$/m.exec(text)?.[1] ?? basename(this.root)
  }

  /**
   * The project and its models; read anew when a file the user writes has changed. Its warehouse is where versions that are served
   * lie. PROJECT_INVALID as `run/prepare.ts`; NOT_FOUND for a target it does not have.
   */
  async prepared(): Promise<Prepared> {
    const own = await this.fresh.prepared()
    const { target } = this
    if (target === undefined) return own
    if (!(target in own.project.targets)) throw noTarget(own.project, target)
    const known = this.imported.get(own) ?? { ...own, project: importedProject(own.project, target) }
    this.imported.set(own, known)
    return known
  }

  /** What the version that is shown was built from; undefined before the first one. No database is opened. */
  async manifest(): Promise<Manifest | undefined> {
    if (await this.isLive()) {
      await using lease = await this.lease()
      return lease.manifest
    }
    return publishedManifest((await this.prepared()).project)
  }

  /** Looks whether the target has a newer version, for whoever does not want to wait until it is seen. */
  async look(): Promise<void> {
    await this.live?.look(await this.prepared())
  }

  /** CONFLICT for what only the place that builds silver has: held-back rows, the files of rows, decisions. */
  requireSilver(what: string): void {
    if (this.target !== undefined) throw keptThere(what, this.target)
  }

  /** CONFLICT for what needs a whole version on this machine. */
  async requireHere(what: string): Promise<void> {
    if (await this.isLive()) throw notLive(what)
  }

  /** Which columns are masked. */
  async contacts(): Promise<Contacts> {
    return contactsOf(await this.prepared(), this.closing)
  }

  /**
   * The published version, or the one asked for, for as long as it is leased: `await using lease = await project.lease()`.
   * NOT_FOUND before the first run, VERSION_GONE when the version was removed; asked live, TARGET_* as well.
   */
  async lease(version?: number): Promise<Lease> {
    const prepared = await this.prepared()
    if (this.live && (await this.isLive())) return this.live.lease(prepared, version)
    return this.snapshots.lease(prepared.project, version)
  }

  async close(): Promise<void> {
    await this.snapshots.close()
    await this.live?.close()
  }
}

function noTarget({ targets }: Project, name: string): C360Error {
  const names = Object.keys(targets)
  return new C360Error('NOT_FOUND', `There is no target \`${name}\` in c360.yaml.`, {
    hint:
      names.length > 0 ? `There are: ${names.join(', ')}.` : 'Add it below `targets:`; see docs/engines.md.',
  })
}

const keptThere = (what: string, target: string): C360Error =>
  new C360Error('CONFLICT', `${what}: kept in the target \`${target}\`, of which gold alone is shown here.`, {
    hint: `Look there, or serve the embedded warehouse: \`c360 serve\` without --target.`,
  })
