import type { LineageGraph } from '../../api-types.ts'

export type LineageNode = LineageGraph['nodes'][number]

export interface Place {
  readonly node: LineageNode
  readonly column: number
  readonly x: number
  readonly y: number
}

export interface Layout {
  readonly places: ReadonlyMap<string, Place>
  /** Ids column by column, top to bottom: the order the keyboard moves in. */
  readonly columns: readonly (readonly string[])[]
  readonly width: number
  readonly height: number
}

export const box = { width: 178, height: 24 } as const
const gap = { x: 44, y: 7, top: 26 } as const
const sweeps = 6

/**
 * Tables from left to right: each stands one column after the furthest it is made from, so that every link goes right.
 * Within a column tables are moved towards those they are linked with, which leaves few crossings.
 */
export const layoutOf = ({ nodes, edges }: LineageGraph): Layout => {
  const into = linked(edges, 'to', 'from')
  const outOf = linked(edges, 'from', 'to')
  const columns = inColumns(nodes, into)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isForward = sweep % 2 === 0
    order(isForward ? columns : columns.toReversed(), isForward ? into : outOf)
  }
  const tallest = Math.max(1, ...columns.map(({ length }) => length))
  const height = gap.top + tallest * (box.height + gap.y)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const places = new Map<string, Place>()
  columns.forEach((ids, column) => {
    const top = gap.top + ((tallest - ids.length) * (box.height + gap.y)) / 2
    ids.forEach((id, row) => {
      const node = byId.get(id)
      if (node)
        places.set(id, { node, column, x: column * (box.width + gap.x), y: top + row * (box.height + gap.y) })
    })
  })
  return { places, columns, width: columns.length * (box.width + gap.x) - gap.x, height }
}

type Links = ReadonlyMap<string, readonly string[]>

const linked = (edges: LineageGraph['edges'], of: 'from' | 'to', other: 'from' | 'to'): Links => {
  const links = new Map<string, string[]>()
  for (const edge of edges) links.set(edge[of], [...(links.get(edge[of]) ?? []), edge[other]])
  return links
}

/** Rules are no source of rows: they stand beside the conformed tables. */
const leastColumn: Readonly<Record<LineageNode['layer'], number>> = {
  landing: 0,
  silver: 1,
  conformed: 2,
  rules: 2,
  gold: 3,
}

const inColumns = (nodes: readonly LineageNode[], into: Links): string[][] => {
  const known = new Map<string, number>()
  const layer = new Map(nodes.map(({ id, layer: name }) => [id, leastColumn[name]]))
  const columnOf = (id: string): number => {
    const before = known.get(id)
    if (before !== undefined) return before
    known.set(id, layer.get(id) ?? 0)
    const column = Math.max(layer.get(id) ?? 0, ...(into.get(id) ?? []).map((from) => columnOf(from) + 1))
    known.set(id, column)
    return column
  }
  const columns: string[][] = []
  for (const { id } of nodes) {
    const column = columnOf(id)
    while (columns.length <= column) columns.push([])
    columns[column]?.push(id)
  }
  return columns
}

const order = (columns: readonly string[][], links: Links): void => {
  const at = new Map<string, number>()
  const keep = (ids: readonly string[]): void => {
    for (const [row, id] of ids.entries()) at.set(id, row / ids.length)
  }
  columns.forEach(keep)
  for (const ids of columns) {
    const middle = new Map(
      ids.map((id, row) => {
        const rows = (links.get(id) ?? []).flatMap((other) => at.get(other) ?? [])
        return [
          id,
          rows.length === 0 ? row / ids.length : rows.reduce((sum, one) => sum + one, 0) / rows.length,
        ]
      }),
    )
    ids.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0))
    keep(ids)
  }
}

/** Everything a table is made from, or everything made from it, at any distance. */
export const reachable = (
  edges: LineageGraph['edges'],
  start: string,
  direction: 'up' | 'down',
): ReadonlySet<string> => {
  const links = direction === 'up' ? linked(edges, 'to', 'from') : linked(edges, 'from', 'to')
  const found = new Set<string>()
  const open = [start]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of links.get(id) ?? []) {
      if (found.has(next)) continue
      found.add(next)
      open.push(next)
    }
  }
  return found
}
