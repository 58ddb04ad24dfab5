import { dialect } from '../engines/duckdb/dialect.ts'
import { C360Error } from '../errors.ts'
import { definitionsUnchanged } from '../plan/plan.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { FileOutcome } from './events.ts'
import { lakeUnchanged } from './lake-state.ts'
import { type Landing, observeLanding, seenHash } from './landing.ts'
import type { Prepared } from './prepare.ts'
import { lakeOf, landingOf } from './stores.ts'
import { type Current, FORMAT, type Manifest, type SeenFile, type Versions } from './versions.ts'
import type { RunOptions } from './work.ts'

/** What is published, what lies in landing: enough to know whether there is anything to do. */
export interface Observed {
  /** Of `current.json`, usable or not; undefined when there is none. */
  readonly tag: string | undefined
  readonly current: Current | undefined
  readonly manifest: Manifest | undefined
  readonly landing: Landing
  /** The format of a warehouse that another version of the program made; it is rebuilt from bronze. */
  readonly otherFormat: number | undefined
}

/** What decides whether there is anything to do. */
interface Seen {
  readonly current: Pick<Current, 'lake'> | undefined
  readonly manifest: Manifest | undefined
  readonly landing: Landing
}

export async function observe(
  prepared: Prepared,
  versions: Versions,
  options: RunOptions,
): Promise<Observed> {
  const pointer = await versions.pointer(options.fullRefresh)
  const current = pointer?.current
  const usable = current?.format === FORMAT ? current : undefined
  const read = usable && versions.manifest(usable.latest)
  const manifest = await (options.fullRefresh ? read?.catch(unlessDamaged) : read)
  const { project } = prepared
  const landing = await observeLanding(landingOf(project), project, usable?.landing ?? {})
  return {
    tag: pointer?.tag,
    current: usable,
    manifest,
    landing,
    otherFormat: current && !usable ? current.format : undefined,
  }
}

/** A full refresh needs nothing of what was published, and is what mends it. */
function unlessDamaged(error: unknown): undefined {
  if (!(error instanceof C360Error && error.code === 'WAREHOUSE_DAMAGED')) throw error
}

/** True when neither files nor definitions nor the lake have changed since the newest version. */
export async function nothingToDo(
  { project, models }: Pick<Prepared, 'project' | 'models'>,
  { current, manifest, landing }: Seen,
  d: Dialect = dialect,
): Promise<boolean> {
  if (!current || !manifest || landing.fresh.length > 0) return false
  if (!definitionsUnchanged({ project, models, dialect: d }, manifest.builtFrom)) return false
  return lakeUnchanged(lakeOf(project), project.contracts, current.lake)
}

/** What the next run has to know of the landing files, to leave them closed. */
export function seenFiles(landing: Landing, files: readonly FileOutcome[]): Current['landing'] {
  const seen: Record<string, SeenFile[]> = {}
  const add = (source: string, file: SeenFile) => {
    seen[source] = [...(seen[source] ?? []), file]
  }
  for (const { contract, as } of landing.seen) add(contract.source, as)
  for (const { source, path, outcome, problem, delivery } of files) {
    const landed = landing.fresh.find((file) => file.contract.source === source && file.entry.path === path)
    if (!landed || outcome === 'changed_while_read') continue
    const as = outcome === 'known' ? 'delivered' : outcome
    add(source, {
      path,
      size: landed.entry.size,
      modified: landed.entry.modified,
      ...(landed.entry.etag === undefined ? {} : { etag: landed.entry.etag }),
      format: seenHash(landed.contract, as),
      outcome: as,
      ...(outcome === 'refused' && problem ? { problem } : {}),
      ...(outcome === 'duplicate' && delivery !== undefined ? { of: delivery } : {}),
    })
  }
  return seen
}

/** Files refused by an earlier run that still lie there as they were. */
export const stillRefused = (landing: Landing): FileOutcome[] =>
  landing.seen.flatMap(({ contract, as }) =>
    as.outcome === 'refused' && as.problem
      ? [
          {
            source: contract.source,
            path: as.path,
            outcome: 'refused',
            problem: { ...as.problem, file: as.path },
          },
        ]
      : [],
  )
