import { dimensionLabel, indices, rowsOf, valueLabel } from '../labels.ts'
import { useAsk } from '../query.ts'
import { useFormat, useModel } from '../session.tsx'
import type { Values } from '../state.ts'
import { strings } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { Icon } from './icon.tsx'

/** What filters the page now, each removable. */
export const FilterPills = () => {
  const page = usePage()
  const format = useFormat()
  const isOwnRange = page.state.range.includes('..')
  const entries = Object.entries(page.state.filters)
  const count = entries.length + (isOwnRange ? 1 : 0)
  if (count === 0) return null
  return (
    <ul className="pills" aria-label={strings.filters.label}>
      {isOwnRange && page.period ? (
        <Pill
          name={strings.filters.dates}
          text={format.period(page.period)}
          onRemove={() => page.set({ range: undefined })}
        />
      ) : null}
      {entries.map(([dimension, values]) => (
        <DimensionPill key={dimension} dimension={dimension} values={values} />
      ))}
      {count > 1 ? (
        <li>
          <button type="button" className="link-button" onClick={page.clearAll}>
            {strings.filters.clearAll}
          </button>
        </li>
      ) : null}
    </ul>
  )
}

const DimensionPill = ({ dimension, values }: { dimension: string; values: Values }) => {
  const page = usePage()
  const model = useModel()
  const text = useLabels(dimension, values).join(', ')
  return (
    <Pill
      name={dimensionLabel(model, dimension)}
      text={text}
      onRemove={() => page.set({ [dimension]: undefined })}
    />
  )
}

/** Values of a filter in words: ids are asked for their labels. */
export const useLabels = (dimension: string, values: Values): readonly string[] => {
  const format = useFormat()
  const model = useModel()
  const measure = [...model.measures.values()].find(
    (one) => one.hasData && one.dimensions.includes(dimension),
  )
  const isLabelled = model.dimensions.get(dimension)?.labelled ?? false
  const asked = useAsk(
    isLabelled && measure
      ? { measures: [measure.name], by: [{ dimension }], filters: { values: { [dimension]: values } } }
      : null,
  )
  const rows = rowsOf(asked.answer, format)
  const labels = new Map(indices(rows).map((row) => [rows.text(row, dimension), rows.label(row, dimension)]))
  return values.map((value) => labels.get(value) ?? valueLabel(dimension, value, format))
}

const Pill = ({ name, text, onRemove }: { name: string; text: string; onRemove: () => void }) => (
  <li className="pill">
    <span className="pill-name">{name}</span>
    <span className="pill-text">{text}</span>
    <button type="button" aria-label={strings.filters.remove(`${name}: ${text}`)} onClick={onRemove}>
      <Icon name="close" size={12} />
    </button>
  </li>
)
