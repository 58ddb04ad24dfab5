import { Segmented } from '../components/button.tsx'
import { Empty } from '../components/notice.tsx'
import { PageFrame } from '../components/page-frame.tsx'
import { Tiles } from '../components/tile.tsx'
import { exploreStrings as strings } from '../strings/explore.ts'
import { strings as shared } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { type Show, useChoice } from './explore/choice.ts'
import { Controls } from './explore/controls.tsx'
import { Leaderboard } from './explore/leaderboard.tsx'
import { OverTime } from './explore/over-time.tsx'
import { Pivot } from './explore/pivot.tsx'
import { SavedViews } from './explore/saved-views.tsx'
import '../styles/data-pages.css'

/** Any measure by any dimension: a leaderboard, a pivot, or a line over time. */
export const Page = () => {
  const page = usePage()
  const choice = useChoice()
  if (!choice) {
    return (
      <PageFrame title={strings.title} subtitle={strings.subtitle} filters={false}>
        <Empty icon="compass" title={shared.tile.noSource} hint={shared.tile.noSourceHint} />
      </PageFrame>
    )
  }
  return (
    <PageFrame title={strings.title} subtitle={choice.measure.description}>
      <div className="explore-bar">
        <Controls choice={choice} />
        <span className="explore-right">
          <Segmented
            label={strings.show}
            options={Object.entries(strings.shows).map(([value, label]) => ({ value: value as Show, label }))}
            value={choice.show}
            onChange={(show) => page.set({ show: show === 'list' ? undefined : show })}
          />
          <SavedViews />
        </span>
      </div>
      <Tiles>
        {choice.show === 'list' ? <Leaderboard choice={choice} /> : null}
        {choice.show === 'pivot' ? <Pivot choice={choice} /> : null}
        {choice.show === 'time' ? <OverTime choice={choice} /> : null}
      </Tiles>
    </PageFrame>
  )
}
