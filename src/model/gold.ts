import { readdirSync, readFileSync } from 'node:fs'
import type { ModelFile } from '../project/types.ts'
import type { CompileCache } from './compile.ts'

const folder = new URL('./gold/', import.meta.url)

/** The star schema and the certified views that come with c360, as text. */
export function shippedModels(): ModelFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({
      name: name.slice(0, -'.sql'.length),
      file: `c360:${name}`,
      text: readFileSync(new URL(name, folder), 'utf8'),
    }))
}

/** The shipped models as the build compiled them; empty when running from sources. Entries of other texts are not used. */
export function shippedCache(): CompileCache {
  try {
    return JSON.parse(readFileSync(new URL('compiled.json', folder), 'utf8')) as CompileCache
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}
