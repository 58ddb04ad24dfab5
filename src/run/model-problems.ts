import { C360Error, type Problem } from '../errors.ts'
import type { Certificate } from '../plan/certify.ts'
import type { ModelStep, Step } from '../plan/types.ts'

/** The engine's own words about a model, at the line of the file they are about; undefined where it is not about the model. */
export function modelProblem({ name, at }: ModelStep, error: unknown, masking: Masking): Problem | undefined {
  if (!isRefused(error)) return undefined
  const [, line] = /\bLINE (\d+):/.exec(error.message) ?? []
  return {
    code: 'model_sql',
    message: `${name}: ${masking(error.message)}`,
    file: at.file,
    line: at.line + Number(line ?? 1) - 1,
  }
}

/** Of the query that a model's front matter makes, which begins the file. */
export const checksProblem = (
  { name, at: { file } }: ModelStep,
  error: unknown,
  masking: Masking,
): Problem | undefined =>
  isRefused(error)
    ? {
        code: 'model_sql',
        message: `${name}: its checks do not run: ${masking(error.message)}`,
        file,
        line: 1,
      }
    : undefined

/** What an engine says of a failure -> what of it may be kept: no value of a row. */
export type Masking = (message: string) => string

const isRefused = (error: unknown): error is C360Error =>
  error instanceof C360Error && error.code === 'SQL_FAILED'

export const doesNotRun = (problems: readonly Problem[]): C360Error =>
  new C360Error('PROJECT_INVALID', problems.length === 1 ? 'A model does not run:' : 'Models do not run:', {
    problems,
  })

export function refuseUncertified(
  steps: readonly Step[],
  models: Readonly<Record<string, { readonly certificate: Certificate }>>,
): void {
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
