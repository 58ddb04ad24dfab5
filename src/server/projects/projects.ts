import { basename } from 'node:path'
import { C360Error } from '../../errors.ts'
import { Hosted, type ServedTarget } from './hosted.ts'

/** The projects of a server, by slug; one made in the browser joins them while it runs. */
export class Projects {
  private readonly closing: AbortSignal
  private readonly served: ServedTarget | undefined
  private readonly bySlug = new Map<string, Hosted>()

  /** `closing` is aborted when the server ends. */
  constructor(roots: readonly string[], closing: AbortSignal, served?: ServedTarget) {
    this.closing = closing
    this.served = served
    for (const root of roots) this.add(root)
  }

  list(): readonly Hosted[] {
    return [...this.bySlug.values()]
  }

  /** The one named, or the first. NOT_FOUND when there is none by that name, or none at all. */
  named(slug: string | undefined): Hosted {
    const found = slug === undefined ? this.list()[0] : this.bySlug.get(slug)
    if (found) return found
    throw new C360Error(
      'NOT_FOUND',
      slug === undefined ? 'There is no project yet.' : 'There is no project by that name here.',
      { hint: 'Make one from a folder of files first.' },
    )
  }

  add(root: string): Hosted {
    const known = this.list().find((hosted) => hosted.root === root)
    if (known) return known
    const hosted = new Hosted(this.freeSlug(root), root, this.closing, this.served)
    this.bySlug.set(hosted.slug, hosted)
    return hosted
  }

  async close(): Promise<void> {
    for (const hosted of this.list()) await hosted.close()
  }

  private freeSlug(root: string): string {
    const word = basename(root)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
    const stem = word === '' ? 'project' : word
    let slug = stem
    for (let n = 2; this.bySlug.has(slug); n++) slug = `${stem}-${n}`
    return slug
  }
}
