import type { z } from '@hono/zod-openapi'
import { dialect } from '../../engines/duckdb/dialect.ts'
import { relationOf } from '../../plan/names.ts'
import { relations } from '../../plan/relations.ts'
import type { Prepared } from '../../run/prepare.ts'
import type { Manifest } from '../../run/versions.ts'
import type { lineageGraph } from '../schemas/data.ts'

export type LineageGraph = z.infer<typeof lineageGraph>
type LineageNode = LineageGraph['nodes'][number]

const node = (layer: LineageNode['layer'], name: string, rows: number | null): LineageNode => ({
  id: `${layer}.${name}`,
  layer,
  name,
  rows,
})

/** Every table and what it is read from: files -> silver -> conformed and rules -> gold. Rows as the manifest counted them. */
export function graphOf({ project, catalogue }: Prepared, manifest: Manifest | undefined): LineageGraph {
  const sum = (source: string, of: 'rows' | 'kept') =>
    manifest ? (manifest.accounts[source] ?? []).reduce((total, account) => total + account[of], 0) : null
  const sources = project.contracts.flatMap(({ source }) => [
    node('landing', source, sum(source, 'rows')),
    node('silver', source, sum(source, 'kept')),
  ])
  const between = relations(dialect, project).map(({ name: path }) => {
    const [layer = '', name = ''] = path.split('.')
    return node(layer as 'conformed' | 'rules', name, null)
  })
  const gold = catalogue.map(({ name }) => node('gold', name, manifest?.models[name]?.rows ?? null))
  const edges = [
    ...project.contracts.flatMap(({ source, entity }) => [
      { from: `landing.${source}`, to: `silver.${source}` },
      { from: `silver.${source}`, to: `conformed.${relationOf[entity]}` },
    ]),
    ...catalogue.flatMap(({ name, reads }) =>
      reads.map((read) => ({ from: `${read.schema ?? 'gold'}.${read.name}`, to: `gold.${name}` })),
    ),
  ]
  const nodes = [...sources, ...between, ...gold]
  const known = new Set(nodes.map(({ id }) => id))
  return { nodes, edges: unique(edges).filter(({ from, to }) => known.has(from) && known.has(to)) }
}

function unique(edges: LineageGraph['edges']): LineageGraph['edges'] {
  const seen = new Set<string>()
  return edges.filter(({ from, to }) => {
    const key = `${from} ${to}`
    if (from === to || seen.has(key)) return false
    seen.add(key)
    return true
  })
}
