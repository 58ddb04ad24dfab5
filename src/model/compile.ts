import { createHash } from 'node:crypto'
import type { Problem } from '../errors.ts'
import type { ModelFile } from '../project/types.ts'
import type { GoldModel } from './gold-model.ts'
import { type Compiled, compileModel } from './model-file.ts'

/** To be raised whenever the same text would compile to something else. */
const COMPILER_VERSION = 3

/** Compiled models by the hash of their text and of the compiler; plain data that can be kept as JSON. */
export type CompileCache = Readonly<Record<string, Compiled>>

export interface CompiledModels {
  readonly models: readonly GoldModel[]
  readonly problems: readonly Problem[]
  /** What was used or made, to be passed in next time. */
  readonly cache: CompileCache
}

/** The key of a model file in a CompileCache. */
export const modelHash = ({ name, file, text }: ModelFile): string =>
  createHash('sha256')
    .update(JSON.stringify([COMPILER_VERSION, name, file, text]))
    .digest('hex')

/** Compiles every file that the cache does not know. A file with errors yields problems and no model. */
export async function compileModels(
  files: readonly ModelFile[],
  cache: CompileCache = {},
): Promise<CompiledModels> {
  const entries: [string, Compiled][] = []
  for (const file of files) {
    const hash = modelHash(file)
    const known = Object.hasOwn(cache, hash) ? cache[hash] : undefined
    entries.push([hash, known ?? (await compileModel(file))])
  }
  const compiled = entries.map(([, value]) => value)
  return {
    models: compiled.flatMap(({ model }) => (model ? [model] : [])),
    problems: compiled.flatMap(({ problems }) => problems),
    cache: Object.fromEntries(entries),
  }
}
