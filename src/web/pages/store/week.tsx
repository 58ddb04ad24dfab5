import { HeatGrid, HeatLegend } from '../../components/heat-grid.tsx'
import { Tile } from '../../components/tile.tsx'
import { rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { storeStrings as text } from '../../strings/stores.ts'
import { useWeekFilter } from '../../use-week-filter.ts'
import { hours, hoursOf, weekdays } from '../peak-times/hours.ts'
import { type OpeningHours, readOpeningHours } from './opening-hours.ts'
import { useStoreFilters } from './use-filters.ts'

/** The store's week with its opening hours as edges, and how much is sold outside of them. */
export const StoreWeek = ({ id, openingHours }: { id: string; openingHours: string | null }) => {
  const weekFilter = useWeekFilter()
  const format = useFormat()
  const filters = useStoreFilters(id, 'weekday', 'hour')
  const ask = useAsk({
    measures: ['transactions'],
    by: [{ dimension: 'weekday' }, { dimension: 'hour' }],
    filters,
  })
  const counts = hoursOf(rowsOf(ask.answer, format), 'transactions')
  const opening = openingHours === null ? undefined : readOpeningHours(openingHours)
  return (
    <Tile
      title={text.week}
      subtitle={opening ? text.weekSub : text.weekSubPlain}
      span={7}
      asks={[ask]}
      aside={<HeatLegend />}
      foot={<Outside opening={opening} raw={openingHours} counts={counts} />}
    >
      <HeatGrid
        label={text.week}
        valueOf={(weekday, hour) => counts.at(weekday, hour)}
        write={(value) => format.exact(value, 'count')}
        isOutlined={(weekday, hour) => opening?.isOpen(weekday, hour) ?? false}
        {...weekFilter}
      />
    </Tile>
  )
}

const Outside = ({
  opening,
  raw,
  counts,
}: {
  opening: OpeningHours | undefined
  raw: string | null
  counts: ReturnType<typeof hoursOf>
}) => {
  const format = useFormat()
  if (raw === null) return <span>{text.hoursUnknown}</span>
  if (!opening) return <span>{text.hoursUnread(raw)}</span>
  const outside = weekdays.reduce(
    (sum, weekday) =>
      hours
        .filter((hour) => !opening.isOpen(weekday, hour))
        .reduce((all, hour) => all + counts.at(weekday, hour), sum),
    0,
  )
  const share = counts.total() === 0 ? 0 : outside / counts.total()
  return (
    <span data-outside={outside}>
      {outside === 0 ? text.inside : text.outside(format.share(share), format.count(outside))}
    </span>
  )
}
