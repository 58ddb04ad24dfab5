import { entities } from '../model/entities.ts'
import type { Entity, Field } from '../model/types.ts'
import { lookedUpIn } from '../project/lookup.ts'
import type { Contract, Project } from '../project/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import { castTo, greatestOf, joined } from '../sql/spelling.ts'
import { foundIds, lookupJoins } from './lookup.ts'
import { relationOf } from './names.ts'
import { nullOf, silverFields } from './stage.ts'

/** A relation that gold reads: its statements, and the sources whose change changes it. */
export interface Relation {
  /** For example `conformed.customers` or `rules.tiers`. */
  readonly name: string
  readonly statements: readonly string[]
  readonly sources: readonly string[]
  /** Relations it reads, all of them made before it: when one changes, so does it. */
  readonly reads?: readonly string[]
  /** Query: one row with the number of things whose sources contradict each other; only where there are several. */
  readonly conflicts?: string
}

/** One view per entity: every source of it in canonical columns, an empty relation where there is none. */
export function conformedRelations(d: Dialect, project: Project): Relation[] {
  return entities.map((entity) => {
    const contracts = project.contracts.filter((contract) => contract.entity === entity.name)
    const parents = [
      ...contracts.flatMap(lookedUpIn),
      ...(usesStoreZones(project, entity) ? (['store'] as const) : []),
    ]
    const name = relationOf[entity.name]
    return {
      name: `conformed.${name}`,
      statements: d.viewAs(d.table('conformed', name), conformed(d, project, entity, contracts)),
      sources: contracts.map(({ source }) => source),
      reads: [...new Set(parents)].map((parent) => `conformed.${relationOf[parent]}`),
      ...(isMerged(entity, contracts) ? { conflicts: conflictCount(d, project, entity, contracts) } : {}),
    }
  })
}

function conformed(d: Dialect, project: Project, entity: Entity, contracts: readonly Contract[]): string {
  if (contracts.length === 0) return withLocalTimes(d, project, entity, emptyRelation(d, entity))
  const parts = contracts.map((contract) => sourceSelect(d, project, entity, contract))
  const whole =
    entity.kind === 'master' && parts.length > 1 ? merged(d, entity, parts) : parts.join(' union all ')
  return withLocalTimes(d, project, entity, whole)
}

const emptyRelation = (d: Dialect, entity: Entity): string =>
  `select ${[...entity.fields.map((field) => typedNull(d, field)), `${nullOf(d, 'text')} as source`, 'cast(null as integer) as precedence'].join(', ')} where 1 = 0`

const typedNull = (d: Dialect, { name, type }: Field): string => `${nullOf(d, type)} as ${d.ident(name)}`

function sourceSelect(d: Dialect, project: Project, entity: Entity, contract: Contract): string {
  const given = new Set(silverFields(contract))
  const columns = entity.fields.map((field) => {
    const known = knownValue(d, entity, contract, field)
    if (known !== undefined) return `${known} as ${d.ident(field.name)}`
    if (isMadeId(entity, field)) return `${madeId(d, contract)} as ${d.ident(field.name)}`
    if (entity.name === 'transaction' && field.name === 'order_id')
      return `${given.has('transaction_id') ? 'transaction_id' : madeId(d, contract)} as order_id`
    return typedNull(d, field)
  })
  const source = `${castTo(d, d.literal(contract.source), 'text')} as source`
  return `select ${[...columns, source, `${contract.precedence} as precedence`].join(', ')} from ${d.table('silver', contract.source)}${lookupJoins(d, project, contract)}`
}

/**
 * A field as the conformed relation has it, over a silver table and the joins of its lookups: the id where there is one,
 * else the first that a value leads to. Undefined when the source does not fill it.
 */
export function knownValue(d: Dialect, entity: Entity, contract: Contract, field: Field): string | undefined {
  const found = foundIds(contract, field.name)
  const own = silverFields(contract).includes(field.name) ? [scoped(d, entity, contract, field)] : []
  const values = [...own, ...found]
  return values.length > 1 ? `coalesce(${values.join(', ')})` : values[0]
}

/** Ids of another id space than `main` carry its name, so that they never meet the main ones by accident. */
function scoped(d: Dialect, entity: Entity, contract: Contract, field: Field): string {
  const name = d.ident(field.name)
  if (field.name === 'order_id' && entity.name === 'transaction') {
    const own = silverFields(contract).includes('transaction_id') ? 'transaction_id' : madeId(d, contract)
    return `coalesce(${name}, ${own})`
  }
  const isKey = entity.kind === 'master' && entity.key.includes(field.name)
  const spaced = contract.idSpace !== 'main' && (isKey || field.references !== undefined)
  return spaced ? joined(d, [d.literal(`${contract.idSpace}:`), name]) : name
}

/** Events whose source has no single column for their id: order lines, or rows without any key. */
export const isMadeId = (entity: Entity, { name }: Pick<Field, 'name'>): boolean =>
  entity.kind === 'event' && entity.key.length === 1 && entity.key[0] === name

const asText = (d: Dialect, x: string): string => castTo(d, x, 'text')

/** An id made of the contract's key, escaped so that no two keys make the same; without a key, of delivery and row. */
export function madeId(d: Dialect, contract: Contract): string {
  const parts = contract.key.map((field) => {
    const text = asText(d, d.ident(field))
    return contract.key.length === 1 ? text : `replace(replace(${text}, '~', '~0'), '/', '~1')`
  })
  const whole = parts.length > 0 ? parts : [asText(d, '_delivery'), asText(d, '_row_number')]
  return joined(
    d,
    whole.flatMap((part, place) => (place === 0 ? [part] : [d.literal('/'), part])),
  )
}

/** Several sources of one thing: field by field the first value that is not NULL, lowest precedence number first. */
function merged(d: Dialect, entity: Entity, parts: readonly string[]): string {
  const key = entity.key.map(d.ident).join(', ')
  const fields = entity.fields
    .filter(({ name }) => !entity.key.includes(name))
    .map(({ name, type }) => {
      const choices = parts.map((_, place) =>
        greatestOf(d, `case when place = ${place + 1} then ${d.ident(name)} end`, type),
      )
      return `coalesce(${choices.join(', ')}) as ${d.ident(name)}`
    })
  const ranked = `select *, row_number() over (partition by ${key} order by precedence, source) as place from (${parts.join(' union all ')}) p`
  return `select ${[key, ...fields, 'min(case when place = 1 then source end) as source', 'min(precedence) as precedence'].join(', ')} from (${ranked}) r group by ${key}`
}

const isMerged = (entity: Entity, contracts: readonly Contract[]): boolean =>
  entity.kind === 'master' && contracts.length > 1

/** Keys for which some field has more than one value among the sources. */
function conflictCount(d: Dialect, project: Project, entity: Entity, contracts: readonly Contract[]): string {
  const key = entity.key.map(d.ident).join(', ')
  const differing = entity.fields
    .filter(({ name }) => !entity.key.includes(name))
    .map(({ name }) => `count(distinct ${d.ident(name)}) > 1`)
  const parts = contracts.map((contract) => sourceSelect(d, project, entity, contract)).join(' union all ')
  return `select count(*) as n from (select ${key} from (${parts}) x group by ${key} having ${differing.join(' or ')}) y`
}

const usesStoreZones = (project: Project, entity: Entity): boolean =>
  entity.fields.some(({ name }) => name === 'store_id') &&
  entity.name !== 'store' &&
  project.contracts.some(
    (contract) => contract.entity === 'store' && silverFields(contract).includes('time_zone'),
  )

/** Adds `<field>_local` for every timestamp: wall clock in the store's zone where known, else in the project's. */
function withLocalTimes(d: Dialect, project: Project, entity: Entity, from: string): string {
  const zoned = usesStoreZones(project, entity)
  const locals = entity.fields
    .filter(({ type }) => type === 'timestamp')
    .map(({ name }) => {
      const x = `e.${d.ident(name)}`
      const home = d.localTime(x, d.literal(project.timeZone))
      const local = zoned
        ? `case when s.time_zone is null then ${home} else ${d.localTime(x, 's.time_zone')} end`
        : home
      return `${local} as ${d.ident(`${name}_local`)}`
    })
  const columns = [...entity.fields.map(({ name }) => `e.${d.ident(name)}`), ...locals, 'e.source']
  const join = zoned ? ` left join ${d.table('conformed', 'stores')} s on s.store_id = e.store_id` : ''
  return `select ${columns.join(', ')} from (${from}) e${join}`
}
