import type { LineageGraph } from '../../api-types.ts'
import { Button } from '../../components/button.tsx'
import { LoadCard } from '../../components/card.tsx'
import type { Loaded } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { runsStrings } from '../../strings/runs.ts'
import { usePage } from '../../use-page.ts'
import { type LineageNode, reachable } from './lineage-layout.ts'
import { LineagePicture } from './lineage-picture.tsx'

const strings = runsStrings.lineage

/** Tables as a graph, with the chosen one's neighbours in words, and all of it as text. */
export const LineageCard = ({ loaded }: { loaded: Loaded<LineageGraph> }) => {
  const page = usePage()
  return (
    <LoadCard
      title={strings.title}
      subtitle={strings.subtitle}
      span={12}
      className="lineage-card"
      loaded={loaded}
      lines={10}
    >
      {(graph) => {
        const chosen = graph.nodes.find(({ id }) => id === page.state.own.table)
        const choose = (table: string | undefined) => page.set({ table }, { replace: true })
        return (
          <>
            <LineagePicture graph={graph} chosen={chosen?.id} onChoose={choose} />
            <div className="lineage-foot" aria-live="polite">
              {chosen ? <Chosen graph={graph} node={chosen} choose={choose} /> : <p>{strings.hint}</p>}
            </div>
            <AsText graph={graph} />
          </>
        )
      }}
    </LoadCard>
  )
}

const Chosen = ({
  graph,
  node,
  choose,
}: {
  graph: LineageGraph
  node: LineageNode
  choose: (id: string | undefined) => void
}) => {
  const format = useFormat()
  const up = graph.edges.filter(({ to }) => to === node.id).map(({ from }) => from)
  const down = graph.edges.filter(({ from }) => from === node.id).map(({ to }) => to)
  const counts = strings.all(
    reachable(graph.edges, node.id, 'up').size,
    reachable(graph.edges, node.id, 'down').size,
  )
  return (
    <>
      <p className="lineage-chosen">
        <strong>{node.id}</strong>
        {node.rows === null ? null : <span>{strings.rows(format.count(node.rows))}</span>}
        <span>{counts}</span>
        <Button kind="quiet" onClick={() => choose(undefined)}>
          {strings.clear}
        </Button>
      </p>
      <Neighbours label={strings.from} ids={up} nothing={strings.nothingUp} choose={choose} />
      <Neighbours label={strings.into} ids={down} nothing={strings.nothingDown} choose={choose} />
    </>
  )
}

const Neighbours = ({
  label,
  ids,
  nothing,
  choose,
}: {
  label: string
  ids: readonly string[]
  nothing: string
  choose: (id: string) => void
}) => (
  <div className="neighbours">
    <span>{label}</span>
    {ids.length === 0 ? <span className="muted">{nothing}</span> : null}
    {ids.map((id) => (
      <button key={id} type="button" className="chip" onClick={() => choose(id)}>
        {id}
      </button>
    ))}
  </div>
)

const AsText = ({ graph }: { graph: LineageGraph }) => (
  <details className="lineage-text">
    <summary>{strings.asText}</summary>
    <ul>
      {graph.nodes
        .map(({ id }) => ({ id, from: graph.edges.filter(({ to }) => to === id).map((edge) => edge.from) }))
        .filter(({ from }) => from.length > 0)
        .map(({ id, from }) => (
          <li key={id}>
            <code>{id}</code> ← {from.join(', ')}
          </li>
        ))}
    </ul>
  </details>
)
