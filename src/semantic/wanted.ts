import type { Problem } from '../errors.ts'
import {
  dimensionMeant,
  dimensionNamed,
  dimensionsOf,
  measureMeant,
  measureNamed,
} from '../model/semantic/catalogue.ts'
import type { Dimension } from '../model/semantic/dimensions.ts'
import type { Measure } from '../model/semantic/measure.ts'
import { isDay, type Period } from './days.ts'
import type { Filters, Grain, Order, Query } from './types.ts'

/** A query whose every name is one of the catalogue's. */
export interface Wanted {
  readonly measures: readonly Measure[]
  readonly by: readonly Grouped[]
  readonly range?: Period
  readonly values: readonly Filtered[]
  readonly order: readonly Order[]
  readonly limit: number
  readonly compare?: 'prev' | 'year'
}

export interface Grouped {
  readonly dimension: Dimension
  /** For dates, and only for them. */
  readonly grain?: Grain
}

export interface Filtered {
  readonly dimension: Dimension
  readonly values: readonly (string | null)[]
}

/** Rows an answer has at most. */
export const MOST_ROWS = 10_000
const MOST_MEASURES = 20
const MOST_GROUPINGS = 4
const MOST_VALUES = 200
const GRAINS: readonly string[] = ['day', 'week', 'month', 'quarter', 'year']

type Report = (code: string, message: string, hint?: string) => void

/** Checks a query against the catalogue. Whatever it holds, every problem is named and nothing is thrown. */
export function wanted(query: Query): {
  readonly wanted?: Wanted
  readonly problems: readonly Problem[]
} {
  const problems: Problem[] = []
  const report: Report = (code, message, hint) =>
    problems.push({ code, message, ...(hint === undefined ? {} : { hint }) })
  const measures = measuresOf(query, report)
  const by = groupingsOf(query, measures, report)
  const range = rangeOf(query.filters, report)
  const values = valuesOf(query.filters, report)
  const order = orderOf(query, report)
  if (query.compare !== undefined && !['prev', 'year'].includes(query.compare))
    report('unknown_comparison', `there is no comparison \`${shown(query.compare)}\``, 'known: prev, year')
  if (query.compare !== undefined && range === undefined)
    report('compare_needs_range', 'a comparison needs a range', 'give filters.range from and to')
  if (problems.length > 0) return { problems }
  const { compare } = query
  return {
    problems,
    wanted: {
      measures,
      by,
      values,
      order,
      limit: limitOf(query.limit),
      ...(range ? { range } : {}),
      ...(compare ? { compare } : {}),
    },
  }
}

/** Names come from outside: they are shown short and in one line. */
const shown = (value: unknown): string =>
  String(value)
    .replaceAll(/[^\P{C}]/gu, ' ')
    .slice(0, 80)

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const limitOf = (limit: number | undefined): number =>
  limit === undefined || !Number.isFinite(limit)
    ? MOST_ROWS
    : Math.min(MOST_ROWS, Math.max(1, Math.floor(limit)))

function measuresOf(query: Query, report: Report): readonly Measure[] {
  const names = listIn(query.measures)
  if (names.length === 0) report('no_measure', 'a query needs a measure')
  if (names.length > MOST_MEASURES)
    report('too_many', `${names.length} measures; at most ${MOST_MEASURES} at once`)
  return names.slice(0, MOST_MEASURES).flatMap((name, index) => {
    const found = typeof name === 'string' ? measureNamed(name) : undefined
    if (!found)
      report(
        'unknown_measure',
        `there is no measure \`${shown(name)}\``,
        measureMeant(shown(name)) ?? 'GET /api/model lists them',
      )
    if (names.indexOf(name) < index) report('twice', `the measure \`${shown(name)}\` is there twice`)
    return found ? [found] : []
  })
}

function groupingsOf(query: Query, measures: readonly Measure[], report: Report): readonly Grouped[] {
  const groupings = listIn(query.by)
  if (groupings.length > MOST_GROUPINGS)
    report('too_many', `${groupings.length} groupings; at most ${MOST_GROUPINGS} at once`)
  const seen = new Set<string>()
  return groupings.slice(0, MOST_GROUPINGS).flatMap((grouping) => {
    const { dimension: name, grain } = (grouping ?? {}) as { dimension?: unknown; grain?: unknown }
    const dimension = dimensionOf(name, report)
    if (!dimension) return []
    if (seen.has(dimension.name)) report('twice', `\`${dimension.name}\` is grouped by twice`)
    seen.add(dimension.name)
    reachable(dimension, measures, report)
    const found = grainOf(dimension, grain, report)
    return [{ dimension, ...(found ? { grain: found } : {}) }]
  })
}

function dimensionOf(name: unknown, report: Report): Dimension | undefined {
  const found = typeof name === 'string' ? dimensionNamed(name) : undefined
  if (!found)
    report(
      'unknown_dimension',
      `there is no dimension \`${shown(name)}\``,
      dimensionMeant(shown(name)) ?? 'GET /api/model lists them',
    )
  return found
}

function reachable(dimension: Dimension, measures: readonly Measure[], report: Report): void {
  for (const measure of measures) {
    const names = dimensionsOf(measure).map(({ name }) => name)
    if (!names.includes(dimension.name))
      report(
        'not_related',
        `\`${measure.name}\` has no relationship to \`${dimension.name}\``,
        `\`${measure.name}\` goes by ${names.join(', ')}`,
      )
  }
}

function grainOf(dimension: Dimension, grain: unknown, report: Report): Grain | undefined {
  if (dimension.name !== 'date') {
    if (grain !== undefined) report('wrong_grain', `\`${dimension.name}\` has no grain`, 'only `date` has')
    return undefined
  }
  if (grain === undefined) return 'day'
  if (typeof grain === 'string' && GRAINS.includes(grain)) return grain as Grain
  report('wrong_grain', `there is no grain \`${shown(grain)}\``, `known: ${GRAINS.join(', ')}`)
  return undefined
}

function rangeOf(filters: Filters | undefined, report: Report): Period | undefined {
  const range = filters?.range
  if (range === undefined || range === null) return undefined
  const { from, to } = range
  for (const day of [from, to])
    if (typeof day !== 'string' || !isDay(day))
      report('wrong_range', `\`${shown(day)}\` is not a day`, 'write it as 2025-02-28')
  if (String(from) >= String(to))
    report(
      'wrong_range',
      'the range ends before it begins',
      'from is its first day, to the day after its last',
    )
  return { from: String(from), to: String(to) }
}

function valuesOf(filters: Filters | undefined, report: Report): readonly Filtered[] {
  const entries = Object.entries(filters?.values ?? {})
  return entries.flatMap(([name, given]) => {
    const dimension = dimensionOf(name, report)
    if (!dimension) return []
    if (dimension.name === 'date') {
      report('wrong_filter', '`date` is filtered by a range', 'give filters.range from and to')
      return []
    }
    const values = listIn(given)
    if (values.length > MOST_VALUES)
      report('too_many', `${values.length} values of \`${name}\`; at most ${MOST_VALUES}`)
    for (const value of values) checkValue(dimension, value, report)
    return [{ dimension, values: values.map((value) => (value === null ? null : String(value))) }]
  })
}

/** Values are not repeated in the message: they may be personal. */
function checkValue({ name, type }: Dimension, value: unknown, report: Report): void {
  if (value === null) return
  const text = String(value)
  if (type === 'integer' && !/^-?\d{1,9}$/.test(text))
    report('wrong_value', `a value of \`${name}\` is not a whole number`)
  if (type === 'date' && !isDay(text)) report('wrong_value', `a value of \`${name}\` is not a day`)
  if (text.includes('\u0000')) report('wrong_value', `a value of \`${name}\` has a character no text has`)
}

function orderOf({ order, measures, by, compare }: Query, report: Report): readonly Order[] {
  const measured = listIn(measures).map(String)
  const known = [
    ...measured,
    ...listIn(by).map((one) => String((one as { dimension?: unknown } | null)?.dimension)),
    ...(compare ? measured.map((name) => `${name}.change`) : []),
  ]
  return listIn(order).flatMap((one) => {
    const { by: name, descending } = (one ?? {}) as { by?: unknown; descending?: unknown }
    if (typeof name === 'string' && known.includes(name))
      return [{ by: name, descending: descending === true }]
    const hint = String(name).endsWith('.change') && !compare ? 'a change needs `compare`' : undefined
    report(
      'unknown_order',
      `cannot order by \`${shown(name)}\`, which is not in the query`,
      hint ?? dimensionMeant(shown(name), known),
    )
    return []
  })
}
