import type { Remote } from '../../engines/engine.ts'
import { C360Error, type Problem } from '../../errors.ts'
import { relationColumns } from '../../plan/relation-columns.ts'
import type { PlannedModel } from '../../plan/types.ts'
import { stableHash } from '../../project/hash.ts'
import type { Layer } from '../../sql/dialect.ts'
import { overrideFor, overrideSql } from '../../sql/overrides.ts'
import type { TableName } from '../../sql/print.ts'
import type { Columns } from '../../sql/types.ts'
import type { SqlNode } from '../../sql/walk.ts'
import type { Prepared } from '../prepare.ts'
import { columnsOf, parsed, typesIn } from './gold-types.ts'

/** A model in a target's words, and the columns it makes. */
export interface TargetModel extends PlannedModel {
  readonly columns: Columns
}

/**
 * Models and certificates in the words of a target's engine; they come in dependency order, because the columns of one are
 * what the next is printed from. What cannot be said there is a Problem at the model's line; one that reads such a model is not judged.
 */
export async function modelsFor(
  remote: Remote,
  { models, overrides }: Pick<Prepared, 'models' | 'overrides'>,
): Promise<TargetModel[]> {
  const known = new Map<string, Columns>(relationColumns)
  const done: TargetModel[] = []
  const problems: Problem[] = []
  const lost = new Set<string>()
  for (const model of models) {
    if (model.reads.some(({ schema, name }) => schema === undefined && lost.has(name.toLowerCase()))) {
      lost.add(model.name.toLowerCase())
      continue
    }
    try {
      const own = overrideFor(overrides, model.name, remote.engine)
      const query = await parsed(model.sql)
      const columns = columnsOf(query, known)
      const sql = own ? overrideSql(own, tableOf(remote)) : inWordsOf(remote, query, known)
      known.set(`gold.${model.name}`.toLowerCase(), columns)
      const certify = inWordsOf(remote, await parsed(model.certify), known)
      done.push({ ...model, sql, certify, columns, hash: stableHash([model.hash, sql, certify]) })
    } catch (error) {
      if (!(error instanceof C360Error)) throw error
      lost.add(model.name.toLowerCase())
      const { file, line } = model.at
      problems.push({ code: 'not_portable', message: `${model.name}: ${error.message}`, file, line })
    }
  }
  if (problems.length > 0)
    throw new C360Error('PROJECT_INVALID', `${remote.where} cannot run these models:`, { problems })
  return done
}

const inWordsOf = (remote: Remote, query: SqlNode, known: ReadonlyMap<string, Columns>): string =>
  remote.print(query, tableOf(remote), typesIn(known)).sql

const tableOf =
  ({ dialect }: Remote): TableName =>
  (name, schema = 'gold') =>
    dialect.table(schema.toLowerCase() as Layer, name)
