import { readFileSync } from 'node:fs'
import { dialect } from '../engines/duckdb/dialect.ts'
import { relations } from '../plan/relations.ts'
import { heldReferences, parentsOf } from '../plan/stage.ts'
import type { PlannedModel } from '../plan/types.ts'
import { stableHash } from '../project/hash.ts'
import type { Project } from '../project/types.ts'
import { FORMAT, type Manifest } from './versions.ts'

const program = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/**
 * For every table to export, a hash of all its content is a function of: deliveries, decisions and contracts of the sources
 * behind it, and the definitions in between, as the manifest has them. Equal hashes, equal tables; a full refresh that
 * changed nothing exports nothing.
 */
export function signatures(
  project: Project,
  models: readonly PlannedModel[],
  { builtFrom }: Manifest,
): ReadonlyMap<string, string> {
  const closure = closureOf(project, models)
  const hash = (table: string, { sources, relations: read, models: own }: Behind): string =>
    stableHash([
      program,
      FORMAT,
      table,
      [...sources].sort().map((name) => [name, builtFrom.sources[name] ?? null]),
      [...read].sort().map((name) => [name, builtFrom.relations[name] ?? null]),
      [...own].sort().map((name) => [name, builtFrom.models[name] ?? null]),
    ])
  const found = new Map<string, string>()
  if (project.lakeExport.includes('silver'))
    for (const source of Object.keys(builtFrom.sources))
      found.set(`silver/${source}`, hash(`silver/${source}`, closure.source(source)))
  if (project.lakeExport.includes('gold'))
    for (const model of Object.keys(builtFrom.models))
      found.set(`gold/${model}`, hash(`gold/${model}`, closure.model(model)))
  return found
}

/** Everything a table is made from, however far back. */
interface Behind {
  readonly sources: Set<string>
  readonly relations: Set<string>
  readonly models: Set<string>
}

function closureOf(project: Project, models: readonly PlannedModel[]) {
  const contracts = new Map(project.contracts.map((contract) => [contract.source, contract]))
  const byName = new Map(relations(dialect, project).map((relation) => [relation.name, relation]))
  const modelNamed = new Map(models.map((model) => [model.name.toLowerCase(), model]))
  const nothing = (): Behind => ({ sources: new Set(), relations: new Set(), models: new Set() })

  const addSource = (name: string, behind: Behind): Behind => {
    const contract = contracts.get(name)
    if (behind.sources.has(name)) return behind
    behind.sources.add(name)
    for (const column of contract ? heldReferences(project, contract) : [])
      for (const parent of contract ? parentsOf(project, contract, column) : [])
        addSource(parent.source, behind)
    return behind
  }
  const addRelation = (name: string, behind: Behind): void => {
    if (behind.relations.has(name)) return
    behind.relations.add(name)
    for (const source of byName.get(name)?.sources ?? []) addSource(source, behind)
    for (const read of byName.get(name)?.reads ?? []) addRelation(read, behind)
  }
  const addModel = (name: string, behind: Behind): Behind => {
    const model = modelNamed.get(name.toLowerCase())
    const known = model?.name ?? name
    if (behind.models.has(known)) return behind
    behind.models.add(known)
    for (const { schema, name: read } of model?.reads ?? [])
      if (schema === undefined) addModel(read, behind)
      else addRelation(`${schema}.${read}`.toLowerCase(), behind)
    return behind
  }
  return {
    source: (name: string) => addSource(name, nothing()),
    model: (name: string) => addModel(name, nothing()),
  }
}
