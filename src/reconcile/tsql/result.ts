import { quoted } from './scope.ts'
import { type BoundQuery, type Column, type Expression, Refused } from './types.ts'
import { comparable, converted, higher } from './values.ts'

/** A column without a name still needs one to be read by. */
export const outName = (name: string, index: number): string =>
  quoted(name === '' ? `column${index + 1}` : name)

export function renamed(columns: readonly Column[], names: readonly string[]): readonly Column[] {
  if (names.length === 0) return columns
  if (names.length !== columns.length)
    throw new Refused('legacy_name', `${names.length} column names for ${columns.length} columns`)
  return columns.map((column, index) => ({ ...column, name: names[index] ?? '' }))
}

export function unified(a: Column, b: Column): Column {
  const { origin: _, ...column } = a
  return { ...column, type: higher([a.type, b.type]), hidden: a.hidden || b.hidden }
}

export function branch(side: BoundQuery, columns: readonly Column[]): string {
  const list = side.columns.map((column, index) => {
    const to = columns[index] ?? column
    const sql = `q.${outName(column.name, index)}`
    const value: Expression = {
      sql,
      type: column.type,
      hidden: false,
      items: new Set(),
      node: { kind: 'column', fields: {} },
    }
    return `${converted(value, to.type)} as ${outName(to.name, index)}`
  })
  return `select ${list.join(', ')} from (${side.sql}) q`
}

/** Rows once each; of texts that differ in case only, one is kept. */
export function distinctRows(rows: string, columns: readonly Column[]): string {
  const names = columns.map((column, index) => ({ ...column, name: outName(column.name, index) }))
  const list = names.map(({ name, type }) => (type === 'text' ? `min(${name}) as ${name}` : name))
  return `select ${list.join(', ')} from (${rows}) d group by ${names.map(({ name, type }) => comparable(name, type)).join(', ')}`
}
