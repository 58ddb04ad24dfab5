import { useEffect, useMemo, useRef, useState } from 'react'
import type { LineageGraph } from '../../api-types.ts'
import { useFormat } from '../../session.tsx'
import { runsStrings } from '../../strings/runs.ts'
import { box, type Layout, layoutOf, type Place, reachable } from './lineage-layout.ts'

const strings = runsStrings.lineage

/** The graph of tables, drawn in SVG. One table is reached by Tab, the others by arrow keys. */
export const LineagePicture = ({
  graph,
  chosen,
  onChoose,
}: {
  graph: LineageGraph
  chosen: string | undefined
  onChoose: (id: string | undefined) => void
}) => {
  const layout = useMemo(() => layoutOf(graph), [graph])
  const first = layout.columns[0]?.[0] ?? ''
  const [cursor, setCursor] = useState(chosen ?? first)
  const svg = useRef<SVGSVGElement>(null)
  const up = chosen ? reachable(graph.edges, chosen, 'up') : null
  const down = chosen ? reachable(graph.edges, chosen, 'down') : null
  const isLit = (id: string): boolean => !up || !down || id === chosen || up.has(id) || down.has(id)
  const reach = layout.places.has(cursor) ? cursor : first
  useScrolledTo(svg, chosen)
  const onKeyDown = (event: React.KeyboardEvent) => {
    const next = moved(layout, reach, event.key)
    if (next === undefined) return
    event.preventDefault()
    setCursor(next)
    svg.current?.querySelector<SVGGElement>(`[data-id="${CSS.escape(next)}"]`)?.focus()
  }
  return (
    <div className="lineage-scroll">
      {/* biome-ignore lint/a11y/useSemanticElements: there is no group element in SVG that is not `g`. */}
      <svg
        ref={svg}
        className={`lineage ${chosen ? 'has-selection' : ''}`}
        width={layout.width + 4}
        height={layout.height + 4}
        viewBox={`-2 -2 ${layout.width + 4} ${layout.height + 4}`}
        role="group"
        aria-label={`${strings.graph(graph.nodes.length, graph.edges.length)} ${strings.keys}`}
        onKeyDown={onKeyDown}
      >
        <Heads layout={layout} />
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: lines; nothing in it can have the focus. */}
        <g aria-hidden="true">
          {graph.edges.map(({ from, to }) => (
            <Edge
              key={`${from} ${to}`}
              from={layout.places.get(from)}
              to={layout.places.get(to)}
              isLit={isLit(from) && isLit(to) && isOnPath(from, to, chosen, up, down)}
            />
          ))}
        </g>
        {layout.columns.flat().map((id) => {
          const place = layout.places.get(id)
          return place ? (
            <Node
              key={id}
              place={place}
              isLit={isLit(id)}
              isChosen={id === chosen}
              isReached={id === reach}
              onFocus={() => setCursor(id)}
              onChoose={() => onChoose(id === chosen ? undefined : id)}
            />
          ) : null
        })}
      </svg>
    </div>
  )
}

/** With a table chosen, links between two of its neighbours that do not lead through it stay in the background. */
const isOnPath = (
  from: string,
  to: string,
  chosen: string | undefined,
  up: ReadonlySet<string> | null,
  down: ReadonlySet<string> | null,
): boolean => {
  if (!chosen || !up || !down) return true
  const isUp = up.has(from) && (to === chosen || up.has(to))
  return isUp || (down.has(to) && (from === chosen || down.has(from)))
}

const useScrolledTo = (svg: React.RefObject<SVGSVGElement | null>, chosen: string | undefined): void => {
  useEffect(() => {
    if (chosen === undefined) return
    const node = svg.current?.querySelector(`[data-id="${CSS.escape(chosen)}"]`)
    const scroller = svg.current?.parentElement
    if (!node || !scroller) return
    const [inner, outer] = [node.getBoundingClientRect(), scroller.getBoundingClientRect()]
    if (inner.left < outer.left || inner.right > outer.right)
      scroller.scrollLeft += inner.left - outer.left - outer.width / 2
  }, [svg, chosen])
}

/** A heading over the first column of each layer. */
const Heads = ({ layout }: { layout: Layout }) => {
  const seen = new Set<string>()
  return layout.columns.map((ids) => {
    const layers = [...new Set(ids.flatMap((id) => layout.places.get(id)?.node.layer ?? []))].filter(
      (layer) => !seen.has(layer),
    )
    for (const layer of layers) seen.add(layer)
    if (layers.length === 0) return null
    const x = layout.places.get(ids[0] ?? '')?.x ?? 0
    return (
      <text key={layers.join()} className="lineage-head" x={x} y={11}>
        {layers.map((layer) => strings.layers[layer]).join(', ')}
      </text>
    )
  })
}

const Edge = ({ from, to, isLit }: { from: Place | undefined; to: Place | undefined; isLit: boolean }) => {
  if (!from || !to) return null
  const [x1, y1] = [from.x + box.width, from.y + box.height / 2]
  const [x2, y2] = [to.x, to.y + box.height / 2]
  const bend = Math.min(60, (x2 - x1) / 2)
  return (
    <path
      className={`lineage-edge ${isLit ? '' : 'is-dim'}`}
      d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
    />
  )
}

const Node = ({
  place: { node, x, y },
  isLit,
  isChosen,
  isReached,
  onFocus,
  onChoose,
}: {
  place: Place
  isLit: boolean
  isChosen: boolean
  isReached: boolean
  onFocus: () => void
  onChoose: () => void
}) => {
  const format = useFormat()
  const label = strings.node(
    strings.layers[node.layer],
    node.name,
    node.rows === null ? null : format.count(node.rows),
  )
  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no button element in SVG.
    <g
      className={`lineage-node layer-${node.layer} ${isLit ? '' : 'is-dim'} ${isChosen ? 'is-chosen' : ''}`}
      transform={`translate(${x} ${y})`}
      data-id={node.id}
      role="button"
      aria-label={label}
      aria-pressed={isChosen}
      tabIndex={isReached ? 0 : -1}
      onFocus={onFocus}
      onClick={onChoose}
      onKeyDown={(event) => {
        const isRelease = event.key === 'Escape' && isChosen
        if (event.key !== 'Enter' && event.key !== ' ' && !isRelease) return
        event.preventDefault()
        event.stopPropagation()
        onChoose()
      }}
    >
      <title>{label}</title>
      <rect width={box.width} height={box.height} rx={5} />
      <text
        x={9}
        y={16}
        {...(node.name.length > longest
          ? { textLength: box.width - 18, lengthAdjust: 'spacingAndGlyphs' }
          : {})}
      >
        {node.name}
      </text>
    </g>
  )
}

/** Longer names are squeezed: cut off, they would look alike. */
const longest = 28

/** Up and down within a column, left and right to the nearest table of the next one. */
const moved = (layout: Layout, from: string, key: string): string | undefined => {
  const place = layout.places.get(from)
  if (!place) return undefined
  const column = layout.columns[place.column] ?? []
  const row = column.indexOf(from)
  if (key === 'ArrowDown') return column[row + 1]
  if (key === 'ArrowUp') return column[row - 1]
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key]
  if (step === undefined) return undefined
  const others = layout.columns[place.column + step] ?? []
  const distance = (id: string): number => Math.abs((layout.places.get(id)?.y ?? 0) - place.y)
  return others.toSorted((a, b) => distance(a) - distance(b))[0]
}
