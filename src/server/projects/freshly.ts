import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Prepared, prepare } from '../../run/prepare.ts'

const FOLDERS = ['contracts', 'models']

/** `prepare` costs tens of milliseconds: it is done again only when a file of the project was changed. */
export class Freshly {
  private readonly root: string
  private stamp = ''
  private last: Promise<Prepared> | undefined

  constructor(root: string) {
    this.root = root
  }

  async prepared(): Promise<Prepared> {
    const stamp = await this.stampNow()
    if (this.last === undefined || stamp !== this.stamp) {
      this.stamp = stamp
      this.last = prepare(this.root)
      // A mistake is told to whoever asks; it is looked at again as soon as the files change.
      this.last.catch(() => undefined)
    }
    return this.last
  }

  private async stampNow(): Promise<string> {
    const named = await Promise.all(
      FOLDERS.map(async (folder) =>
        (await readdir(join(this.root, folder)).catch(() => [])).map((name) => join(folder, name)),
      ),
    )
    const files = ['c360.yaml', ...named.flat().sort()]
    const stamps = await Promise.all(
      files.map(async (file) => {
        const found = await stat(join(this.root, file)).catch(() => undefined)
        return `${file} ${found?.size} ${found?.mtimeMs} ${found?.ino}`
      }),
    )
    return stamps.join('\n')
  }
}
