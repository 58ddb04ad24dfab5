import type { FieldType } from '../model/types.ts'
import type { Dialect } from './dialect.ts'

/** What most engines write alike: an engine that does not has `spelling` in its dialect. */
export interface Spelling {
  /** Texts, one after the other; NULL when one of them is. */
  concat(parts: readonly string[]): string
  cast(expression: string, type: FieldType): string
  /** As a float. */
  double(expression: string): string
  /** Characters of a text. */
  length(expression: string): string
  /** An aggregate: the greatest value, true after false. */
  max(expression: string, type: FieldType): string
}

export const joined = (d: Dialect, parts: readonly string[]): string =>
  d.spelling?.concat(parts) ?? parts.join(' || ')

export const castTo = (d: Dialect, x: string, type: FieldType): string =>
  d.spelling?.cast(x, type) ?? `cast(${x} as ${d.type(type)})`

export const asDouble = (d: Dialect, x: string): string => d.spelling?.double(x) ?? `cast(${x} as double)`

export const lengthOf = (d: Dialect, x: string): string => d.spelling?.length(x) ?? `length(${x})`

export const greatestOf = (d: Dialect, x: string, type: FieldType): string =>
  d.spelling?.max(x, type) ?? `max(${x})`
