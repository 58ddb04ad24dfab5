import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What a writer of a local store names a file while it is being written; claims are never broken by force. */
const written = /^\.tmp-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.parquet|-.*)?$/

/**
 * Removes the half-written files that killed writers left anywhere below a local store's folder: those last touched
 * before `before` (milliseconds since 1970). Only to be called when no other writer can be at work there.
 */
export const sweepLeftovers = (base: string, before: number): Promise<void> =>
  sweep(base, before, (name) => written.test(name))

/**
 * Removes what killed runs left of landing files copied from a container; parts of a download that was cut stay, because the
 * next one goes on from there.
 */
export const sweepCopies = (base: string, before: number): Promise<void> =>
  sweep(base, before, (name) => !name.startsWith('.tmp-'))

async function sweep(base: string, before: number, isDead: (name: string) => boolean): Promise<void> {
  const items = await readdir(base, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const { name, parentPath } of items) {
    if (!isDead(name)) continue
    const path = join(parentPath, name)
    const info = await stat(path).catch(() => undefined)
    if (info?.isFile() && info.mtimeMs < before) await rm(path, { force: true })
  }
}
