import type { MeasureInfo } from '../../../model/semantic-types.ts'
import { Select } from '../../components/select.tsx'
import { exploreStrings as strings } from '../../strings/explore.ts'
import { strings as shared } from '../../strings.ts'
import { usePage } from '../../use-page.ts'
import type { Choice } from './choice.ts'

const sizes = ['5', '10', '25', '50', '100'] as const

/** Figure, dimension, second dimension, grain, how many: a sentence of choices. */
export const Controls = ({ choice }: { choice: Choice }) => {
  const page = usePage()
  const { measure, by, split, show, grain, n, dimensions, measures, hasDate } = choice
  const options = dimensions.map(({ name, label }) => ({ value: name, label }))
  const others = [
    { value: '', label: strings.noSplit },
    ...(hasDate ? [{ value: 'date', label: shared.filters.dates }] : []),
    ...options.filter(({ value }) => value !== by.name),
  ]
  const isByDate = show === 'time' || split?.name === 'date'
  return (
    <fieldset className="explore-controls" aria-label={strings.title}>
      <Select
        label={strings.measure}
        options={measures.map(({ name, label }) => ({ value: name, label }))}
        value={measure.name}
        onChange={(name) => page.set({ ...forMeasure(measures, name), sort: undefined })}
      />
      <Select
        label={strings.by}
        showLabel
        options={options}
        value={by.name}
        onChange={(name) => page.set({ by: name, sort: undefined })}
      />
      {show === 'pivot' ? (
        <Select
          label={strings.split}
          showLabel
          options={others}
          value={split?.name ?? ''}
          onChange={(name) => page.set({ split: name })}
        />
      ) : null}
      {isByDate && show !== 'list' ? (
        <Select
          label={strings.over}
          showLabel
          options={(['day', 'week', 'month', 'quarter', 'year'] as const).map((value) => ({
            value,
            label: shared.grains[value],
          }))}
          value={grain}
          onChange={(value) => page.set({ grain: value })}
        />
      ) : null}
      {show === 'time' ? null : (
        <Select
          label={strings.top}
          options={sizes.map((value) => ({ value, label: strings.topN(Number(value)) }))}
          value={String(n)}
          onChange={(value) => page.set({ n: value === '10' ? undefined : value })}
        />
      )}
    </fieldset>
  )
}

/** Dimensions that the new figure has no relationship to leave the address. */
const forMeasure = (
  measures: readonly MeasureInfo[],
  name: string,
): Readonly<Record<string, string | undefined>> => {
  const known = measures.find((measure) => measure.name === name)?.dimensions ?? []
  const at = new URLSearchParams(window.location.search)
  const keep = (key: string): Record<string, undefined> => {
    const value = at.get(key)
    return value !== null && !known.includes(value) ? { [key]: undefined } : {}
  }
  return { measure: name, ...keep('by'), ...keep('split') }
}
