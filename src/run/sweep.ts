import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LakeState } from '../plan/types.ts'
import type { Contract } from '../project/types.ts'
import type { Store } from '../storage/store.ts'
import { bronzePath } from './lake-state.ts'

const written = /\/(?:tmp_)?\d{6,}-([^/]+)\.parquet$/

/**
 * Removes what killed runs wrote to bronze and never committed. Only to be called by the holder of the lock, and only
 * for runs of this very project since the published one: another writer's file may be about to be committed.
 */
export async function sweepBronze(
  store: Store,
  contracts: readonly Contract[],
  { sources }: LakeState,
  { folder, since }: { readonly folder: string; readonly since: string },
): Promise<void> {
  const logs = await readdir(join(folder, 'runs')).catch(() => [])
  const dead = new Set(logs.map((name) => name.replace(/\.jsonl$/, '')).filter((runId) => runId > since))
  for (const { source } of contracts) {
    const committed = new Set(sources[source]?.deliveries.flatMap(({ urls }) => urls))
    for (const { path } of await store.list(bronzePath(source))) {
      const runId = written.exec(path)?.[1]
      if (runId !== undefined && dead.has(runId) && !committed.has(store.url(path))) await store.remove(path)
    }
  }
}
