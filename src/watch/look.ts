import type { Project } from '../project/types.ts'
import { landingOf } from '../run/stores.ts'
import { listLanding } from '../sources/landing.ts'

/** What lies in landing, by path: a text that changes with every write. Nothing was opened. */
export type Look = ReadonlyMap<string, string>

/** The files that some contract reads. Failures as `Store.list`. */
export async function lookAtLanding(project: Project): Promise<Look> {
  const globs = project.contracts.flatMap(({ files }) => files)
  const entries = await listLanding(landingOf(project), globs)
  return new Map(
    entries.map(({ path, etag, size, modified }) => [path, etag ?? `${size} ${modified}`] as const),
  )
}

/** Files that are new or changed; with the number of those that went. */
export function differing(before: Look | undefined, now: Look): { files: string[]; gone: number } {
  const files = [...now].filter(([path, tag]) => before?.get(path) !== tag).map(([path]) => path)
  const gone = [...(before?.keys() ?? [])].filter((path) => !now.has(path)).length
  return { files, gone }
}

export function isSame(before: Look | undefined, now: Look): boolean {
  const { files, gone } = differing(before, now)
  return before !== undefined && files.length === 0 && gone === 0
}
