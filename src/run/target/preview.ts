import type { Remote, Session } from '../../engines/engine.ts'
import { plan } from '../../plan/plan.ts'
import type { LakeState, Plan } from '../../plan/types.ts'
import type { FileOutcome } from '../events.ts'
import { awakened, observeLanding } from '../landing.ts'
import { EMPTY_BRONZE } from '../look.ts'
import type { Prepared } from '../prepare.ts'
import { lakeAhead } from '../preview.ts'
import { landingOf } from '../stores.ts'
import { type TakenTable, TargetFiles } from './files.ts'
import type { Reading } from './ingest.ts'
import { lookThere } from './look.ts'
import { modelsFor } from './models.ts'
import { type TargetManifest, TargetVersions, usableFor } from './state.ts'

export interface TargetPreview {
  readonly plan: Plan
  readonly files: readonly FileOutcome[]
  /** How each file that is new comes into bronze. */
  readonly copies: readonly { readonly path: string; readonly statements: readonly string[] }[]
  /** What passes through this program on the way to the engine, in words. */
  readonly rows: string
}

/**
 * What a run upon the target would do now. Nothing is written there or here; what bronze would hold of files that are new is
 * found by looking at them, which an engine that reads them itself does itself.
 */
export async function previewThere(
  prepared: Prepared,
  remote: Remote,
  options: { readonly fullRefresh: boolean; readonly signal?: AbortSignal },
): Promise<TargetPreview> {
  const models = await modelsFor(remote, prepared)
  await using session = await remote.connect(options.signal)
  const newest = await new TargetVersions(remote, session).published()
  const published = usableFor(remote, newest)
  const { lake, ...ahead } = await (remote.files
    ? filesAhead(prepared, remote, session, published, options.signal)
    : throughLake(prepared, remote, published))
  const { project } = prepared
  const { fullRefresh } = options
  return { ...ahead, plan: plan({ project, models, dialect: remote.dialect, lake, published, fullRefresh }) }
}

type Ahead = Omit<TargetPreview, 'plan'> & { readonly lake: LakeState }

async function throughLake(
  { project }: Prepared,
  { lakeUrl }: Remote,
  published: TargetManifest | undefined,
): Promise<Ahead> {
  const ahead = await lakeAhead(project, published?.landing ?? {})
  const rows =
    lakeUrl === undefined
      ? 'What the target lacks of bronze is sent to it through this program.'
      : 'Landing files are read by this program; what the target lacks of bronze the engine reads from the lake.'
  return { ...ahead, rows }
}

/** The engine looks at the files; only the first line of each, and counts, come here. */
async function filesAhead(
  prepared: Prepared,
  remote: Remote,
  session: Session,
  published: TargetManifest | undefined,
  signal?: AbortSignal,
): Promise<Ahead> {
  const { project } = prepared
  const sources: Record<string, TakenTable> = (await new TargetFiles(remote, session).readOnly()) ?? {}
  const landing = await observeLanding(landingOf(project), project, published?.landing ?? {})
  const context = lookingOnly(prepared, remote, session, signal)
  const files: FileOutcome[] = []
  const copies: { path: string; statements: string[] }[] = []
  for (const landed of [...landing.fresh, ...awakened(landing, sources, [])]) {
    const { source } = landed.contract
    const before = sources[source] ?? EMPTY_BRONZE
    const look = remote.files && (await lookThere(context, remote.files, before, landed))
    if (!look) continue
    if (look.kind === 'other') files.push(look.outcome)
    if (look.kind === 'other') continue
    const { file, fields, stretches, names, added, delivery, remarks } = look.file
    const { path, rows } = delivery
    const into = {
      table: remote.dialect.table('bronze', source),
      columns: names,
      delivery: delivery.delivery,
    }
    files.push({ source, path, outcome: 'delivered', delivery: delivery.delivery, rows, ...remarks })
    copies.push({
      path,
      statements: [
        remote.files?.bring(file, fields, stretches, { ...into, path, runId: 'RUN', loadedAt: 'RUN' }) ?? '',
      ],
    })
    sources[source] = {
      columns: [...before.columns, ...added],
      deliveries: [...before.deliveries, delivery],
    }
  }
  const lake = { sources, decisions: { list: [], urls: [] } }
  return {
    lake,
    files,
    copies,
    rows: 'The engine reads the landing files itself: no row passes through this program.',
  }
}

const lookingOnly = (
  prepared: Prepared,
  remote: Remote,
  session: Session,
  signal: AbortSignal | undefined,
): Reading => ({
  ...{ prepared, remote, session, runId: 'RUN', startedAt: 0 },
  options: signal ? { signal } : {},
  onEvent: () => undefined,
  boundary: () => undefined,
})
