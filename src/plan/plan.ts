import { stableHash } from '../project/hash.ts'
import type { Relation } from './conform.ts'
import { lookupCounts } from './lookup.ts'
import { relations as relationsOf } from './relations.ts'
import { besideSilver, decisionsTable } from './silver.ts'
import { planSources } from './sources.ts'
import { silverHash } from './stage.ts'
import type { BuiltFrom, Plan, PlanInput, PlannedModel, Step } from './types.ts'

/**
 * Project x what bronze holds x what was published -> what has to be done, in order, with the SQL of each step.
 * Pure: the same input gives the same plan, and nothing is touched. No steps = nothing changed.
 */
export function plan(input: PlanInput): Plan {
  const base = input.fullRefresh ? undefined : input.published
  const sources = planSources(input, base)
  const touched = new Set(sources.steps.map(({ name }) => name))
  const relations = planRelations(input, base?.builtFrom, touched)
  const models = planModels(input, base?.builtFrom, relations.changed)
  const work: Step[] = [...sources.steps, ...sources.drops, ...relations.steps, ...models.steps]
  return {
    base: base?.version,
    steps: work.length === 0 ? [] : [prepare(input, base !== undefined), ...work],
    conflicts: relations.conflicts,
    lookups: lookupCounts(input.dialect, input.project),
    builtFrom: { sources: sources.builtFrom, relations: relations.hashes, models: models.hashes },
  }
}

/**
 * True when contracts, rules and models are those a version was built from. With no new deliveries
 * or decisions this says that there is nothing to do, without a look into the lake.
 */
export function definitionsUnchanged(
  { project, models, dialect }: Pick<PlanInput, 'project' | 'models' | 'dialect'>,
  builtFrom: BuiltFrom,
): boolean {
  const contracts = Object.fromEntries(
    project.contracts.map((contract) => [contract.source, silverHash(project, contract)]),
  )
  const before = Object.fromEntries(
    Object.entries(builtFrom.sources).map(([source, { contract }]) => [source, contract]),
  )
  const relations = relationsOf(dialect, project)
  return (
    stableHash(contracts) === stableHash(before) &&
    stableHash(hashesOf(relations)) === stableHash(builtFrom.relations) &&
    stableHash(Object.fromEntries(models.map(({ name, hash }) => [name, hash]))) ===
      stableHash(builtFrom.models)
  )
}

const hashesOf = (relations: readonly Relation[]): Record<string, string> =>
  Object.fromEntries(relations.map(({ name, statements }) => [name, stableHash(statements)]))

/** What a warehouse that is built anew may still hold beside silver, of sources that are gone, goes first. */
function prepare({ dialect, lake }: PlanInput, goesOn: boolean): Step {
  const decided = lake.decisions.urls.length > 0
  return {
    kind: 'prepare',
    name: 'schemas',
    why: ['every run'],
    statements: [
      ...dialect.createSchemas(),
      ...besideSilver.map(({ name, columns }) => dialect.createTable(dialect.table('silver', name), columns)),
      ...(goesOn ? [] : besideSilver.map(({ name }) => `delete from ${dialect.table('silver', name)}`)),
      ...(decided ? decisionsTable(dialect, lake.decisions.urls) : []),
    ],
  }
}

/** Relations whose definition changed are made anew; those whose sources or parents changed count as changed. */
function planRelations(
  { project, dialect }: PlanInput,
  base: BuiltFrom | undefined,
  touched: ReadonlySet<string>,
) {
  const relations = relationsOf(dialect, project)
  const hashes = hashesOf(relations)
  const changed = new Map<string, string>()
  const steps: Step[] = []
  for (const relation of relations) {
    const redefined = base?.relations[relation.name] !== hashes[relation.name]
    const source = relation.sources.find((name) => touched.has(name))
    const parent = relation.reads?.find((name) => changed.has(name))
    if (redefined) changed.set(relation.name, base ? `${relation.name} changed` : 'first build')
    else if (source !== undefined) changed.set(relation.name, `new rows in ${source}`)
    else if (parent !== undefined) changed.set(relation.name, changed.get(parent) ?? '')
    const stored = relation.name.startsWith('rules.')
    if (redefined || (stored && changed.has(relation.name)))
      steps.push({
        kind: 'relation',
        name: relation.name,
        why: [changed.get(relation.name) ?? ''],
        statements: relation.statements,
      })
  }
  const conflicts = relations.flatMap(({ name, conflicts: query }) =>
    query === undefined ? [] : [{ relation: name, query }],
  )
  return { steps, hashes, changed, conflicts }
}

function planModels(
  { models, dialect }: PlanInput,
  base: BuiltFrom | undefined,
  relations: ReadonlyMap<string, string>,
) {
  const changed = new Map(relations)
  const hashes: Record<string, string> = {}
  const steps: Step[] = []
  for (const model of models) {
    hashes[model.name] = model.hash
    const why = whyModel(model, base, changed)
    if (why.length === 0) continue
    const read = new Set(model.reads.map(pathOf))
    const needs = steps.map(({ name }) => name).filter((name) => read.has(name.toLowerCase()))
    changed.set(model.name.toLowerCase(), `${model.name} changed`)
    steps.push({
      kind: 'model',
      name: model.name,
      why,
      needs,
      statements: dialect.tableAs(dialect.table('gold', model.name), model.sql),
      certify: model.certify,
      at: model.at,
    })
  }
  const gone = Object.keys(base?.models ?? {}).filter((name) => !(name in hashes))
  const drops: Step[] = gone.map((name) => ({
    kind: 'drop',
    name,
    why: ['its file is gone'],
    statements: [],
    afterwards: [dialect.dropTable(dialect.table('gold', name))],
  }))
  return { steps: [...drops, ...steps], hashes }
}

/** `dim_stores`, `conformed.stores`; names do not differ by case. */
const pathOf = ({ schema, name }: PlannedModel['reads'][number]): string =>
  (schema === undefined ? name : `${schema}.${name}`).toLowerCase()

function whyModel(
  model: PlannedModel,
  base: BuiltFrom | undefined,
  changed: ReadonlyMap<string, string>,
): string[] {
  if (!base) return ['first build']
  if (!(model.name in base.models)) return ['new model']
  const parents = model.reads.flatMap((read) => {
    const reason = changed.get(pathOf(read))
    return reason === undefined ? [] : [reason]
  })
  return [...(base.models[model.name] === model.hash ? [] : ['the model changed']), ...new Set(parents)]
}
