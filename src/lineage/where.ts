import { C360Error, type Problem } from '../errors.ts'
import type { GoldModel } from '../model/gold-model.ts'
import { didYouMean } from '../project/words.ts'
import { parseExpression } from '../sql/parse.ts'
import { notPortable } from '../sql/portable.ts'
import { nameOf, walk } from '../sql/walk.ts'

const OVER_ROWS: ReadonlySet<string> = new Set([
  'select',
  'union',
  'intersect',
  'except',
  'exists',
  'sum',
  'count',
  'min',
  'max',
  'window_function',
])

/**
 * Checks what a person gave as a condition on a model's rows: one predicate of the portable subset over columns of the
 * model, without queries or aggregates. USAGE carries everything that is wrong with it.
 */
export async function checkWhere(model: GoldModel, where: string): Promise<void> {
  const problems = await whereProblems(model, where)
  if (problems.length > 0)
    throw new C360Error('USAGE', '--where cannot be used:', {
      problems,
      hint: `It is a condition on the columns of ${model.name}, for example --where "${model.grain[0]} = '1'".`,
    })
}

async function whereProblems(model: GoldModel, where: string): Promise<Problem[]> {
  const parsed = await parseExpression(where)
  if (!parsed.ok) return [{ code: 'where', message: parsed.message }]
  const problems: Problem[] = notPortable(parsed.query).map(({ message, hint }) => ({
    code: 'where',
    message,
    ...(hint === undefined ? {} : { hint }),
  }))
  const names = model.columns.map(({ name }) => name)
  walk({ [parsed.query.kind]: parsed.query.fields }, ({ kind, fields }) => {
    if (OVER_ROWS.has(kind))
      problems.push({
        code: 'where',
        message: `it must look at one row: no ${kind.replaceAll('_', ' ')} in it`,
      })
    if (kind === 'column') problems.push(...columnProblems(model, names, fields))
  })
  return problems
}

function columnProblems(
  model: GoldModel,
  names: readonly string[],
  fields: Readonly<Record<string, unknown>>,
): Problem[] {
  const [name, table] = [nameOf(fields.name) ?? '', nameOf(fields.table)]
  const known = names.some((column) => column.toLowerCase() === name.toLowerCase())
  if (known && (table === undefined || table.toLowerCase() === model.name.toLowerCase())) return []
  const hint = didYouMean(name, names)
  return [
    {
      code: 'where',
      message: `${model.name} has no column \`${table === undefined ? '' : `${table}.`}${name}\``,
      ...(hint === undefined ? {} : { hint }),
    },
  ]
}
