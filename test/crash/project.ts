import { appendFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GeneratorName, generators } from '../../src/samples/index.ts'

const examples = join(import.meta.dirname, '..', '..', 'examples')

/** A folder of its own for one test file, removed at the end. */
export interface Scratch {
  readonly folder: string
  /** A path in it that was not given before. */
  next(name: string): string
  remove(): Promise<void>
}

export async function scratch(prefix: string): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  let count = 0
  return {
    folder,
    next: (name) => join(folder, `${name}-${++count}`),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** An example with a small, dirty landing folder; one thread, because tests share the machine. */
export async function makeProject(
  root: string,
  customers: number,
  extra = 'threads: 1\n',
  example: GeneratorName = 'retail',
): Promise<string> {
  await mkdir(root, { recursive: true })
  for (const name of ['c360.yaml', 'contracts'])
    await cp(join(examples, example, name), join(root, name), { recursive: true })
  await appendFile(join(root, 'c360.yaml'), `\n${extra}`)
  await generators[example](join(root, 'landing'), { customers, seed: 7 })
  return root
}

export const copyProject = async (from: string, to: string): Promise<string> => {
  await cp(from, to, { recursive: true, preserveTimestamps: true })
  return to
}
