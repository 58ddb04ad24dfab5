import { asNode, type SqlNode } from '../sql/walk.ts'
import type { Catalog } from './catalog.ts'
import {
  type Derived,
  isSetOperation,
  namesOf,
  openSelect,
  outputsOf,
  resolve,
  same,
  sidesOf,
} from './scope.ts'

/**
 * The column of `target` that a column of a relation hands on unchanged (but for its name and a cast); undefined when
 * something is done to it on the way.
 */
export function plainColumn(
  catalog: Catalog,
  path: string,
  column: string,
  target: string,
): string | undefined {
  if (path === target) return catalog.columns(path)?.find((name) => same(name, column))
  const entry = catalog.models.get(path)
  return entry && plainIn(catalog, { query: entry.query, ctes: new Map() }, column, target)
}

function plainIn(catalog: Catalog, derived: Derived, column: string, target: string): string | undefined {
  const { query, ctes } = derived
  if (isSetOperation(query)) {
    const place = namesOf(catalog, derived).findIndex((name) => same(name, column))
    const found = sidesOf(query, ctes).flatMap((side) => {
      const own = plainIn(catalog, side, namesOf(catalog, side)[place] ?? '', target)
      return own === undefined ? [] : [own]
    })
    return found.every((name) => name === found[0]) ? found[0] : undefined
  }
  const select = openSelect(query, ctes)
  const output = outputsOf(catalog, select).find(({ name }) => same(name, column))
  const node = output && bareColumn(output.expression)
  const found = node && resolve(catalog, select, node)
  if (!found) return undefined
  return found.item.kind === 'query'
    ? plainIn(catalog, found.item, found.column, target)
    : plainColumn(catalog, found.item.path, found.column, target)
}

function bareColumn(expression: unknown): SqlNode | undefined {
  const node = asNode(expression)
  if (node?.kind === 'cast' || node?.kind === 'paren') return bareColumn(node.fields.this)
  return node?.kind === 'column' ? node : undefined
}
