import { C360Error } from '../../src/errors.ts'
import type { RunEvent } from '../../src/run/events.ts'
import type { RunResult } from '../../src/run/run.ts'
import type { RunOptions } from '../../src/run/work.ts'

/** A model of the project's own, with a row for each customer. */
const customerModel = (name: string, select: string, ...checks: string[]): string =>
  [
    `/* ${name}`,
    'description: Reads names as numbers',
    'grain: [n]',
    'reconciles: { rows: count(dim_customers) }',
    'columns: { n: A number }',
    ...checks,
    '*/',
    select,
    '',
  ].join('\n')

/** Models that every engine prints and none can run, and one that needs such a model. */
export const brokenModels = {
  a_broken: customerModel('a_broken', 'select cast(name as bigint) as n from dim_customers'),
  b_needs: customerModel('b_needs', 'select n from a_broken'),
  c_broken: customerModel('c_broken', 'select cast(name as bigint) + 1 as n from dim_customers'),
  d_checks: customerModel(
    'd_checks',
    'select name as n from dim_customers',
    'checks: [{ name: whole, expect: cast(n as bigint) > 0 }]',
  ),
}

/** What a run says that must fail: in all, of which models, in which words; and which models it tried. */
export async function failed(work: (options: RunOptions) => Promise<RunResult>) {
  const tried: string[] = []
  const onEvent = (event: RunEvent) => {
    if (event.type === 'step' && event.kind === 'model') tried.push(event.name)
  }
  const error: unknown = await work({ onEvent }).catch((thrown: unknown) => thrown)
  if (!(error instanceof C360Error)) throw new Error('It ran.', { cause: error })
  const { code, message, problems = [] } = error
  const said = problems.map((problem) => problem.message)
  return { code, message, problems: said.map((one) => one.split(':', 1)[0]), said, tried: tried.sort() }
}
