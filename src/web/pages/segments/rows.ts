import { indices, rowsOf, segmentTone } from '../../labels.ts'
import { type Ask, useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { usePage } from '../../use-page.ts'

export interface SegmentRow {
  readonly segment: string | null
  readonly label: string
  readonly tone: number
  readonly customers: number | null
  readonly lifetime: number | null
  readonly each: number | null
  readonly revenue: number | null
  readonly orders: number | null
  readonly aov: number | null
}

const wanted = ['revenue', 'orders', 'aov', 'customers', 'lifetime_value', 'average_lifetime_value']

/** The segments with what they are as of the version and what they bought in the dates; the page's segments only highlight. */
export const useSegments = (): { ask: Ask; rows: readonly SegmentRow[] } => {
  const page = usePage()
  const format = useFormat()
  const { has } = useModel()
  const measures = wanted.filter(has)
  const ask = useAsk(
    measures.length === 0
      ? null
      : { measures, by: [{ dimension: 'segment' }], filters: page.filters('segment'), limit: 50 },
  )
  const read = rowsOf(ask.answer, format)
  const rows = indices(read).map((row) => ({
    segment: read.text(row, 'segment'),
    label: read.label(row, 'segment'),
    tone: segmentTone(read.text(row, 'segment'), row),
    customers: read.number(row, 'customers'),
    lifetime: read.number(row, 'lifetime_value'),
    each: read.number(row, 'average_lifetime_value'),
    revenue: read.number(row, 'revenue'),
    orders: read.number(row, 'orders'),
    aov: read.number(row, 'aov'),
  }))
  return { ask, rows }
}
