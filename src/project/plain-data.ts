import { isMap, isScalar, isSeq, type Node } from 'yaml'
import { type Place, reject, type Shape } from './shape.ts'

const MOST_VALUES = 2_000

/** Whatever the user wrote, as plain data; repeated aliases may not blow it up. */
export const plainData: Shape<unknown> = {
  schema: {},
  read: (node, at) => {
    const left = { values: MOST_VALUES }
    const data = plain(node, at, left)
    return left.values >= 0
      ? data
      : reject(at, 'too_many_aliases', `${at.label} stands for more than 2,000 values`)
  },
}

function plain(node: Node | undefined, at: Place, left: { values: number }): unknown {
  if (!node || --left.values < 0) return null
  if (isSeq(node)) return node.items.map((item) => plain(at.file.resolve(item as Node), at, left))
  if (isMap(node))
    return Object.fromEntries(at.file.entries(node).map(({ key, value }) => [key, plain(value, at, left)]))
  return isScalar(node) ? node.value : null
}
