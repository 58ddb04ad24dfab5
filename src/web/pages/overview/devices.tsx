import { type Column, DataTable } from '../../components/data-table.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { strings } from '../../strings/overview.ts'
import { usePage } from '../../use-page.ts'

interface Row {
  readonly device: string | null
  readonly label: string
  readonly sessions: number | null
  readonly pages: number | null
  readonly duration: number | null
}

export const DevicesTile = ({ isAlone }: { isAlone: boolean }) => {
  const page = usePage()
  const format = useFormat()
  const ask = useAsk({
    measures: ['sessions', 'pages_per_session', 'session_duration'],
    by: [{ dimension: 'device' }],
    filters: page.filters('device'),
    order: [{ by: 'sessions', descending: true }],
    limit: 20,
  })
  const read = rowsOf(ask.answer, format)
  const rows: readonly Row[] = indices(read).map((row) => ({
    device: read.text(row, 'device'),
    label: read.label(row, 'device'),
    sessions: read.number(row, 'sessions'),
    pages: read.number(row, 'pages_per_session'),
    duration: read.number(row, 'session_duration'),
  }))
  const columns: readonly Column<Row>[] = [
    {
      key: 'device',
      label: strings.devices.device,
      render: ({ label }) => label,
      sortOf: ({ label }) => label,
    },
    {
      key: 'sessions',
      label: strings.devices.sessions,
      numeric: true,
      render: ({ sessions }) => format.exact(sessions, 'count'),
      sortOf: ({ sessions }) => sessions,
    },
    {
      key: 'pages',
      label: strings.devices.pages,
      numeric: true,
      render: ({ pages }) => format.exact(pages, 'decimal'),
      sortOf: ({ pages }) => pages,
    },
    {
      key: 'duration',
      label: strings.devices.duration,
      numeric: true,
      render: ({ duration }) => format.exact(duration, 'seconds'),
      sortOf: ({ duration }) => duration,
    },
  ]
  return (
    <Tile
      title={strings.devices.title}
      subtitle={strings.devices.subtitle}
      span={isAlone ? 12 : 5}
      asks={[ask]}
      minHeight={150}
      flush
      foot={<Leading rows={rows} />}
    >
      <DataTable
        label={strings.devices.title}
        columns={columns}
        rows={rows}
        keyOf={({ device }) => device ?? ''}
        onRow={({ device }) => page.toggle('device', device)}
        isSelected={({ device }) => page.isSelected('device', device)}
      />
    </Tile>
  )
}

const Leading = ({ rows }: { rows: readonly Row[] }) => {
  const format = useFormat()
  const total = rows.reduce((sum, { sessions }) => sum + (sessions ?? 0), 0)
  const first = rows[0]
  if (!first || total === 0) return null
  return (
    <span>
      <strong>{first.label}</strong> {strings.devices.brings(format.share((first.sessions ?? 0) / total))}
    </span>
  )
}
