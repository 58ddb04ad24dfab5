import { entities } from '../model/entities.ts'
import type { GoldModel } from '../model/gold-model.ts'
import type { EntityName } from '../model/types.ts'
import { relationOf } from '../plan/names.ts'
import { parseQuery } from '../sql/parse.ts'
import { outputColumns } from '../sql/reads.ts'
import type { SqlNode } from '../sql/walk.ts'

/**
 * What lineage knows of the warehouse's relations, by path in lower case: `fact_transactions` (a gold model),
 * `conformed.transactions`, `rules.tiers`.
 */
export interface Catalog {
  readonly models: ReadonlyMap<string, CatalogModel>
  /** Columns of a relation in order; undefined for one that is not there. */
  columns(path: string): readonly string[] | undefined
}

export interface CatalogModel {
  readonly model: GoldModel
  readonly query: SqlNode
}

/** `conformed.transactions` -> the entity it holds. */
export const entityOf = (path: string): EntityName | undefined =>
  (Object.entries(relationOf) as [EntityName, string][]).find(([, name]) => path === `conformed.${name}`)?.[0]

/** Parses every model; `rules` gives the SELECT of each `rules.` table. Models that were compiled always parse. */
export async function makeCatalog(
  models: readonly GoldModel[],
  rules: Readonly<Record<string, string>>,
): Promise<Catalog> {
  const byName = new Map<string, CatalogModel>()
  const columns = new Map<string, readonly string[]>()
  for (const model of models) {
    const parsed = await parseQuery(model.sql)
    if (!parsed.ok) continue
    byName.set(model.name.toLowerCase(), { model, query: parsed.query })
    columns.set(
      model.name.toLowerCase(),
      model.columns.map(({ name }) => name),
    )
  }
  for (const [path, sql] of Object.entries(rules)) {
    const parsed = await parseQuery(sql)
    if (parsed.ok)
      columns.set(
        path,
        outputColumns(parsed.query).flatMap((name) => (name === undefined ? [] : [name])),
      )
  }
  for (const { name, fields } of entities) {
    const local = fields.filter(({ type }) => type === 'timestamp').map((field) => `${field.name}_local`)
    columns.set(`conformed.${relationOf[name]}`, [...fields.map((field) => field.name), ...local, 'source'])
  }
  return { models: byName, columns: (path) => columns.get(path.toLowerCase()) }
}

/** The SELECT of each rules table, from the statements that make them. */
export const ruleQueries = (
  relations: readonly { readonly name: string; readonly statements: readonly string[] }[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    relations
      .filter(({ name }) => name.startsWith('rules.'))
      .map(({ name, statements }) => [
        name,
        (statements[0] ?? '').replace(/^create or replace table \S+ as /, ''),
      ]),
  )
