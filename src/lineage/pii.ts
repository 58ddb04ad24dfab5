import { entityNamed } from '../model/entities.ts'
import type { EntityName, Pii } from '../model/types.ts'
import { relationOf } from '../plan/names.ts'
import { lookupsOf } from '../project/lookup.ts'
import type { Project } from '../project/types.ts'
import { type Catalog, entityOf } from './catalog.ts'
import { feeding } from './silver-columns.ts'
import { sourcesOf } from './trace.ts'

const CLASSES: readonly Pii[] = ['none', 'employee', 'indirect', 'direct']

/** The most personal of some classes. */
export const mostPersonal = (classes: readonly Pii[]): Pii =>
  classes.reduce((a, b) => (CLASSES.indexOf(b) > CLASSES.indexOf(a) ? b : a), 'none')

/**
 * How personal a column of gold, `conformed` or `rules` is: the most personal of what it hands on as a value. What only
 * decides, filters or is counted does not make a figure personal.
 */
export function piiOf(catalog: Catalog, project: Project, path: string, column: string): Pii {
  return classOf(catalog, project, path.toLowerCase(), column.toLowerCase(), new Map())
}

function classOf(
  catalog: Catalog,
  project: Project,
  path: string,
  column: string,
  known: Map<string, Pii>,
): Pii {
  if (entityOf(path) !== undefined) return conformedPii(project, path, column)
  const key = `${path}.${column}`
  const before = known.get(key)
  if (before !== undefined) return before
  const values = sourcesOf(catalog, path, column).filter(({ role }) => role === 'value')
  const pii = mostPersonal(
    values.map((source) => classOf(catalog, project, source.relation, source.column, known)),
  )
  known.set(key, pii)
  return pii
}

/** What the contracts say of the columns that fill it; without a source, what the model says of the field. */
function conformedPii(project: Project, path: string, column: string): Pii {
  const entity = entityOf(path)
  if (entity === undefined) return 'none'
  const field = entityNamed(entity).fields.find(({ name }) => name === column || `${name}_local` === column)
  if (!field) return 'none'
  const contracts = project.contracts.filter((contract) => contract.entity === entity)
  const own = contracts.flatMap((contract) => feeding(contract, field.name)).map(({ pii }) => pii)
  const found = contracts
    .flatMap(lookupsOf)
    .filter(({ lookup }) => lookup.fills === field.name)
    .map(({ lookup }) => idPii(project, lookup.entity))
  return own.length + found.length === 0 ? field.pii : mostPersonal([...own, ...found])
}

const idPii = (project: Project, entity: EntityName): Pii =>
  conformedPii(project, `conformed.${relationOf[entity]}`, entityNamed(entity).key[0] ?? '')
