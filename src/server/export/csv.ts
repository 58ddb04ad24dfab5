import type { ColumnType } from '../reading/tables.ts'

/** Spreadsheets on double-click read a file as UTF-8 only with this in front; readers of RFC 4180 pass over it. */
export const BOM = '\ufeff'

/** One record by RFC 4180. NULL is nothing, an empty text a pair of quotes. */
export const csvLine = (cells: readonly string[]): string => `${cells.join(',')}\r\n`

export const csvHeader = (names: readonly string[]): string =>
  csvLine(names.map((name) => quoted(defused(name))))

/** Numbers, dates and booleans are written as they are; only text can be taken for a formula. */
export function csvCell(value: unknown, type: ColumnType): string {
  if (value === null || value === undefined) return ''
  const text = String(value)
  if (type === 'timestamp') return text.replace(' ', 'T')
  if (type !== 'text') return quoted(text)
  return text === '' ? '""' : quoted(defused(text))
}

/**
 * A spreadsheet runs a cell that begins like a formula: such text gets an apostrophe in front. What is a number in whole, such as
 * `-12.50` or a phone number with its `+`, is none.
 */
export function defused(text: string): string {
  const isFormula = /^[\s\0]*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20|%]/.test(text)
  return isFormula && !/^[+-]?\d[\d., ]*$/.test(text) ? `'${text}` : text
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
