import { type Progress, shareDone } from '../../run-progress.ts'
import { runsStrings as strings } from '../../strings/runs.ts'
import { moodOf, stateLabel } from './state-badge.tsx'

/** What a run is at, in words and as a bar. */
export const ProgressLine = ({ progress, ended }: { progress: Progress; ended: string | null }) => {
  const share = shareDone(progress)
  const text = ended ? endText(progress, ended) : nowText(progress)
  return (
    <>
      <p className="live-now" role="status">
        {text}
      </p>
      <div
        className={`progress ${share === null ? 'is-unknown' : ''} progress-${ended ? moodOf(ended) : 'busy'}`}
        role="progressbar"
        aria-label={strings.live.progress}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share === null ? undefined : Math.round(share * 100)}
        aria-valuetext={text}
      >
        <span style={{ width: `${(share ?? 0.08) * 100}%` }} />
      </div>
    </>
  )
}

const nowText = ({ scanning, steps, of }: Progress): string => {
  const step = steps.at(-1)
  if (step) return strings.live.step(step.index, of, step.name)
  return scanning ? strings.live.reading(scanning.path) : strings.live.planning
}

const endText = ({ version }: Progress, ended: string): string =>
  ended === 'published' && version !== null ? strings.live.published(version) : stateLabel(ended)
