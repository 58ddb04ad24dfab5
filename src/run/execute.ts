import type { Session } from '../engines/engine.ts'
import { C360Error, type Problem } from '../errors.ts'
import { type Certificate, certificateOf } from '../plan/certify.ts'
import type { Delivery, ModelStep, Plan, SourceStep, Step } from '../plan/types.ts'
import type { OnEvent } from './events.ts'
import { checksProblem, doesNotRun, type Masking, modelProblem, refuseUncertified } from './model-problems.ts'
import { sideBySide } from './side-by-side.ts'
import type { DeliveryAccount, HeldLoad, LookupFound, Manifest } from './versions.ts'

export interface ExecuteContext {
  /** At least one; independent steps are done side by side, each on one of them. */
  readonly sessions: readonly [Session, ...Session[]]
  /** Models that one session builds at a time; absent = 1. */
  readonly atOnce?: number
  /** Nobody reads what is being built: what the plan puts off until afterwards is done at once. */
  readonly isPrivate: boolean
  readonly onEvent: OnEvent
  /** For the engine's words about a model. */
  readonly masking: Masking
  readonly signal?: AbortSignal
  readonly boundary: (name: string) => Promise<void> | void
  /** Bronze's deliveries by source, for their paths. */
  readonly deliveries: (source: string) => readonly Delivery[]
}

export type Executed = Pick<Manifest, 'accounts' | 'held' | 'models' | 'conflicts' | 'lookups'>

/**
 * Does the plan's steps: kind after kind, and within a kind as many at a time as there are sessions. Every model is built and
 * checked before a failure is raised (PROJECT_INVALID names all that do not run, NOT_CERTIFIED all that disagree); in a session
 * that is one transaction the first that does not run ends it. Rows that are not accounted for are a defect (INTERNAL).
 */
export async function executePlan(
  plan: Plan,
  previous: Executed | undefined,
  context: ExecuteContext,
): Promise<Executed> {
  const numbered = plan.steps.map((step, i) => ({ step, index: i + 1, of: plan.steps.length }))
  const done: Done[] = []
  for (const tasks of byKind(numbered)) done.push(...(await doAll(tasks, context)))
  const made = afterAll(previous, done)
  refuseUncertified(plan.steps, made.models)
  return {
    ...made,
    conflicts: await countConflicts(plan, context),
    lookups: await countLookups(plan, context),
  }
}

interface Numbered {
  readonly step: Step
  readonly index: number
  readonly of: number
}

/** What a step has to say for the manifest. */
interface Done {
  readonly step: Step
  readonly accounts?: DeliveryAccount[]
  readonly held?: HeldLoad[]
  readonly model?: Executed['models'][string]
  /** Of a model that does not run: why. Of one that needs such a model: nothing. */
  readonly broken?: readonly Problem[]
}

/** Steps of one kind stand together in a plan. */
function byKind(steps: readonly Numbered[]): Numbered[][] {
  const groups: Numbered[][] = []
  for (const numbered of steps) {
    const group = groups.at(-1)
    if (group?.[0]?.step.kind === numbered.step.kind) group.push(numbered)
    else groups.push([numbered])
  }
  return groups
}

async function doAll(steps: readonly Numbered[], context: ExecuteContext): Promise<Done[]> {
  const workers = workersFor(steps, context)
  const tasks = steps.map((numbered, i) => {
    const { step } = numbered
    const { name } = step
    const before = steps[i - 1] ? [steps[i - 1]?.step.name ?? ''] : []
    const rows = step.kind === 'source' ? rowsOf(context.deliveries(name)) : 0
    return { ...numbered, name, needs: 'needs' in step ? step.needs : before, weight: rows + 1 }
  })
  const broken = new Set<string>()
  const done = await sideBySide(tasks, workers, async (task, session): Promise<Done> => {
    const isLost = task.needs.some((name) => broken.has(name))
    const made = isLost ? { step: task.step, broken: [] } : await doStep(task, { ...context, session })
    if (made.broken) broken.add(task.name)
    return made
  })
  refuseBroken(done)
  return done
}

/** Models share nothing but what is there already; other steps share tables, and scratch. */
const workersFor = ([first]: readonly Numbered[], { sessions, atOnce = 1 }: ExecuteContext): Session[] =>
  sessions.flatMap((session) => Array<Session>(first?.step.kind === 'model' ? atOnce : 1).fill(session))

const rowsOf = (deliveries: readonly Delivery[]): number =>
  deliveries.reduce((sum, { rows }) => sum + rows, 0)

/** All models that do not run, in the order of the plan, whichever was tried first. */
function refuseBroken(done: readonly Done[]): void {
  const problems = done.flatMap(({ broken = [] }) => broken)
  if (problems.length > 0) throw doesNotRun(problems)
}

/** What one step works with. */
interface StepContext extends ExecuteContext {
  readonly session: Session
}

async function doStep({ step, index, of }: Numbered, context: StepContext): Promise<Done> {
  const began = performance.now()
  const { name, kind, why } = step
  const { onEvent, signal } = context
  onEvent({ type: 'step', index, of, name, kind, why })
  const statements = [...step.statements, ...(context.isPrivate ? (step.afterwards ?? []) : [])]
  // Search path and scratch tables are a session's own.
  const sessions = kind === 'prepare' ? context.sessions : [context.session]
  try {
    for (const session of sessions) await session.execute(statements, signal ? { signal } : {})
  } catch (error) {
    const problem = step.kind === 'model' ? modelProblem(step, error, context.masking) : undefined
    return { step, ...broken(problem, error, context) }
  }
  await context.boundary(`step.${kind}`)
  const told = await findings(step, context)
  if (!told.broken) onEvent({ type: 'step_done', index, name, seconds: (performance.now() - began) / 1000 })
  return { step, ...told }
}

/** A model that does not run is a finding, so that others are tried as well; any other failure ends the run. */
function broken(
  problem: Problem | undefined,
  error: unknown,
  { session }: StepContext,
): Required<Pick<Done, 'broken'>> {
  if (!problem) throw error
  // The failure has ended the transaction, and what came next would fail for that alone.
  if (session.transact) throw doesNotRun([problem])
  return { broken: [problem] }
}

async function findings(step: Step, context: StepContext): Promise<Omit<Done, 'step'>> {
  switch (step.kind) {
    case 'source':
      return { accounts: await account(step, context), held: await heldLoads(step, context) }
    case 'model':
      return certified(step, context)
    default:
      return {}
  }
}

function afterAll(previous: Executed | undefined, done: readonly Done[]) {
  const accounts = { ...previous?.accounts }
  const held = { ...previous?.held }
  const models = { ...previous?.models }
  for (const { step, ...made } of done) {
    if (step.kind === 'drop') for (const record of [accounts, held, models]) delete record[step.name]
    if (made.accounts) accounts[step.name] = made.accounts
    if (made.held) held[step.name] = made.held
    if (made.model) models[step.name] = made.model
  }
  return { accounts, held, models }
}

async function countLookups(
  { lookups }: Plan,
  { sessions: [session], signal }: ExecuteContext,
): Promise<Record<string, LookupFound[]>> {
  const found: Record<string, LookupFound[]> = {}
  for (const { source, field, lookup, query } of lookups) {
    const [row = {}] = await all(session, query, signal)
    const counts = {
      matched: Number(row.matched),
      unmatched: Number(row.unmatched),
      ambiguous: Number(row.ambiguous),
    }
    const { entity, by } = lookup
    found[source] = [...(found[source] ?? []), { field, entity, by, ...counts }]
  }
  return found
}

async function countConflicts(
  plan: Plan,
  { sessions: [session], signal }: ExecuteContext,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { relation, query } of plan.conflicts)
    counts[relation] = Number((await all(session, query, signal))[0]?.n ?? 0)
  return counts
}

async function account(
  step: SourceStep,
  { session, signal, deliveries }: StepContext,
): Promise<DeliveryAccount[]> {
  const rows = await all(session, step.accounting, signal)
  const paths = new Map(deliveries(step.name).map(({ delivery, path }) => [delivery, path]))
  const lost = rows.find((row) => Number(row.accounted) !== 1)
  if (lost)
    throw new C360Error(
      'INTERNAL',
      `${step.name}: the fates of delivery ${lost.delivery} (${paths.get(Number(lost.delivery))}) do not account for its ${lost.rows} rows exactly once each: kept ${lost.kept}, superseded ${lost.superseded}, quarantined ${lost.quarantined}, dismissed ${lost.dismissed}, deleted ${lost.deleted}.`,
    )
  return rows.map((row) => ({
    delivery: Number(row.delivery),
    path: paths.get(Number(row.delivery)) ?? '',
    rows: Number(row.rows),
    kept: Number(row.kept),
    superseded: Number(row.superseded),
    quarantined: Number(row.quarantined),
    dismissed: Number(row.dismissed),
    deleted: Number(row.deleted),
  }))
}

async function heldLoads(
  { name: source, held }: SourceStep,
  { session, signal, deliveries }: StepContext,
): Promise<HeldLoad[]> {
  const rows = held === undefined ? [] : await all(session, held, signal)
  return rows.map((row) => ({
    delivery: Number(row.delivery),
    path: deliveries(source).find(({ delivery }) => delivery === Number(row.delivery))?.path ?? '',
    wouldDelete: Number(row.would_delete),
    living: Number(row.living),
  }))
}

async function certified(step: ModelStep, context: StepContext): Promise<Omit<Done, 'step'>> {
  try {
    return { model: await certify(step, context) }
  } catch (error) {
    return broken(checksProblem(step, error, context.masking), error, context)
  }
}

async function certify(
  step: ModelStep,
  { session, signal }: StepContext,
): Promise<{ rows: number; certificate: Certificate }> {
  const [row] = await all(session, step.certify, signal)
  return { rows: Number(row?.row_count ?? 0), certificate: certificateOf(row) }
}

/** A query's rows as objects; for small results. */
export async function all(
  session: Pick<Session, 'stream'>,
  sql: string,
  signal?: AbortSignal,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for await (const batch of session.stream(sql, signal)) {
    for (let r = 0; r < batch.rows; r++) {
      rows.push(Object.fromEntries(batch.names.map((name, c) => [name, batch.columns[c]?.[r]])))
    }
  }
  return rows
}
