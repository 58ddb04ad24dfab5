import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '../project/types.ts'
import type { Store } from '../storage/store.ts'
import { bronzePath, DECISIONS_PATH, type LakeRead } from './lake-state.ts'

const written = /\/(?:tmp_)?\d{6,}-([^/]+)\.parquet$/

/**
 * Removes what killed runs wrote to bronze and never committed. Only to be called by the holder of the lock, and only
 * for runs of this very project since the published one: another writer's file may be about to be committed.
 */
export async function sweepBronze(
  store: Store,
  contracts: readonly Contract[],
  { state: { sources }, replaced }: LakeRead,
  { folder, since }: { readonly folder: string; readonly since: string },
): Promise<void> {
  const logs = await readdir(join(folder, 'runs')).catch(() => [])
  const dead = new Set(logs.map((name) => name.replace(/\.jsonl$/, '')).filter((runId) => runId > since))
  for (const { source } of contracts) {
    const committed = new Set([
      ...replaced,
      ...(sources[source]?.deliveries.flatMap(({ urls }) => urls) ?? []),
    ])
    for (const { path } of await store.list(bronzePath(source))) {
      const runId = written.exec(path)?.[1]
      if (runId !== undefined && dead.has(runId) && !committed.has(store.file(path))) await store.remove(path)
    }
  }
}

/**
 * Removes decisions that a killed command wrote and never committed: files that are older than this process. Only to be
 * called by the holder of the lock, which every decision is written under.
 */
export async function sweepDecisions(
  store: Store,
  { state: { decisions }, replaced }: LakeRead,
  before: number,
): Promise<void> {
  const committed = new Set([...replaced, ...decisions.urls])
  for (const { path, modified } of await store.list(DECISIONS_PATH))
    if (/\/\d{6,}-[0-9a-f]{6}\.parquet$/.test(path) && modified < before && !committed.has(store.file(path)))
      await store.remove(path)
}
