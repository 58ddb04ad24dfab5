import type { z } from '@hono/zod-openapi'
import type { Project } from '../../project/types.ts'
import { listVersions } from '../../run/history.ts'
import { warehouseOf } from '../../run/stores.ts'
import { type DeliveryAccount, type Manifest, Versions } from '../../run/versions.ts'
import type { runDetail, runSummary, runsResponse } from '../schemas/data.ts'
import { activeRun, type LedgerEntry, ledgerNames, readLedger, requireRun } from './ledger-files.ts'

export type RunSummary = z.infer<typeof runSummary>

/** So many runs are listed. */
const RUNS = 50

/** The newest runs with what each came to, and the versions on disk. */
export async function runHistory(project: Project): Promise<z.infer<typeof runsResponse>> {
  const running = (await activeRun(project.root))?.runId
  const names = await ledgerNames(project.root, RUNS)
  const { current, versions } = await listVersions(project)
  const manifests = new Map(versions.map(({ manifest }) => [manifest.version, manifest]))
  const runs = await Promise.all(
    names.map(async (runId) => {
      const entries = await readLedger(project.root, runId).catch(() => [])
      return summaryOf(runId, entries, runId === running, (version) => manifests.get(version))
    }),
  )
  return {
    runs,
    versions: versions.map(({ manifest: { version, createdAt, runId }, state }) => ({
      version,
      state,
      createdAt,
      runId,
    })),
    pinned: current?.pinned ?? false,
  }
}

/** One run with all it told. NOT_FOUND when there is no such run. */
export async function runInFull(project: Project, runId: string): Promise<z.infer<typeof runDetail>> {
  await requireRun(project.root, runId)
  const entries = await readLedger(project.root, runId)
  const running = (await activeRun(project.root))?.runId === runId
  const ended = entries.at(-1)?.event
  const version = ended?.type === 'finished' ? ended.version : undefined
  const manifest =
    version === undefined ? undefined : await new Versions(warehouseOf(project)).manifest(version)
  return {
    run: summaryOf(runId, entries, running, () => manifest),
    events: entries.map(({ at, event }) => ({ at, event })),
  }
}

export function summaryOf(
  runId: string,
  entries: readonly LedgerEntry[],
  running: boolean,
  manifestOf: (version: number) => Manifest | undefined,
): RunSummary {
  const last = entries.at(-1)?.event
  const version = last?.type === 'finished' ? (last.version ?? null) : null
  const delivered = entries.flatMap(({ event }) =>
    event.type === 'file' && event.file.outcome === 'delivered' ? [event.file] : [],
  )
  const manifest = version === null ? undefined : manifestOf(version)
  const accounts =
    manifest?.runId === runId
      ? delivered.flatMap(
          ({ source, delivery }) => manifest.accounts[source]?.filter((a) => a.delivery === delivery) ?? [],
        )
      : undefined
  const sum = (of: keyof Omit<DeliveryAccount, 'delivery' | 'path'>): number | null =>
    accounts ? accounts.reduce((total, account) => total + account[of], 0) : null
  return {
    runId,
    startedAt: entries[0]?.at ?? startOf(runId),
    state: stateOf(last, running),
    seconds: secondsOf(entries),
    version,
    rowsIn: delivered.reduce((total, { rows = 0 }) => total + rows, 0),
    rowsKept: sum('kept'),
    rowsRejected: sum('quarantined'),
    files: delivered.length,
    failure: last?.type === 'failed' ? last.message : null,
  }
}

function stateOf(last: LedgerEntry['event'] | undefined, running: boolean): RunSummary['state'] {
  if (last?.type === 'finished') return last.outcome
  if (last?.type === 'failed') return last.code === 'CANCELLED' ? 'cancelled' : 'failed'
  return running ? 'running' : 'interrupted'
}

function secondsOf(entries: readonly LedgerEntry[]): number | null {
  const last = entries.at(-1)
  if (last?.event.type === 'finished') return last.event.seconds
  if (last?.event.type !== 'failed' || !entries[0]) return null
  return (Date.parse(last.at) - Date.parse(entries[0].at)) / 1000
}

/** `20260131T101500-abcdef` -> its instant, for a run whose ledger is still empty. */
const startOf = (runId: string): string =>
  runId.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d).*$/, '$1-$2-$3T$4:$5:$6Z')
