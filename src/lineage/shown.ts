import { parseExpression } from '../sql/parse.ts'
import { nameOf, walk } from '../sql/walk.ts'
import type { Catalog } from './catalog.ts'
import type { Population } from './population.ts'
import { sourcesOf } from './trace.ts'

/**
 * The columns of a relation that a person needs to check a figure: its key, what is added up, what the population asks
 * for, and the columns that those are decided by where the relation has them (`status` beside `is_sale`).
 */
export async function shownColumns(catalog: Catalog, { target, terms }: Population): Promise<string[]> {
  const texts = terms.flatMap(({ expressions, where }) => [
    ...expressions,
    ...(where === undefined ? [] : [where]),
  ])
  const named = (await Promise.all(texts.map(columnsIn))).flat()
  const known = catalog.columns(target.path) ?? []
  const deciding = named
    .filter((name) => !target.key.includes(name))
    .flatMap((name) => sourcesOf(catalog, target.path, name))
    .filter(({ role }) => role === 'condition')
    .map(({ column }) => column)
  return [...new Set([...target.key, ...named, ...deciding])].filter((name) => known.includes(name))
}

async function columnsIn(sql: string): Promise<string[]> {
  const parsed = await parseExpression(sql)
  const names: string[] = []
  if (parsed.ok)
    walk({ [parsed.query.kind]: parsed.query.fields }, ({ kind, fields }) => {
      const name = kind === 'column' ? nameOf(fields.name) : undefined
      if (name !== undefined) names.push(name.toLowerCase())
    })
  return names
}
