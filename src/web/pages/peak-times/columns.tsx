import { Legend } from '../../components/charts/time-overlay.tsx'
import { Columns } from '../../components/columns.tsx'
import { Tile } from '../../components/tile.tsx'
import { useFormat } from '../../session.tsx'
import { peakStrings as text } from '../../strings/peak-times.ts'
import { usePage } from '../../use-page.ts'
import { hours, weekdays } from './hours.ts'
import type { PeakTimes } from './use-hours.ts'

const useStacks = (peaks: PeakTimes) => {
  const format = useFormat()
  const isAverage = peaks.view === 'average'
  return {
    parts: peaks.channels,
    aside: peaks.channels.length > 1 ? <Legend series={peaks.channels} /> : null,
    subtitle: isAverage ? text.perDay : text.stacked,
    write: (value: number) => format.exact(value, isAverage ? 'decimal' : 'count'),
    axis: (value: number) => format.compact(value, isAverage ? 'decimal' : 'count'),
  }
}

/** The originals' daily volume: weekdays, stacked by channel. Filtered by the hours chosen, not by its own weekdays. */
export const WeekdayColumns = ({ peaks }: { peaks: PeakTimes }) => {
  const page = usePage()
  const format = useFormat()
  const { subtitle, ...stacks } = useStacks(peaks)
  const chosen = hours.filter((hour) => !page.state.filters.hour || page.isSelected('hour', String(hour)))
  return (
    <Tile title={text.byWeekday} subtitle={subtitle} span={5} asks={[peaks.ask]} aside={stacks.aside}>
      <Columns
        {...stacks}
        label={`${text.byWeekday}, ${subtitle}`}
        places={weekdays.map((weekday) => ({
          key: String(weekday),
          label: format.weekday(weekday, 'long'),
          short: format.weekday(weekday),
          selected: page.isSelected('weekday', String(weekday)),
        }))}
        amountOf={(weekday, channel) => {
          const sum = chosen.reduce((all, hour) => all + peaks.hours.at(Number(weekday), hour, channel), 0)
          return peaks.view === 'average' ? sum / Math.max(1, peaks.times(Number(weekday))) : sum
        }}
        onPick={(weekday) => page.toggle('weekday', weekday)}
      />
    </Tile>
  )
}

export const HourColumns = ({ peaks }: { peaks: PeakTimes }) => {
  const page = usePage()
  const format = useFormat()
  const { subtitle, ...stacks } = useStacks(peaks)
  const chosen = weekdays.filter(
    (weekday) => !page.state.filters.weekday || page.isSelected('weekday', String(weekday)),
  )
  const days = chosen.reduce((sum, weekday) => sum + peaks.times(weekday), 0)
  return (
    <Tile title={text.byHour} subtitle={subtitle} span={7} asks={[peaks.ask]} aside={stacks.aside}>
      <Columns
        {...stacks}
        label={`${text.byHour}, ${subtitle}`}
        places={hours.map((hour) => ({
          key: String(hour),
          label: `${format.hour(hour)}–${format.hour(hour + 1)}`,
          short: String(hour).padStart(2, '0'),
          selected: page.isSelected('hour', String(hour)),
        }))}
        amountOf={(hour, channel) => {
          const sum = chosen.reduce<number>(
            (all, weekday) => all + peaks.hours.at(weekday, Number(hour), channel),
            0,
          )
          return peaks.view === 'average' ? sum / Math.max(1, days) : sum
        }}
        onPick={(hour) => page.toggle('hour', hour)}
      />
    </Tile>
  )
}
