import { PageFrame } from '../components/page-frame.tsx'
import { Tiles } from '../components/tile.tsx'
import { useFormat } from '../session.tsx'
import { peakStrings as text } from '../strings/peak-times.ts'
import { strings } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { HourColumns, WeekdayColumns } from './peak-times/columns.tsx'
import { WeekGrid } from './peak-times/grid.tsx'
import { TopHours } from './peak-times/top-hours.tsx'
import { usePeakTimes } from './peak-times/use-hours.ts'

/** Peak times: when people buy. */
export const Page = () => {
  const page = usePage()
  const format = useFormat()
  const peaks = usePeakTimes()
  return (
    <PageFrame
      title={strings.pages['peak-times']}
      subtitle={text.subtitle(page.period ? format.period(page.period) : text.allDates)}
    >
      <Tiles>
        <WeekGrid peaks={peaks} />
        <WeekdayColumns peaks={peaks} />
        <HourColumns peaks={peaks} />
        <TopHours peaks={peaks} />
      </Tiles>
    </PageFrame>
  )
}
