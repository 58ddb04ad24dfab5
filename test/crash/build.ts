import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const repository = join(import.meta.dirname, '..', '..')

/** The program as it is shipped, aside, for processes of its own: a build made meanwhile does not pull it away. */
export interface Build {
  readonly root: string
  readonly cli: string
  remove(): Promise<void>
}

export async function copyBuild(): Promise<Build> {
  const root = await mkdtemp(join(tmpdir(), 'c360-build-'))
  for (const name of ['dist', 'examples', 'package.json'])
    await cp(join(repository, name), join(root, name), { recursive: true })
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'))
  const cli = join(root, 'dist', 'cli', 'main.js')
  return { root, cli, remove: () => rm(root, { recursive: true, force: true }) }
}
