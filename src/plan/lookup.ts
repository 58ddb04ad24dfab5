import { entityNamed } from '../model/entities.ts'
import { lookupsOf } from '../project/lookup.ts'
import type { Contract, Lookup, Project } from '../project/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import { relationOf } from './names.ts'
import { silverFields } from './stage.ts'

/** What a run counts of one column that refers by a value. */
export interface LookupCount {
  readonly source: string
  /** The silver column with the value. */
  readonly field: string
  readonly lookup: Lookup
  /** Query: one row with `matched`, `unmatched` and `ambiguous`, the rows with a value and without an id. */
  readonly query: string
}

const found = (place: number) => ({ value: `_value${place}`, id: `_id${place}`, things: `_things${place}` })

/**
 * Per value the id of the one thing that has it, NULL where several do: one row per value, so that a join with it never
 * makes two rows of one. Things of another id space are others.
 */
function idsByValue(
  d: Dialect,
  project: Project,
  contract: Contract,
  { entity, by }: Lookup,
  place: number,
): string {
  const parents = project.contracts.filter(
    (parent) => parent.entity === entity && parent.idSpace === contract.idSpace,
  )
  const key = d.ident(entityNamed(entity).key[0] ?? '')
  const { value, id, things } = found(place)
  const among =
    parents.length === 0
      ? '1 = 0'
      : d.isIn(
          'source',
          parents.map(({ source }) => source),
        )
  return [
    `select ${d.lower(d.ident(by))} as ${value}, case when count(distinct ${key}) = 1 then min(${key}) end as ${id}, count(distinct ${key}) as ${things}`,
    `from ${d.table('conformed', relationOf[entity])} where ${d.ident(by)} is not null and ${among} group by ${d.lower(d.ident(by))}`,
  ].join(' ')
}

function joinOf(d: Dialect, project: Project, contract: Contract, place: number): string {
  const { field, lookup } = lookupsOf(contract)[place] ?? {}
  if (field === undefined || !lookup) return ''
  const ids = idsByValue(d, project, contract, lookup, place)
  return ` left join (${ids}) l${place} on ${found(place).value} = ${d.lower(d.ident(field))}`
}

/** Joins, over a row of the source, of what fills its references; every column they add begins with `_`. */
export const lookupJoins = (d: Dialect, project: Project, contract: Contract): string =>
  lookupsOf(contract)
    .map(({ lookup }, place) => (lookup.fills === undefined ? '' : joinOf(d, project, contract, place)))
    .join('')

/** The ids that those joins find for a reference, in the order of the contract. */
export const foundIds = (contract: Contract, reference: string): string[] =>
  lookupsOf(contract).flatMap(({ lookup }, place) => (lookup.fills === reference ? [found(place).id] : []))

/** How many rows each value column of the project found a thing for. Rows that have an id need none. */
export const lookupCounts = (d: Dialect, project: Project): LookupCount[] =>
  project.contracts.flatMap((contract) =>
    lookupsOf(contract).map(({ field, lookup }, place) => {
      const { things } = found(place)
      const count = (when: string) => `coalesce(sum(case when ${when} then 1 else 0 end), 0)`
      const ids = silverFields(contract).filter((name) => name === lookup.fills)
      const asked = [`${d.ident(field)} is not null`, ...ids.map((id) => `${d.ident(id)} is null`)]
      const query = [
        `select ${count(`${things} = 1`)} as matched, ${count(`coalesce(${things}, 0) = 0`)} as unmatched, ${count(`${things} > 1`)} as ambiguous`,
        `from ${d.table('silver', contract.source)}${joinOf(d, project, contract, place)} where ${asked.join(' and ')}`,
      ].join(' ')
      return { source: contract.source, field, lookup, query }
    }),
  )
