import type { Remote } from '../../engines/engine.ts'
import { C360Error, type Problem } from '../../errors.ts'
import { relationColumns } from '../../plan/relation-columns.ts'
import type { PlannedModel } from '../../plan/types.ts'
import { stableHash } from '../../project/hash.ts'
import type { Layer } from '../../sql/dialect.ts'
import { parseQuery } from '../../sql/parse.ts'
import type { PrintedQuery } from '../../sql/print.ts'
import type { Columns } from '../../sql/types.ts'

/**
 * Models and certificates in the words of a target's engine; they come in dependency order, because the columns of one are
 * what the next is printed from. What cannot be said there is a Problem at the model's line.
 */
export async function modelsFor(remote: Remote, models: readonly PlannedModel[]): Promise<PlannedModel[]> {
  const known = new Map<string, Columns>(relationColumns)
  const done: PlannedModel[] = []
  const problems: Problem[] = []
  for (const model of models) {
    try {
      const { sql, columns } = await printed(remote, model.sql, known)
      known.set(`gold.${model.name}`.toLowerCase(), columns)
      const { sql: certify } = await printed(remote, model.certify, known)
      done.push({ ...model, sql, certify, hash: stableHash([model.hash, sql, certify]) })
    } catch (error) {
      if (!(error instanceof C360Error)) throw error
      const { file, line } = model.at
      problems.push({ code: 'not_portable', message: `${model.name}: ${error.message}`, file, line })
    }
  }
  if (problems.length > 0)
    throw new C360Error('PROJECT_INVALID', `${remote.where} cannot run these models:`, { problems })
  return done
}

async function printed(
  remote: Remote,
  sql: string,
  known: ReadonlyMap<string, Columns>,
): Promise<PrintedQuery> {
  const parsed = await parseQuery(sql)
  if (!parsed.ok) throw new C360Error('SQL_FAILED', parsed.message)
  return remote.print(
    parsed.query,
    (name, schema = 'gold') => remote.dialect.table(schema.toLowerCase() as Layer, name),
    (name, schema = 'gold') => known.get(`${schema}.${name}`.toLowerCase()),
  )
}
