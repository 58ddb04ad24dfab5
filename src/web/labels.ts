import type { Answer, Cell } from '../semantic/types.ts'
import type { Format } from './format.ts'
import type { Model } from './session.tsx'
import { strings } from './strings.ts'

/** A dimension's value in words: channels are named, weekdays and hours written, null is "Unknown". */
export const valueLabel = (dimension: string, value: Cell | undefined, format: Format): string => {
  if (value === null || value === undefined)
    return dimension === 'store' ? strings.filters.noStore : strings.filters.unknown
  if (dimension === 'channel') return strings.channels[String(value)] ?? sentence(String(value))
  if (dimension === 'weekday') return format.weekday(Number(value), 'long')
  if (dimension === 'hour') return format.hour(Number(value))
  return String(value)
}

export const dimensionLabel = (model: Model, name: string): string =>
  name === 'date' ? strings.filters.dates : (model.dimensions.get(name)?.label ?? name)

const sentence = (word: string): string =>
  `${word.charAt(0).toUpperCase()}${word.slice(1)}`.replaceAll('_', ' ')

/** Reads an answer's rows by column names. */
export interface Rows {
  readonly length: number
  readonly text: (row: number, column: string) => string | null
  readonly number: (row: number, column: string) => number | null
  /** The `<dimension>.label` where there is one, the value in words otherwise. */
  readonly label: (row: number, dimension: string) => string
}

export const rowsOf = (answer: Answer | undefined, format: Format): Rows => {
  const at = new Map(answer?.columns.map(({ name }, index) => [name, index]))
  const cell = (row: number, column: string): Cell => answer?.rows[row]?.[at.get(column) ?? -1] ?? null
  const text = (row: number, column: string): string | null => {
    const value = cell(row, column)
    return value === null ? null : String(value)
  }
  return {
    length: answer?.rows.length ?? 0,
    text,
    number: (row, column) => {
      const value = cell(row, column)
      return typeof value === 'number' ? value : null
    },
    label: (row, dimension) =>
      text(row, `${dimension}.label`) ?? valueLabel(dimension, cell(row, dimension), format),
  }
}

/** 0, 1, 2 … as long as the answer: what a screen maps over. */
export const indices = (rows: Rows): readonly number[] => Array.from({ length: rows.length }, (_, row) => row)

const channelTones: Readonly<Record<string, number>> = { online: 1, in_store: 2, store: 2, marketplace: 3 }

/** A channel has one colour everywhere. */
export const channelTone = (channel: string | null, index = 0): number =>
  channel === null ? 5 : (channelTones[channel] ?? ((index + 3) % 5) + 1)

const segmentTones: Readonly<Record<string, number>> = {
  'High-Value Customer': 1,
  'One-Time Buyer': 2,
  'Loyalty Champion': 3,
  'Regular Customer': 5,
}

/** A segment has one colour everywhere. */
export const segmentTone = (segment: string | null, index = 0): number =>
  segment === null ? 4 : (segmentTones[segment] ?? (index % 5) + 1)
