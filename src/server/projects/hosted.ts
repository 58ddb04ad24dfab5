import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Prepared } from '../../run/prepare.ts'
import { type Contacts, contactsOf } from '../people/contacts.ts'
import type { Lease } from '../reading/snapshot.ts'
import { Snapshots } from '../reading/snapshot.ts'
import { Freshly } from './freshly.ts'

/** A project that is served. */
export class Hosted {
  readonly slug: string
  /** Absolute path of the project's folder. */
  readonly root: string
  private readonly closing: AbortSignal
  private readonly fresh: Freshly
  private readonly snapshots: Snapshots

  /** `closing` is aborted when the server ends. */
  constructor(slug: string, root: string, closing: AbortSignal) {
    this.slug = slug
    this.root = root
    this.closing = closing
    this.fresh = new Freshly(root)
    this.snapshots = new Snapshots()
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

  /** The project and its models; read anew when a file the user writes has changed. PROJECT_INVALID as `run/prepare.ts`. */
  prepared(): Promise<Prepared> {
    return this.fresh.prepared()
  }

  /** Which columns are masked. */
  async contacts(): Promise<Contacts> {
    return contactsOf(await this.prepared(), this.closing)
  }

  /**
   * The published version, or the one asked for, for as long as it is leased: `await using lease = await project.lease()`.
   * NOT_FOUND before the first run, VERSION_GONE when the version was removed.
   */
  async lease(version?: number): Promise<Lease> {
    const { project } = await this.prepared()
    return this.snapshots.lease(project, version)
  }

  async close(): Promise<void> {
    await this.snapshots.close()
  }
}
