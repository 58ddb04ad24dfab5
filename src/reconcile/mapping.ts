import type { Problem } from '../errors.ts'
import type { GoldModel } from '../model/gold-model.ts'
import { didYouMean, snakeCase } from '../project/words.ts'
import type { LegacyView } from './bind.ts'
import type { Settings } from './settings.ts'
import type { Column } from './tsql/types.ts'
import { isNumber } from './tsql/values.ts'

/** A gold table's columns with their types, as the published version has them. */
export type GoldColumns = ReadonlyMap<string, ReadonlyMap<string, string>>

export interface Pair {
  readonly legacy: Column
  readonly certified: string
  /** DuckDB's type of the certified column. */
  readonly type: string
}

/** Which columns of the view stand for which of the model. */
export interface Mapping {
  readonly model: GoldModel
  readonly pairs: readonly Pair[]
  /** What is wanted as key, best first; the first one that is unique in the model is taken. */
  readonly keys: readonly (readonly Pair[])[]
  readonly assumed: readonly string[]
}

/** Finds the model and pairs the columns: by the settings, and else by name. */
export function mapView(
  view: LegacyView,
  settings: Settings,
  catalogue: readonly GoldModel[],
  gold: GoldColumns,
  file: string,
): Mapping | readonly Problem[] {
  const models = catalogue.filter(({ name }) => gold.has(name))
  const problem = problemAt(file, view)
  const unknown = settingsProblems(view, settings, models, problem)
  if (unknown.length > 0) return unknown
  const model = models.find(({ name }) => name === settings.model) ?? guessModel(view, settings, models, gold)
  if (!model)
    return [
      problem(
        'no gold model has columns like those of the view',
        'begin the file with /* reconcile: model: NAME */',
      ),
    ]
  const columns = gold.get(model.name) ?? new Map()
  const wrong = Object.values(settings.columns).filter((name) => !columns.has(name))
  if (wrong.length > 0)
    return wrong.map((name) =>
      problem(`\`${model.name}\` has no column \`${name}\``, didYouMean(name, [...columns.keys()])),
    )
  const pairs = pairColumns(view.columns, settings, columns)
  const keys = keyCandidates(model, pairs, settings, view)
  if (keys.length === 0)
    return [
      problem(
        `nothing in the view tells rows of \`${model.name}\` apart`,
        'name the columns: /* reconcile: key: [..] */',
      ),
    ]
  return { model, pairs, keys, assumed: assumptions(settings, model, pairs) }
}

const problemAt =
  (file: string, view: LegacyView) =>
  (message: string, hint?: string): Problem => ({
    code: 'legacy_settings',
    message,
    file,
    line: view.settings?.line ?? 1,
    ...(hint === undefined ? {} : { hint }),
  })

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

function settingsProblems(
  view: LegacyView,
  settings: Settings,
  models: readonly GoldModel[],
  problem: ReturnType<typeof problemAt>,
): Problem[] {
  const names = models.map(({ name }) => name)
  const columns = view.columns.map(({ name }) => name)
  const said = [...Object.keys(settings.columns), ...settings.key, ...Object.keys(settings.values)]
  const lacking = said.filter((name) => !columns.some((column) => same(column, name)))
  return [
    ...(settings.model !== undefined && !names.includes(settings.model)
      ? [problem(`there is no gold model \`${settings.model}\``, didYouMean(settings.model, names))]
      : []),
    ...lacking.map((name) => problem(`the view has no column \`${name}\``, didYouMean(name, columns))),
  ]
}

const joined = (name: string): string => snakeCase(name).replaceAll('_', '')

/** The same name wins; else the model that shares most columns, its grain among them. */
function guessModel(
  view: LegacyView,
  settings: Settings,
  models: readonly GoldModel[],
  gold: GoldColumns,
): GoldModel | undefined {
  const bare = joined(view.name.replace(/^(view|vw|v)(?=[_A-Z])_?/i, ''))
  const scored = models.map((model) => {
    const pairs = pairColumns(view.columns, settings, gold.get(model.name) ?? new Map())
    const grain = model.grain.filter((name) => pairs.some(({ certified }) => certified === name)).length
    const named = joined(model.name) === bare ? 1000 : 0
    const unused = model.columns.length - pairs.length
    return {
      model,
      score:
        pairs.length === 0 || (grain === 0 && named === 0)
          ? 0
          : named + 2 * pairs.length + grain - unused / 100,
    }
  })
  const best = scored.reduce<(typeof scored)[number] | undefined>(
    (a, b) => (a && a.score >= b.score ? a : b),
    undefined,
  )
  return best && best.score > 0 ? best.model : undefined
}

function pairColumns(
  columns: readonly Column[],
  settings: Settings,
  certified: ReadonlyMap<string, string>,
): Pair[] {
  const taken = new Set<string>()
  return columns.flatMap((legacy) => {
    const said = Object.entries(settings.columns).find(([name]) => same(name, legacy.name))?.[1]
    const wanted = [said, snakeCase(legacy.name), joined(legacy.name), legacy.origin?.field]
    const name =
      said ??
      [...certified.keys()].find(
        (candidate) =>
          !taken.has(candidate) &&
          wanted.some(
            (word) => word === candidate || (word !== undefined && joined(candidate) === joined(word)),
          ),
      )
    if (name === undefined || taken.has(name)) return []
    taken.add(name)
    return [{ legacy, certified: name, type: certified.get(name) ?? 'VARCHAR' }]
  })
}

const NUMERIC = /^(DECIMAL|(U?(TINY|SMALL|BIG|HUGE))?INT|INTEGER|HUGEINT|DOUBLE|FLOAT|REAL)/

/** A number on both sides can be added up and subtracted. */
export const isMeasure = ({ legacy, type }: Pair): boolean => isNumber(legacy.type) && NUMERIC.test(type)

function keyCandidates(
  model: GoldModel,
  pairs: readonly Pair[],
  settings: Settings,
  view: LegacyView,
): Pair[][] {
  if (settings.key.length > 0) {
    const key = settings.key.flatMap((name) => pairs.filter(({ legacy }) => same(legacy.name, name)))
    return key.length === settings.key.length && view.columns.length > 0 ? [key] : []
  }
  const ofGrain = model.grain.flatMap((name) => pairs.filter(({ certified }) => certified === name))
  if (ofGrain.length === model.grain.length) return [ofGrain]
  const measures = new Set(model.reconciles.map(({ measure }) => measure))
  const rest = pairs.filter(
    (pair) => !measures.has(pair.certified) && !/^(DECIMAL|DOUBLE|FLOAT)/.test(pair.type),
  )
  return rest.length > 0 ? [rest] : []
}

function assumptions(settings: Settings, model: GoldModel, pairs: readonly Pair[]): string[] {
  const said = Object.keys(settings.columns).map((name) => name.toLowerCase())
  const guessed = pairs.filter(({ legacy }) => !said.includes(legacy.name.toLowerCase()))
  return [
    ...(settings.model === undefined
      ? [`compared with ${model.name}, whose columns are most like the view's`]
      : []),
    ...(guessed.length > 0
      ? [
          `columns paired by name: ${guessed.map(({ legacy, certified }) => `${legacy.name} = ${certified}`).join(', ')}`,
        ]
      : []),
  ]
}
