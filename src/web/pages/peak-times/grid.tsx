import { Segmented } from '../../components/button.tsx'
import { CertifiedView } from '../../components/certified-view.tsx'
import { HeatGrid, HeatLegend } from '../../components/heat-grid.tsx'
import { Select } from '../../components/select.tsx'
import { Tile } from '../../components/tile.tsx'
import { useFormat } from '../../session.tsx'
import { peakStrings as text } from '../../strings/peak-times.ts'
import { usePage } from '../../use-page.ts'
import { useWeekFilter } from '../../use-week-filter.ts'
import { differenceOf, hours, weekdays } from './hours.ts'
import type { PeakTimes, View } from './use-hours.ts'

/** The week as a grid: totals, an average day of each weekday, or one channel against another. */
export const WeekGrid = ({ peaks }: { peaks: PeakTimes }) => {
  const page = usePage()
  const weekFilter = useWeekFilter()
  const format = useFormat()
  const { ask, view } = peaks
  const pair = usePair(peaks)
  const read = valuesOf(peaks, pair)
  const write = (value: number | null): string => writeIn(view, value, format)
  return (
    <Tile
      title={text.grid}
      subtitle={text.gridSub[view]}
      span={12}
      asks={[ask]}
      aside={
        <>
          {view === 'difference' ? (
            <>
              <PairSelect peaks={peaks} pair={pair} />
              <span className="heat-diverging">
                <HeatLegend low={text.more(pair.b.label)} high={text.more(pair.a.label)} />
              </span>
            </>
          ) : (
            <HeatLegend />
          )}
          <ViewSelect peaks={peaks} />
        </>
      }
      foot={
        <>
          <Finding peaks={peaks} read={read} pair={pair} />
          <CertifiedView table={page.state.filters.store ? 'peak_times_by_store' : 'peak_times'} />
        </>
      }
    >
      <HeatGrid
        label={`${text.grid}, ${text.gridSub[view]}`}
        valueOf={read}
        write={write}
        combine="sum"
        scale={view === 'difference' ? 'diverging' : 'sequential'}
        markPeak={view !== 'difference'}
        {...weekFilter}
      />
    </Tile>
  )
}

interface Pair {
  readonly a: { readonly key: string; readonly label: string }
  readonly b: { readonly key: string; readonly label: string }
}

/** The two channels compared; the address says `pair=online,in_store`. */
const usePair = ({ channels }: PeakTimes): Pair => {
  const page = usePage()
  const [first, second] = (page.state.own.pair ?? '').split(',')
  const named = (key: string | undefined, at: number) =>
    channels.find((one) => one.key === key) ?? channels[at] ?? { key: '', label: '' }
  const a = named(first, 0)
  const b = named(
    second,
    channels.findIndex(({ key }) => key !== a.key),
  )
  return { a, b: b.key === a.key ? (channels.find(({ key }) => key !== a.key) ?? b) : b }
}

const PairSelect = ({ peaks, pair }: { peaks: PeakTimes; pair: Pair }) => {
  const page = usePage()
  const choose = (a: string, b: string) => page.set({ pair: `${a},${b}` })
  if (peaks.channels.length < 3) return null
  const options = (other: string) =>
    peaks.channels.filter(({ key }) => key !== other).map(({ key, label }) => ({ value: key, label }))
  return (
    <>
      <Select
        label={text.a}
        options={options(pair.b.key)}
        value={pair.a.key}
        onChange={(key) => choose(key, pair.b.key)}
      />
      <Select
        label={text.b}
        showLabel
        options={options(pair.a.key)}
        value={pair.b.key}
        onChange={(key) => choose(pair.a.key, key)}
      />
    </>
  )
}

const ViewSelect = ({ peaks }: { peaks: PeakTimes }) => {
  const page = usePage()
  const offered: readonly View[] =
    peaks.channels.length > 1 || peaks.view === 'difference'
      ? ['total', 'average', 'difference']
      : ['total', 'average']
  return (
    <Segmented
      label={text.view}
      options={offered.map((value) => ({ value, label: text.views[value] }))}
      value={peaks.view}
      onChange={(view) => page.set({ view: view === 'total' ? undefined : view })}
    />
  )
}

type ValueOf = (weekday: number, hour: number) => number | null

const valuesOf = ({ view, hours: counts, times }: PeakTimes, { a, b }: Pair): ValueOf => {
  if (view === 'difference') return differenceOf(counts, a.key, b.key)
  if (view === 'total') return counts.at
  return (weekday, hour) => (times(weekday) === 0 ? null : counts.at(weekday, hour) / times(weekday))
}

const writeIn = (view: View, value: number | null, format: ReturnType<typeof useFormat>): string => {
  if (view === 'total' || value === null) return format.exact(value, 'count')
  return view === 'average' ? format.exact(value, 'decimal') : text.points(format.signed(value, 'decimal'))
}

/** The grid's finding in words. */
const Finding = ({ peaks, read, pair }: { peaks: PeakTimes; read: ValueOf; pair: Pair }) => {
  const format = useFormat()
  const cells = weekdays.flatMap((weekday) =>
    hours.map((hour) => ({ weekday, hour, value: read(weekday, hour) })),
  )
  const best = cells.reduce<(typeof cells)[number] | undefined>(
    (most, cell) => (cell.value !== null && cell.value > (most?.value ?? 0) ? cell : most),
    undefined,
  )
  if (!best) return <span>{peaks.view === 'difference' ? text.noDifference : ''}</span>
  const when = text.between(
    format.weekday(best.weekday, 'long'),
    format.hour(best.hour),
    format.hour(best.hour + 1),
  )
  const value = writeIn(peaks.view, best.value, format)
  if (peaks.view === 'difference') return <span>{text.strongest(pair.a.label, when, value)}</span>
  return (
    <span>
      <span className="peak-key" aria-hidden="true" />
      {peaks.view === 'total' ? text.busiest(when, value) : text.busiestAverage(when, value)}
    </span>
  )
}
