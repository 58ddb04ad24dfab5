import type { Interval, Tier } from './agents.ts'

export const tierTones: Readonly<Record<Tier, number>> = { high: 3, middle: 1, low: 2, none: 5 }

/** A rate as a dot within its interval, on a line from `from` (or less) to 100 %; the tick is the pooled rate. Its figures stand beside it. */
export const RateRange = ({
  interval,
  rate,
  tier,
  pooled,
  from,
}: {
  interval: Interval
  rate: number
  tier: Tier
  pooled: number | null
  from: number
}) => {
  const at = (percent: number): number => ((Math.max(from, percent) - from) / (100 - from)) * 100
  return (
    <span className="rate-range" aria-hidden="true">
      {pooled === null ? null : <span className="rate-range-pooled" style={{ left: `${at(pooled)}%` }} />}
      <span
        className={`rate-range-band tone-${tierTones[tier]}`}
        style={{ left: `${at(interval.low)}%`, width: `${at(interval.high) - at(interval.low)}%` }}
      />
      <span className={`rate-range-dot tone-${tierTones[tier]}`} style={{ left: `${at(rate)}%` }} />
    </span>
  )
}
