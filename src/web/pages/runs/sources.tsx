import type { Quality } from '../../api-types.ts'
import { Badge } from '../../components/badge.tsx'
import { LoadCard } from '../../components/card.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { ShareBar, Swatch } from '../../components/share-bar.tsx'
import type { Format } from '../../format.ts'
import type { Loaded } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { runsStrings } from '../../strings/runs.ts'

const strings = runsStrings.sources
type Source = Quality['sources'][number]

const fates = [
  { key: 'kept', tone: 1 },
  { key: 'superseded', tone: 5 },
  { key: 'quarantined', tone: 2 },
  { key: 'dismissed', tone: 4 },
  { key: 'deleted', tone: 3 },
] as const

/** Every source: how fresh it is, and the five fates of its rows. */
export const SourcesCard = ({ loaded }: { loaded: Loaded<Quality> }) => {
  const format = useFormat()
  return (
    <LoadCard
      title={strings.title}
      subtitle={strings.subtitle}
      flush
      loaded={loaded}
      aside={
        <ul className="legend">
          {fates.map(({ key, tone }) => (
            <li key={key}>
              <Swatch tone={tone} />
              {strings[key]}
            </li>
          ))}
        </ul>
      }
    >
      {({ sources }) => (
        <DataTable
          label={strings.title}
          columns={columnsOf(format)}
          rows={sources}
          keyOf={({ source }) => source}
        />
      )}
    </LoadCard>
  )
}

const columnsOf = (format: Format): readonly Column<Source>[] => {
  const count = (
    key: 'files' | 'rows' | 'kept' | 'superseded' | 'dismissed' | 'deleted',
    label: string,
  ): Column<Source> => ({
    key,
    label,
    numeric: true,
    render: (source) => format.count(source[key]),
    sortOf: (source) => source[key],
  })
  return [
    {
      key: 'source',
      label: strings.source,
      render: ({ source }) => <code>{source}</code>,
      sortOf: ({ source }) => source,
    },
    {
      key: 'newest',
      label: strings.newest,
      render: ({ newestFile }) => (
        <span className="nowrap">{newestFile ? format.instant(newestFile) : strings.never}</span>
      ),
      sortOf: ({ newestFile }) => newestFile,
    },
    {
      key: 'fresh',
      label: strings.fresh,
      render: (source) => <Freshness source={source} />,
      sortOf: ({ stale }) => stale,
    },
    count('files', strings.files),
    count('rows', strings.rows),
    { key: 'fates', label: strings.fates, render: (source) => <Fates source={source} />, className: 'fates' },
    count('kept', strings.kept),
    count('superseded', strings.superseded),
    {
      key: 'quarantined',
      label: strings.quarantined,
      numeric: true,
      render: ({ source, quarantined }) =>
        quarantined === 0 ? (
          format.count(0)
        ) : (
          <PageLink to="/quarantine" search={{ source }}>
            {format.count(quarantined)}
          </PageLink>
        ),
      sortOf: ({ quarantined }) => quarantined,
    },
    count('dismissed', strings.dismissed),
    count('deleted', strings.deleted),
  ]
}

const Freshness = ({ source: { stale, newestFile, freshnessHours } }: { source: Source }) => {
  const format = useFormat()
  if (newestFile === null) return <Badge mood="neutral">{strings.never}</Badge>
  if (freshnessHours === null) return <span className="muted">{strings.noLimit}</span>
  const limit = strings.limit(format.exact(freshnessHours, 'hours'))
  return (
    <Badge mood={stale ? 'warning' : 'good'}>{`${stale ? strings.stale : strings.onTime}, ${limit}`}</Badge>
  )
}

const Fates = ({ source }: { source: Source }) => {
  const format = useFormat()
  return (
    <ShareBar
      label={source.source}
      parts={fates.map(({ key, tone }) => ({
        key,
        label: strings[key],
        value: source[key],
        tone,
        title: strings.share(
          strings[key],
          format.count(source[key]),
          format.share(source.rows === 0 ? 0 : source[key] / source.rows),
        ),
      }))}
    />
  )
}
