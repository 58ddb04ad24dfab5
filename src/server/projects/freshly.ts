import { type Prepared, prepare } from '../../run/prepare.ts'
import { projectStamp } from '../../run/project-stamp.ts'

/** `prepare` costs tens of milliseconds: it is done again only when a file of the project was changed. */
export class Freshly {
  private readonly root: string
  private stamp = ''
  private last: Promise<Prepared> | undefined

  constructor(root: string) {
    this.root = root
  }

  async prepared(): Promise<Prepared> {
    const stamp = projectStamp(this.root)
    if (this.last === undefined || stamp !== this.stamp) {
      this.stamp = stamp
      this.last = prepare(this.root)
      // A mistake is told to whoever asks; it is looked at again as soon as the files change.
      this.last.catch(() => undefined)
    }
    return this.last
  }
}
