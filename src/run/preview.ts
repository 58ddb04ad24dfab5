import { dialect } from '../engines/duckdb/dialect.ts'
import { copyToBronze } from '../plan/bronze.ts'
import { plan } from '../plan/plan.ts'
import type { BronzeTable, LakeState, Plan } from '../plan/types.ts'
import type { Project } from '../project/types.ts'
import { readCopySql, readDirectSql } from '../sources/formats.ts'
import type { FileOutcome } from './events.ts'
import { openLake, readLake } from './lake-state.ts'
import { awakened, observeLanding } from './landing.ts'
import { EMPTY_BRONZE, lookAt, type NewFile, withDelivery } from './look.ts'
import type { Prepared } from './prepare.ts'
import { lakeOf, landingOf, readingLake, warehouseOf } from './stores.ts'
import { type Current, FORMAT, Versions } from './versions.ts'
import { connectTo } from './work.ts'

export interface Preview {
  readonly plan: Plan
  /** What would become of each new or changed landing file. */
  readonly files: readonly FileOutcome[]
  /** How each file that is new comes into bronze. */
  readonly copies: readonly { readonly path: string; readonly statements: readonly string[] }[]
}

/** What a run would do now: new files are read (not written) and planned as if bronze had them. Touches nothing. */
export async function preview(
  { project, models }: Prepared,
  options: { fullRefresh: boolean },
): Promise<Preview> {
  const versions = new Versions(warehouseOf(project))
  const current = await versions.current()
  const usable = current?.format === FORMAT ? current : undefined
  const manifest = usable && (await versions.manifest(usable.latest))
  const { lake, files, copies } = await lakeAhead(project, usable?.landing ?? {})
  const { fullRefresh } = options
  return { files, copies, plan: plan({ project, models, dialect, lake, published: manifest, fullRefresh }) }
}

/** What the lake would hold after the new files came; `known` is what was seen of landing before. */
export async function lakeAhead(
  project: Project,
  known: Current['landing'],
): Promise<Omit<Preview, 'plan'> & { readonly lake: LakeState }> {
  const landing = landingOf(project)
  const lakeStore = lakeOf(project)
  await using engine = await connectTo(project)
  const session = readingLake(engine, project)
  const { state } = await readLake(openLake(lakeStore, session, project.contracts))
  const observed = await observeLanding(landing, project, known)
  const fresh = [...observed.fresh, ...awakened(observed, state.sources, state.decisions.list)]
  const context = {
    landing,
    lake: lakeStore,
    runId: 'RUN',
    decisions: state.decisions.list,
    onEvent: () => undefined,
  }
  const sources: Record<string, BronzeTable> = { ...state.sources }
  const files: FileOutcome[] = []
  const copies: { path: string; statements: readonly string[] }[] = []
  for (const file of fresh) {
    const { source } = file.contract
    const bronze = sources[source] ?? EMPTY_BRONZE
    const look = await lookAt(context, bronze, file)
    await landing.release(file.entry.path)
    files.push(look.kind === 'new' ? look.file.outcome : look.outcome)
    if (look.kind !== 'new') continue
    sources[source] = withDelivery(bronze, look.file)
    copies.push({
      path: file.entry.path,
      statements: copyStatements(landing.file(file.entry.path), look.file),
    })
  }
  return { lake: { ...state, sources }, files, copies }
}

/** As the run does it; a file that cannot be read as it lies is read from the canonical copy that the run makes first. */
function copyStatements(path: string, { landed, scan, names, delivery }: NewFile): readonly string[] {
  const { format } = landed.contract
  const direct = readDirectSql(path, format, names, scan)
  const copy = () => readCopySql(`${path}.canonical`, format, names, { longest: 0, quotedNewlines: true })
  return copyToBronze(dialect, {
    from: direct ?? copy(),
    route: direct === undefined ? 'copy' : 'direct',
    names,
    delivery,
    loadedAt: 'RUN',
    to: delivery.urls[0] ?? '',
  })
}
