import { entities, entityNamed } from '../model/entities.ts'
import type { Entity } from '../model/types.ts'
import { knownValue } from '../plan/conform.ts'
import { lookupJoins } from '../plan/lookup.ts'
import { relationOf } from '../plan/names.ts'
import type { Contract, Project } from '../project/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import { type Catalog, entityOf } from './catalog.ts'
import { keyOf } from './population.ts'
import type { Printer } from './print.ts'
import { pairsSql, type Target, tagName } from './tag.ts'

export interface OriginInput {
  readonly d: Dialect
  readonly project: Project
  readonly catalog: Catalog
  readonly printer: Printer
}

/** An entity whose rows a relation's rows are made from. */
export interface Origin {
  readonly entity: Entity
  /** Pairs of the relation's key columns and the entity's key (`_c360_0 ..`). */
  readonly pairs: string
  readonly key: readonly string[]
}

/** The entities behind the rows of a relation, as its own key tells them. */
export function originsOf({ catalog, printer }: OriginInput, relation: Target): readonly Origin[] {
  return entities.flatMap((entity) => {
    const path = `conformed.${relationOf[entity.name]}`
    const key = keyOf(catalog, path) ?? []
    const options = { catalog, printer, target: { path, key }, without: new Set<string>() }
    if (entityOf(relation.path) !== undefined && relation.path !== path) return []
    const pairs = pairsSql(options, relation.path, relation.key, relation.key)
    return pairs === undefined ? [] : [{ entity, pairs, key }]
  })
}

/** Query: the keys of the rows in `table` (columns of the relation) and, per silver row behind each: source, file, row and delivery. */
export function placesSql(
  { d, project }: OriginInput,
  relation: Target,
  origins: readonly Origin[],
  table: string,
): string | undefined {
  const keys = relation.key.map((name) => d.ident(name))
  const parts = origins.flatMap(({ entity, pairs, key }) => {
    const silver = silverRows(d, project, entity, key)
    if (silver === undefined) return []
    const on = key.map((name, i) => `s.${d.ident(name)} = p.${tagName(i)}`).join(' and ')
    const mine = keys.map((name) => `t.${name} = p.${name}`).join(' and ')
    return [
      `select distinct ${keys.map((name) => `p.${name}`).join(', ')}, s._source, s._source_file, s._row_number, s._delivery from (${pairs}) p join ${table} t on ${mine} join (${silver}) s on ${on}`,
    ]
  })
  return parts.length === 0 ? undefined : parts.join(' union all ')
}

function silverRows(
  d: Dialect,
  project: Project,
  entity: Entity,
  key: readonly string[],
): string | undefined {
  const parts = project.contracts
    .filter((contract) => contract.entity === entity.name)
    .map(
      (contract) =>
        `select ${key.map((name) => `${fieldSql(d, contract, name)} as ${d.ident(name)}`).join(', ')}, ${d.literal(contract.source)} as _source, _source_file, _row_number, _delivery from silver.${d.ident(contract.source)}${lookupJoins(d, project, contract)}`,
    )
  return parts.length === 0 ? undefined : parts.join(' union all ')
}

/** A field as the conformed relation has it, over a silver table and the joins of its lookups. */
export function fieldSql(d: Dialect, contract: Contract, name: string): string {
  if (name === 'source') return d.literal(contract.source)
  const entity = entityNamed(contract.entity)
  const field = entity.fields.find((known) => known.name === name)
  return (field && knownValue(d, entity, contract, field)) ?? 'null'
}
