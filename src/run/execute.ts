import type { Session } from '../engines/engine.ts'
import { C360Error, type Problem } from '../errors.ts'
import { type Certificate, certificateOf } from '../plan/certify.ts'
import type { Delivery, ModelStep, Plan, SourceStep, Step } from '../plan/types.ts'
import type { OnEvent } from './events.ts'
import { masked } from './masked.ts'
import type { DeliveryAccount, HeldLoad, LookupFound, Manifest } from './versions.ts'

export interface ExecuteContext {
  readonly session: Session
  /** Nobody reads what is being built: what the plan puts off until afterwards is done at once. */
  readonly isPrivate: boolean
  readonly onEvent: OnEvent
  readonly signal?: AbortSignal
  readonly boundary: (name: string) => Promise<void> | void
  /** Bronze's deliveries by source, for their paths. */
  readonly deliveries: (source: string) => readonly Delivery[]
}

export type Executed = Pick<Manifest, 'accounts' | 'held' | 'models' | 'conflicts' | 'lookups'>

/**
 * Does the plan's steps in order on a candidate. Every model is built and checked before a failure is raised
 * (NOT_CERTIFIED names all of them); rows that are not accounted for are a defect (INTERNAL).
 */
export async function executePlan(
  plan: Plan,
  previous: Executed | undefined,
  context: ExecuteContext,
): Promise<Executed> {
  const accounts = { ...previous?.accounts }
  const held = { ...previous?.held }
  const models = { ...previous?.models }
  for (const [index, step] of plan.steps.entries()) {
    const began = performance.now()
    const { name, kind, why } = step
    context.onEvent({ type: 'step', index: index + 1, of: plan.steps.length, name, kind, why })
    await context.session
      .execute(
        [...step.statements, ...(context.isPrivate ? (step.afterwards ?? []) : [])],
        context.signal ? { signal: context.signal } : {},
      )
      .catch((error: unknown) => {
        throw step.kind === 'model' ? modelFailure(step, error) : error
      })
    await context.boundary(`step.${kind}`)
    if (step.kind === 'source') {
      accounts[name] = await account(step, context)
      held[name] = await heldLoads(step, context)
    }
    if (step.kind === 'model') models[name] = await certify(step, context)
    if (step.kind === 'drop') for (const record of [accounts, held, models]) delete record[name]
    context.onEvent({
      type: 'step_done',
      index: index + 1,
      name,
      seconds: (performance.now() - began) / 1000,
    })
  }
  refuseUncertified(plan.steps, models)
  return {
    accounts,
    held,
    models,
    conflicts: await countConflicts(plan, context),
    lookups: await countLookups(plan, context),
  }
}

async function countLookups(
  { lookups }: Plan,
  { session, signal }: ExecuteContext,
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
  { session, signal }: ExecuteContext,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { relation, query } of plan.conflicts)
    counts[relation] = Number((await all(session, query, signal))[0]?.n ?? 0)
  return counts
}

async function account(
  step: SourceStep,
  { session, signal, deliveries }: ExecuteContext,
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
  { session, signal, deliveries }: ExecuteContext,
): Promise<HeldLoad[]> {
  const rows = await all(session, held, signal)
  return rows.map((row) => ({
    delivery: Number(row.delivery),
    path: deliveries(source).find(({ delivery }) => delivery === Number(row.delivery))?.path ?? '',
    wouldDelete: Number(row.would_delete),
    living: Number(row.living),
  }))
}

async function certify(
  step: ModelStep,
  { session, signal }: ExecuteContext,
): Promise<{ rows: number; certificate: Certificate }> {
  const certificate = certificateOf(await all(session, step.certify, signal))
  const counted = await all(session, step.count, signal)
  return { rows: Number(counted[0]?.n ?? 0), certificate }
}

/** The engine's own words about a model, at the line of the file they are about. */
export function modelFailure({ name, at }: ModelStep, error: unknown): unknown {
  if (!(error instanceof C360Error) || error.code !== 'SQL_FAILED') return error
  const [, line] = /\bLINE (\d+):/.exec(error.message) ?? []
  const problem: Problem = {
    code: 'model_sql',
    message: `${name}: ${masked(error.message)}`,
    file: at.file,
    line: at.line + Number(line ?? 1) - 1,
  }
  return new C360Error('PROJECT_INVALID', 'A model does not run:', { problems: [problem], cause: error })
}

function refuseUncertified(steps: readonly Step[], models: Executed['models']): void {
  const problems = steps.flatMap((step) => {
    const made = step.kind === 'model' ? models[step.name] : undefined
    if (!made || made.certificate.certified) return []
    return made.certificate.problems.map((problem) => ({
      ...problem,
      message: `${step.name}: ${problem.message}`,
    }))
  })
  if (problems.length === 0) return
  throw new C360Error('NOT_CERTIFIED', 'Not published: gold does not agree with the facts it comes from.', {
    problems,
  })
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
