import type { Lineage, LineageEdge, LineageNode } from '../lineage/graph.ts'
import type { Paint } from './style.ts'

const ARROWS: Readonly<Record<LineageEdge['role'], string>> = {
  value: '<-',
  condition: '<- decided by',
  rows: '<- counts rows of',
  filter: '<- only rows by',
  join: '<- joined by',
}

/** A lineage as a tree, the figure first; what was written out once is only named again. */
export function lineageText({ root, nodes, edges }: Lineage, paint: Paint): string {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const shown = new Set<string>()
  const lines: string[] = []
  const visit = (id: string, depth: number, edge: LineageEdge | undefined): void => {
    const node = byId.get(id)
    if (!node) return
    const indent = '  '.repeat(depth)
    const arrow = edge ? `${paint('dim', ARROWS[edge.role])} ` : ''
    const via = edge && edge.via.length > 0 ? paint('dim', `  through ${edge.via.join(', ')}`) : ''
    const next = edges.filter((other) => other.from === id)
    const again = shown.has(id) && next.length > 0
    lines.push(`${indent}${arrow}${paint('bold', id)}${via}${again ? paint('dim', '  (see above)') : ''}`)
    if (again) return
    shown.add(id)
    for (const fact of factsOf(node)) lines.push(`${indent}     ${paint('dim', fact)}`)
    for (const other of next) visit(other.to, depth + 1, other)
  }
  visit(root, 0, undefined)
  return lines.join('\n')
}

function factsOf({ description, unit, pii, at, files, cleaning }: LineageNode): string[] {
  const what = [
    ...(description ? [description] : []),
    ...(unit === undefined ? [] : [`unit: ${unit}`]),
    ...(pii === 'none' ? [] : [`pii: ${pii}`]),
  ]
  const where = at && (at.line === undefined ? at.file : `${at.file}:${at.line}`)
  return [
    ...(what.length > 0 ? [what.join('; ')] : []),
    ...(cleaning ? [`cleaning: ${cleaning.join(', ')}`] : []),
    ...(files ? [`files: ${files.join(', ')}`] : []),
    ...(where === undefined ? [] : [where]),
  ]
}
