import { CertifiedView } from '../../components/certified-view.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Rate } from '../../components/rate.tsx'
import { ShareBar, Swatch } from '../../components/share-bar.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { webStrings as text } from '../../strings/web.ts'
import { strings } from '../../strings.ts'
import { usePage } from '../../use-page.ts'
import { pagesColumn, type SessionRow, shareColumn, shareOf } from './session-columns.tsx'

interface Device extends SessionRow {
  readonly seconds: number | null
  readonly tone: number
}

export const DevicesTile = ({ toneOf }: { toneOf: (device: string | null) => number }) => {
  const page = usePage()
  const format = useFormat()
  const { measures } = useModel()
  const ask = useAsk({
    measures: ['sessions', 'pages_per_session', 'session_duration'],
    by: [{ dimension: 'device' }],
    filters: page.filters('device'),
    order: [{ by: 'sessions', descending: true }],
    limit: 50,
  })
  const rows = rowsOf(ask.answer, format)
  const devices: readonly Device[] = indices(rows).map((row) => ({
    key: rows.text(row, 'device'),
    label: rows.label(row, 'device'),
    sessions: rows.number(row, 'sessions') ?? 0,
    pages: rows.number(row, 'pages_per_session'),
    seconds: rows.number(row, 'session_duration'),
    tone: toneOf(rows.text(row, 'device')),
  }))
  const shared = shareOf(devices)
  const share = (sessions: number): string => format.share(shared(sessions))
  const columns: readonly Column<Device>[] = [
    {
      key: 'device',
      label: text.device,
      render: ({ label, tone }) => (
        <>
          <Swatch tone={tone} />
          {label}
        </>
      ),
    },
    {
      key: 'sessions',
      label: measures.get('sessions')?.label,
      numeric: true,
      render: ({ sessions }) => format.exact(sessions, 'count'),
      sortOf: ({ sessions }) => sessions,
    },
    shareColumn(devices, format),
    pagesColumn,
    {
      key: 'seconds',
      label: text.time,
      numeric: true,
      render: ({ seconds, sessions }) => <Rate value={seconds} kind="seconds" cases={sessions} />,
      sortOf: ({ seconds }) => seconds,
    },
  ]
  const [first] = devices
  return (
    <Tile
      title={text.devices}
      subtitle={(measures.get('sessions')?.label ?? '').toLocaleLowerCase()}
      span={4}
      asks={[ask]}
      foot={
        <>
          <span>{first ? text.devicesFoot(first.label, share(first.sessions)) : ''}</span>
          <CertifiedView table="web_sessions_by_device" />
        </>
      }
      flush
    >
      <div className="tile-pad">
        <ShareBar
          label={text.devices}
          parts={devices.map(({ key, label, sessions, tone }) => ({
            key: key ?? '~',
            label,
            value: sessions,
            title: `${label}: ${format.exact(sessions, 'count')} (${share(sessions)})`,
            tone,
            selected: page.isSelected('device', key),
          }))}
          onPick={(key) => page.toggle('device', key === '~' ? null : key)}
        />
      </div>
      <div className="table-tight">
        <DataTable
          label={text.devices}
          columns={columns}
          rows={devices}
          keyOf={({ key }) => key ?? strings.filters.unknown}
          onRow={({ key }) => page.toggle('device', key)}
          isSelected={({ key }) => page.isSelected('device', key)}
        />
      </div>
    </Tile>
  )
}
