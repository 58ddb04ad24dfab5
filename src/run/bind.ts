import { duckdb } from '../engines/duckdb/index.ts'
import type { Session } from '../engines/engine.ts'
import type { Problem } from '../errors.ts'
import { plan } from '../plan/plan.ts'
import type { Step } from '../plan/types.ts'
import { masked } from './masked.ts'
import { checksProblem, modelProblem } from './model-problems.ts'
import type { Prepared } from './prepare.ts'

/**
 * A second judge of the user's own models: the engine itself builds and certifies every model over sources without
 * rows, in memory. It knows columns and types, which the parser does not. Every failing model is a Problem;
 * a model that reads a failing one is not judged.
 */
export async function bindModels({ project, models }: Prepared): Promise<Problem[]> {
  if (project.models.length === 0) return []
  const lake = { sources: {}, decisions: { list: [], urls: [] } }
  const { steps } = plan({
    project,
    models,
    dialect: duckdb.dialect,
    lake,
    published: undefined,
    fullRefresh: true,
  })
  await using session = await duckdb.connect({})
  const problems: Problem[] = []
  for (const step of steps) {
    const problem = await refusal(session, step)
    if (problem && !dependsOn(problem, problems)) problems.push(problem)
  }
  return problems
}

async function refusal(session: Session, step: Step): Promise<Problem | undefined> {
  let problemOf = modelProblem
  try {
    await session.execute(step.statements)
    if (step.kind !== 'model') return undefined
    problemOf = checksProblem
    await session.execute([step.certify])
    return undefined
  } catch (error) {
    const problem = step.kind === 'model' ? problemOf(step, error, masked) : undefined
    if (!problem) throw error
    return problem
  }
}

/** A missing table that is itself a failing model is no second mistake. */
const dependsOn = ({ message }: Problem, before: readonly Problem[]): boolean =>
  before.some((earlier) => message.includes(`name ${earlier.message.split(':', 1)[0]} does not exist`))
