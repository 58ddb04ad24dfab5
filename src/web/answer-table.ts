import type { Format as Kind } from '../model/semantic-types.ts'
import type { Answer, Cell, Query } from '../semantic/types.ts'
import type { Column } from './components/data-table.tsx'
import type { Format } from './format.ts'
import { dimensionLabel, valueLabel } from './labels.ts'
import type { Model } from './session.tsx'
import { strings } from './strings.ts'

export interface AnswerRow {
  readonly key: string
  readonly cells: Readonly<Record<string, Cell>>
}

/** Any answer as a table: labels instead of ids, every figure exact. It is the "table view" of every tile. */
export const answerTable = (
  answer: Answer,
  query: Query,
  model: Model,
  format: Format,
): { readonly columns: readonly Column<AnswerRow>[]; readonly rows: readonly AnswerRow[] } => {
  const names = answer.columns.map(({ name }) => name)
  const rows = answer.rows.map((cells, index) => ({
    key: String(index),
    cells: Object.fromEntries(names.map((name, at) => [name, cells[at] ?? null])),
  }))
  const columns = answer.columns
    .filter(({ kind }) => kind !== 'label')
    .map(({ name, kind }) =>
      kind === 'dimension'
        ? dimensionColumn(name, query, model, format)
        : measureColumn(name, kind, model, format),
    )
  return { columns, rows }
}

const dimensionColumn = (name: string, query: Query, model: Model, format: Format): Column<AnswerRow> => {
  const grain = query.by?.find(({ dimension }) => dimension === name)?.grain ?? 'day'
  const show = ({ cells }: AnswerRow): string => {
    const label = cells[`${name}.label`]
    if (typeof label === 'string') return label
    if (name === 'date' && typeof cells.date === 'string') return format.bucket(cells.date, grain)
    return valueLabel(name, cells[name], format)
  }
  return {
    key: name,
    label: dimensionLabel(model, name),
    render: show,
    sortOf: ({ cells }) => cells[`${name}.label`] ?? cells[name] ?? null,
  }
}

const measureColumn = (name: string, kind: string, model: Model, format: Format): Column<AnswerRow> => {
  const info = model.measures.get(name.replace(/\.before$/, ''))
  const written: Kind = info?.format ?? 'decimal'
  const label = info?.label ?? name
  const value = ({ cells }: AnswerRow): number | null => {
    const cell = cells[name]
    return typeof cell === 'number' ? cell : null
  }
  return {
    key: name,
    label: kind === 'before' ? `${label}, ${strings.table.before}` : label,
    numeric: true,
    render: (row) => format.exact(value(row), written),
    sortOf: value,
  }
}
