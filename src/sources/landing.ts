import type { Store, StoreEntry } from '../storage/store.ts'
import { globPattern } from './glob.ts'

const unfinished = /(?:\.tmp|\.partial|\.crdownload|\.swp|~)$/

/**
 * The files of the landing folder that match one of a contract's globs, sorted by path. A `.gz` behind a matching name
 * matches too. Hidden files, what editors and transfers leave beside a file, and files still being transferred are not seen.
 */
export async function listLanding(
  store: Pick<Store, 'list'>,
  globs: readonly string[],
): Promise<StoreEntry[]> {
  const patterns = globs.map(globPattern)
  const entries = await store.list('')
  return entries
    .filter(({ path }) => !isIgnored(path) && patterns.some((pattern) => matches(pattern, path)))
    .sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)))
}

function matches(pattern: RegExp, path: string): boolean {
  return pattern.test(path) || (path.endsWith('.gz') && pattern.test(path.slice(0, -'.gz'.length)))
}

/** A hidden folder hides what is in it. */
function isIgnored(path: string): boolean {
  const names = path.split('/')
  return (
    names.some((name) => name.startsWith('.')) || /^~\$/.test(names.at(-1) ?? '') || unfinished.test(path)
  )
}
