import { join } from 'node:path'
import { dialect } from '../engines/duckdb/dialect.ts'
import { duckdb } from '../engines/duckdb/index.ts'
import { plan } from '../plan/plan.ts'
import type { BronzeTable, LakeState, Plan } from '../plan/types.ts'
import { localStore } from '../storage/local.ts'
import type { FileOutcome } from './events.ts'
import { openLake, readLake } from './lake-state.ts'
import { observeLanding } from './landing.ts'
import { EMPTY_BRONZE, lookAt, withDelivery } from './look.ts'
import type { Prepared } from './prepare.ts'
import { FORMAT, Versions } from './versions.ts'

export interface Preview {
  readonly plan: Plan
  /** What would become of each new or changed landing file. */
  readonly files: readonly FileOutcome[]
}

/** What a run would do now: new files are read (not written) and planned as if bronze had them. Touches nothing. */
export async function preview({ project, models }: Prepared, options: { fullRefresh: boolean }): Promise<Preview> {
  const versions = new Versions(project.warehouse)
  const current = await versions.current()
  const usable = current?.format === FORMAT ? current : undefined
  const manifest = usable && (await versions.manifest(usable.latest))
  const landing = localStore(project.landing)
  const lakeStore = localStore(project.lake)
  await using session = await duckdb.connect({ scratch: join(project.root, '.c360', 'tmp', 'spill') })
  const { state } = await readLake(openLake(lakeStore, session, project.contracts))
  const { fresh } = await observeLanding(landing, project, usable?.landing ?? {})
  const context = { landing, lake: lakeStore, runId: 'RUN', decisions: state.decisions.list }
  const sources: Record<string, BronzeTable> = { ...state.sources }
  const files: FileOutcome[] = []
  for (const file of fresh) {
    const { source } = file.contract
    const bronze = sources[source] ?? EMPTY_BRONZE
    const look = await lookAt(context, bronze, file)
    files.push(look.kind === 'new' ? look.file.outcome : look.outcome)
    if (look.kind === 'new') sources[source] = withDelivery(bronze, look.file)
  }
  const lake: LakeState = { ...state, sources }
  return { files, plan: plan({ project, models, dialect, lake, published: manifest, fullRefresh: options.fullRefresh }) }
}
