import { asNode, type SqlNode } from '../../sql/walk.ts'
import { quoted } from './scope.ts'
import type { Expression, Item } from './types.ts'

/** The equalities an ON consists of, joined by AND, between the new item and the ones before. */
export function equalities(
  node: SqlNode,
  alias: string,
  bind: (node: SqlNode) => Expression,
): Item['keys'][number][] {
  if (node.kind === 'paren' || node.kind === 'and') {
    const parts = node.kind === 'and' ? [node.fields.left, node.fields.right] : [node.fields.this]
    return parts.flatMap((part) => {
      const inner = asNode(part)
      return inner ? equalities(inner, alias, bind) : []
    })
  }
  const sides = [asNode(node.fields.left), asNode(node.fields.right)]
  if (node.kind !== 'eq' || !sides[0] || !sides[1]) return []
  const [a, b] = [bind(sides[0]), bind(sides[1])]
  const isOwn = ({ items }: Expression) => items.size === 1 && items.has(alias)
  const isOther = ({ items }: Expression) => items.size > 0 && !items.has(alias)
  if (isOwn(a) && isOther(b)) return [{ own: a, other: b }]
  return isOwn(b) && isOther(a) ? [{ own: b, other: a }] : []
}

const WORDS: Readonly<Record<Item['join'], string>> = {
  first: '',
  inner: 'join',
  left: 'left join',
  right: 'right join',
  full: 'full join',
  cross: 'cross join',
  semi: 'semi join',
}

/** FROM as text; `relation` may stand in for each item's own. */
export function fromText(
  items: readonly Item[],
  relation: (item: Item) => string = ({ relation: { sql } }) => sql,
): string {
  return items
    .map((item) =>
      `${WORDS[item.join]} ${relation(item)} as ${quoted(item.alias)}${item.on ? ` on ${item.on.sql}` : ''}`.trim(),
    )
    .join(' ')
}
