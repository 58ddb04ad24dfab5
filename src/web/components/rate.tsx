import type { Format as Kind } from '../../model/semantic-types.ts'
import { useFormat } from '../session.tsx'
import { chartStrings as text } from '../strings/charts.ts'
import '../styles/reports.css'

/** Ratios over fewer cases say little: they are muted, and say how many. */
export const fewCases = 10

/** A ratio in a table: exact, or muted with its number of cases where those are few. */
export const Rate = ({ value, kind, cases }: { value: number | null; kind: Kind; cases: number }) => {
  const format = useFormat()
  const written = format.exact(value, kind)
  if (value === null || cases >= fewCases) return written
  return (
    <span className="rate-low" title={text.low(format.count(cases))}>
      <span className="rate-cases">{text.lowBase(format.count(cases))}</span>
      {written}
    </span>
  )
}
