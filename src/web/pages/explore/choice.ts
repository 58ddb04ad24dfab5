import type { DimensionInfo, MeasureInfo } from '../../../model/semantic-types.ts'
import type { Grain } from '../../../semantic/types.ts'
import { grainFor, shownPeriod } from '../../period.ts'
import { type Model, useModel } from '../../session.tsx'
import { type Page, usePage } from '../../use-page.ts'

export type Show = 'list' | 'pivot' | 'time'

/** What the page shows, as its address says, with defaults for whatever does not fit this project. */
export interface Choice {
  readonly measure: MeasureInfo
  readonly by: DimensionInfo
  /** The second dimension; `date` is one. */
  readonly split: DimensionInfo | undefined
  readonly show: Show
  readonly grain: Grain
  readonly n: number
  readonly measures: readonly MeasureInfo[]
  readonly dimensions: readonly DimensionInfo[]
  readonly hasDate: boolean
  /** A comparison is possible. */
  readonly compare: 'prev' | 'year' | undefined
}

/** Null where the project has no figure at all. */
export const useChoice = (): Choice | null => {
  const model = useModel()
  const page = usePage()
  return choiceOf(model, page)
}

const choiceOf = (model: Model, page: Page): Choice | null => {
  const { own, by: byName, n = 10, grain } = page.state
  const measures = [...model.measures.values()].filter(({ hasData }) => hasData)
  const measure = measures.find(({ name }) => name === own.measure) ?? measures[0]
  if (!measure) return null
  const dimensions = dimensionsOf(measure, model)
  const by = dimensions.find(({ name }) => name === byName) ?? preferred(dimensions)
  if (!by) return null
  const hasDate = measure.dimensions.includes('date')
  const date = hasDate ? model.dimensions.get('date') : undefined
  const split = [...dimensions, ...(date ? [date] : [])].find(
    ({ name }) => name === own.split && name !== by.name,
  )
  const show = own.show === 'pivot' || own.show === 'time' ? own.show : 'list'
  const shown = shownPeriod(page.state.range, page.extent)
  const isComparable = hasDate && !by.asOfVersion
  return {
    measure,
    by,
    split,
    show,
    grain: grain ?? (show === 'pivot' ? 'month' : grainFor(shown)),
    n,
    measures,
    dimensions,
    hasDate,
    compare: isComparable ? page.compare : undefined,
  }
}

/** Names and contacts of people are no dimensions; dates have a control of their own. */
const dimensionsOf = (measure: MeasureInfo, model: Model): readonly DimensionInfo[] =>
  measure.dimensions.flatMap((name) => {
    const dimension = model.dimensions.get(name)
    return dimension?.hasData && dimension.pii !== 'direct' && name !== 'date' ? [dimension] : []
  })

/** A few values say more at first sight than a thousand customers. */
const preferred = (dimensions: readonly DimensionInfo[]): DimensionInfo | undefined =>
  ['category', 'segment', 'issue_type', 'device', 'tier']
    .flatMap((name) => dimensions.find((dimension) => dimension.name === name) ?? [])
    .at(0) ?? dimensions[0]

/** Ratios and the number of cases they are over: fewer than ten say little. */
export const casesOf: Readonly<Record<string, string>> = {
  aov: 'orders',
  repeat_rate: 'buyers',
  resolution_rate: 'interactions',
  resolution_hours: 'resolved',
  csat: 'answered',
  response_rate: 'interactions',
  pages_per_session: 'sessions',
  session_duration: 'sessions',
  average_lifetime_value: 'customers',
  retention_rate: 'cohort_customers',
}

export const fewest = 10
