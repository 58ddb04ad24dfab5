import { channelTone, rowsOf, valueLabel } from '../../labels.ts'
import { type Ask, useAsk } from '../../query.ts'
import { useFormat, useSession } from '../../session.tsx'
import { type Page, usePage } from '../../use-page.ts'
import { coveredBy, type Hours, hoursOf, timesIn, weekdays } from './hours.ts'

export type View = 'total' | 'average' | 'difference'

export interface PeakTimes {
  readonly ask: Ask
  readonly hours: Hours
  readonly view: View
  readonly channels: readonly { readonly key: string; readonly label: string; readonly tone: number }[]
  /** How often each weekday (0 = any day) is there in the days shown. */
  readonly times: (weekday: number) => number
}

export const viewOf = (page: Page, channels: readonly string[]): View => {
  const { view } = page.state.own
  if (view === 'average') return view
  return view === 'difference' && channels.length > 1 ? view : 'total'
}

/** One answer for the whole page: counts by weekday, hour and channel. A difference is of channels, so it is not filtered by them. */
export const usePeakTimes = (): PeakTimes => {
  const page = usePage()
  const format = useFormat()
  const session = useSession()
  const view = viewOf(page, session.channels)
  const ask = useAsk({
    measures: ['transactions'],
    by: [{ dimension: 'weekday' }, { dimension: 'hour' }, { dimension: 'channel' }],
    filters: page.filters('weekday', 'hour', ...(view === 'difference' ? ['channel'] : [])),
  })
  const hours = hoursOf(rowsOf(ask.answer, format), 'transactions')
  const covered = coveredBy(page.period, page.extent)
  return {
    ask,
    hours,
    view,
    channels: hours.channels
      .toSorted((a, b) => placeOf(session.channels, a) - placeOf(session.channels, b))
      .map((key, index) => ({
        key,
        label: valueLabel('channel', key === '~' ? null : key, format),
        tone: channelTone(key === '~' ? null : key, index),
      }))
      .toSorted((a, b) => a.tone - b.tone),
    times: (weekday) =>
      covered === null
        ? 0
        : weekday === 0
          ? weekdays.reduce((sum, one) => sum + timesIn(covered, one), 0)
          : timesIn(covered, weekday),
  }
}

const placeOf = (known: readonly string[], channel: string): number => (known.indexOf(channel) + 99) % 99
