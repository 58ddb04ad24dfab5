import { duckdb } from '../engines/duckdb/index.ts'
import type { Problem } from '../errors.ts'
import { plan } from '../plan/plan.ts'
import { modelProblem } from './execute.ts'
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
    const statements = step.kind === 'model' ? [...step.statements, step.certify] : step.statements
    try {
      await session.execute(statements)
    } catch (error) {
      const problem = step.kind === 'model' ? modelProblem(step, error) : undefined
      if (!problem) throw error
      if (!dependsOn(problem, problems)) problems.push(problem)
    }
  }
  return problems
}

/** A missing table that is itself a failing model is no second mistake. */
const dependsOn = ({ message }: Problem, before: readonly Problem[]): boolean =>
  before.some((earlier) => message.includes(`name ${earlier.message.split(':', 1)[0]} does not exist`))
