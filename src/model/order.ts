import type { Problem } from '../errors.ts'
import { nearest } from '../project/words.ts'
import type { TableRead } from '../sql/reads.ts'
import type { GoldModel } from './gold-model.ts'

export interface OrderedModels {
  /** Every model after the ones it reads or reconciles with; empty when there are problems. */
  readonly models: readonly GoldModel[]
  readonly problems: readonly Problem[]
}

/** Front matter of a shipped model says `c360:` where a user's names a path. */
const isShipped = ({ file }: GoldModel): boolean => file.startsWith('c360:')

/**
 * Brings models into an order in which they can be built. `externals` are the relations that are there before:
 * `conformed.customers`, `rules.tiers`; `failed` names models that did not compile, so that reading one is not a second
 * problem. Same names, unknown tables and circles are problems.
 */
export function orderModels(
  models: readonly GoldModel[],
  externals: readonly string[],
  failed: readonly string[] = [],
): OrderedModels {
  const byName = new Map<string, GoldModel>()
  const problems: Problem[] = []
  for (const model of [...models.filter(isShipped), ...models.filter((model) => !isShipped(model))]) {
    const other = byName.get(model.name.toLowerCase())
    if (other) problems.push(taken(model, other))
    else byName.set(model.name.toLowerCase(), model)
  }
  const known = [...[...byName.values()].map(({ name }) => name), ...failed, ...externals]
  for (const model of byName.values()) problems.push(...unknownTables(model, known))
  const ordered = sort([...byName.values()], byName, problems)
  return { models: problems.length === 0 ? ordered : [], problems }
}

const taken = (model: GoldModel, other: GoldModel): Problem => ({
  code: 'model_duplicate',
  message: isShipped(other)
    ? `\`${model.name}\` is a model that comes with c360`
    : `\`${model.name}\` is also in ${other.file}`,
  hint: 'rename the file',
  file: model.file,
  line: 1,
})

/** What must be there before a model can be built and checked, once each. */
function dependencies(model: GoldModel): TableRead[] {
  const reconciled = model.reconciles.flatMap(({ terms }) => terms.flatMap(({ relations }) => relations))
  const byPath = new Map<string, TableRead>()
  for (const read of [...model.reads, ...reconciled]) {
    const path = pathOf(read).toLowerCase()
    if (!byPath.has(path)) byPath.set(path, read)
  }
  return [...byPath.values()]
}

const isGold = ({ schema }: TableRead): boolean => schema === undefined || schema.toLowerCase() === 'gold'

/** `dim_stores`, `conformed.stores`. */
const pathOf = (read: TableRead): string => (isGold(read) ? read.name : `${read.schema}.${read.name}`)

function unknownTables(model: GoldModel, known: readonly string[]): Problem[] {
  const names = new Set(known.map((name) => name.toLowerCase()))
  const missing = dependencies(model).filter((read) => !names.has(pathOf(read).toLowerCase()))
  return missing.map((read) => {
    const near = nearest(pathOf(read), known)
    const hint = near
      ? `did you mean \`${near}\`?`
      : 'a model reads other models, `conformed.` and `rules.` relations'
    return {
      code: 'model_unknown_table',
      message: `there is no table \`${pathOf(read)}\``,
      hint,
      file: model.file,
      line: read.line,
    }
  })
}

function sort(
  models: readonly GoldModel[],
  byName: ReadonlyMap<string, GoldModel>,
  problems: Problem[],
): GoldModel[] {
  const done = new Set<GoldModel>()
  const visit = (model: GoldModel, path: readonly GoldModel[]): void => {
    if (done.has(model)) return
    for (const read of dependencies(model).filter(isGold)) {
      const parent = byName.get(read.name.toLowerCase())
      const start = parent ? [...path, model].indexOf(parent) : -1
      if (parent && start >= 0) problems.push(circle([...path, model].slice(start), model, read))
      else if (parent) visit(parent, [...path, model])
    }
    done.add(model)
  }
  for (const model of models) visit(model, [])
  return [...done]
}

const circle = (path: readonly GoldModel[], model: GoldModel, read: TableRead): Problem => ({
  code: 'model_cycle',
  message: `the models read each other in a circle: ${[...path, path[0]].map((step) => step?.name).join(' -> ')}`,
  hint: 'move what both need into a third model',
  file: model.file,
  line: read.line,
})
