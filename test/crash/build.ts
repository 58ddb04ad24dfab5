import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const repository = join(import.meta.dirname, '..', '..')

/** The program as it is shipped, built aside for processes of its own. */
export interface Build {
  readonly root: string
  remove(): Promise<void>
}

/** Copies the sources into a fresh folder and builds them there, so that nobody's `dist` is touched. */
export async function buildProgram(): Promise<Build> {
  const root = await mkdtemp(join(tmpdir(), 'c360-build-'))
  for (const name of ['src', 'scripts', 'examples', 'package.json', 'tsconfig.json'])
    await cp(join(repository, name), join(root, name), { recursive: true })
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'))
  await promisify(execFile)(process.execPath, [join(root, 'scripts', 'build.mjs')])
  return { root, remove: () => rm(root, { recursive: true, force: true }) }
}
