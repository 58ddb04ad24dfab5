import type { Format as Kind } from '../../../model/semantic-types.ts'
import type { Grain } from '../../../semantic/types.ts'
import type { Day } from '../../dates.ts'
import type { Format } from '../../format.ts'
import { strings } from '../../strings.ts'
import type { Series } from './series.ts'

/** A time series in a few sentences, for those who do not see it. */
export const summaryOf = (
  title: string,
  dates: readonly Day[],
  series: readonly Series[],
  grain: Grain,
  kind: Kind,
  format: Format,
): string => {
  const [from, to] = [dates[0], dates.at(-1)]
  if (!from || !to) return title
  const lines = series.map(({ label, values }) => {
    const known = values.flatMap((value, index) =>
      value === null ? [] : [{ value, day: dates[index] ?? '' }],
    )
    const [first] = known
    if (!first) return ''
    const low = known.reduce((least, one) => (one.value < least.value ? one : least), first)
    const high = known.reduce((most, one) => (one.value > most.value ? one : most), first)
    const write = (value: number) => format.compact(value, kind)
    return strings.chart.line(
      label,
      write(low.value),
      format.bucket(low.day, grain),
      write(high.value),
      format.bucket(high.day, grain),
      write(known.at(-1)?.value ?? 0),
    )
  })
  return [strings.chart.summary(title, format.day(from), format.day(to)), ...lines].join(' ')
}
