import { type Column, DataTable } from '../../components/data-table.tsx'
import { Tile } from '../../components/tile.tsx'
import { useFormat } from '../../session.tsx'
import { storeStrings as text } from '../../strings/stores.ts'
import { type Standing, standingOf } from './standing.ts'
import type { PeerFigure, Peers } from './use-peers.ts'

interface Row {
  readonly figure: PeerFigure
  readonly standing: Standing
}

/** Each figure of the store beside the median of all stores, and its place among them. */
export const AgainstAll = ({ id, peers, span }: { id: string; peers: Peers; span: 7 | 12 }) => {
  const format = useFormat()
  const rows: readonly Row[] = peers.figures.flatMap((figure) => {
    const standing = standingOf(figure.values.get(id) ?? null, [...figure.values.values()])
    return standing ? [{ figure, standing }] : []
  })
  const write = (value: number | null, { figure }: Row): string => format.exact(value, figure.kind)
  const columns: readonly Column<Row>[] = [
    { key: 'figure', label: text.figure, render: ({ figure }) => figure.label },
    {
      key: 'here',
      label: text.here,
      numeric: true,
      render: (row) => <strong>{write(row.standing.here, row)}</strong>,
    },
    { key: 'median', label: text.median, numeric: true, render: (row) => write(row.standing.median, row) },
    {
      key: 'place',
      label: text.place,
      numeric: true,
      render: ({ standing: { rank, of } }) =>
        rank === null ? '–' : text.rank(format.count(rank), format.count(of)),
    },
    {
      key: 'range',
      label: text.range,
      className: 'is-extra',
      render: (row) => (
        <Position
          standing={row.standing}
          low={write(row.standing.low, row)}
          high={write(row.standing.high, row)}
        />
      ),
    },
  ]
  return (
    <Tile
      title={text.against}
      subtitle={text.againstSub(format.count(peers.stores))}
      span={span}
      asks={peers.asks}
      isEmpty={rows.length === 0}
      flush
    >
      <div className="table-tight">
        <DataTable
          label={text.against}
          columns={columns}
          rows={rows}
          keyOf={({ figure }) => figure.key}
          maxHeight={400}
        />
      </div>
    </Tile>
  )
}

/** Where a value lies between the lowest and the highest; the tick is the median. */
const Position = ({ standing, low, high }: { standing: Standing; low: string; high: string }) => {
  const width = standing.high - standing.low
  const at = (value: number): string => `${width === 0 ? 50 : ((value - standing.low) / width) * 100}%`
  return (
    <span className="position">
      <span className="muted">{low}</span>
      <span className="position-line" aria-hidden="true">
        <span className="position-median" style={{ left: at(standing.median) }} />
        {standing.here === null ? null : (
          <span className="position-dot" style={{ left: at(standing.here) }} />
        )}
      </span>
      <span className="muted">{high}</span>
    </span>
  )
}
