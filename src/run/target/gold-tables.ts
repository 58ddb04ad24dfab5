import type { GoldTable } from '../../engines/engine.ts'
import type { GoldModel } from '../../model/gold-model.ts'
import { dimensions } from '../../model/semantic/dimensions.ts'
import { facts, things } from '../../model/semantic/facts.ts'
import type { Columns } from '../../sql/types.ts'

/**
 * What gold promises, as keys and indexes: the grain of a model tells its rows apart; ids in the shipped facts and dimensions refer
 * to dimensions, which have a row for every id that occurs; and what is filtered by is a day, an id or a word of a thing. In the order of `models`.
 */
export function goldTables(
  catalogue: readonly GoldModel[],
  models: readonly { readonly name: string; readonly columns: Columns }[],
): GoldTable[] {
  const parents = parentsOf(catalogue)
  return models.map(({ name, columns }) => {
    const model = catalogue.find((candidate) => candidate.name === name)
    const grain = spelled(model?.grain ?? [], columns)
    const known = new Set(columns.map(([column]) => column))
    const references = [...parents]
      .filter(
        ([column, table]) => model !== undefined && isStar(model) && table !== name && known.has(column),
      )
      .map(([column, table]) => ({ column, table }))
    return {
      name,
      columns,
      grain,
      references,
      indexed: filtersOf(name).filter((column) => known.has(column)),
    }
  })
}

/** Column names of front matter, as the SELECT spells them. */
const spelled = (names: readonly string[], columns: Columns): string[] =>
  names.map((name) => columns.find(([column]) => column.toLowerCase() === name.toLowerCase())?.[0] ?? name)

/** A model of the user's own promises nothing about its ids. */
const isStar = ({ name, file }: GoldModel): boolean => /^(dim|fact)_/.test(name) && file.startsWith('c360:')

/** Id column -> the dimension whose key it is. */
function parentsOf(catalogue: readonly GoldModel[]): ReadonlyMap<string, string> {
  const keys = Object.values(things).map(({ key }) => key)
  return new Map(
    catalogue
      .filter((model) => isStar(model) && model.name.startsWith('dim_') && model.grain.length === 1)
      .flatMap(({ name, grain: [key = ''] }) => (keys.includes(key) ? [[key, name] as const] : [])),
  )
}

/** A word with few values of its own is found by no index: only days of facts, and the words of the things they refer to. */
function filtersOf(model: string): string[] {
  const days = Object.values(facts).flatMap(({ table, tableDate, date }) =>
    table === model ? [tableDate ?? date ?? ''] : [],
  )
  const words = dimensions.flatMap(({ of }) =>
    of !== undefined && things[of.thing].table === model && things[of.thing].key !== of.column
      ? [of.column]
      : [],
  )
  return [...new Set([...days, ...words])].filter((column) => column !== '')
}
