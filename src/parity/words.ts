import type {
  ColumnParity,
  Differing,
  ParityCertificate,
  RowDifference,
  Shown,
  TableParity,
  Verdict,
} from './types.ts'

/** Sentences of a certificate, the same in the terminal and in Markdown. */

export const count = (value: number): string => value.toLocaleString('en-US')

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

export const VERDICTS: Readonly<Record<Verdict, string>> = {
  equal: 'equal',
  differs: 'differs',
  not_comparable: 'not comparable',
}

export function summary({ verdict, sides: [a, b], tables }: ParityCertificate): string {
  const of = (wanted: Verdict) => tables.filter((table) => table.verdict === wanted).length
  const rows = tables.reduce((sum, table) => sum + (table.rows[0] ?? 0), 0)
  if (verdict === 'equal')
    return `${a.name} and ${b.name} hold the same gold: ${plural(tables.length, 'table')}, ${plural(rows, 'row')}.`
  const parts = [
    ...(of('differs') > 0 ? [`${plural(of('differs'), 'table differs', 'tables differ')}`] : []),
    ...(of('not_comparable') > 0
      ? [`${plural(of('not_comparable'), 'table is', 'tables are')} not comparable`]
      : []),
    `${plural(of('equal'), 'table is', 'tables are')} equal`,
  ]
  const what = verdict === 'differs' ? 'do not hold the same gold' : 'could not be compared in everything'
  return `${a.name} and ${b.name} ${what}: ${parts.join(', ')}.`
}

/** Rows that differ, as far as they were counted. */
export const countOf = ({ changed, onlyInA, onlyInB }: Differing): number => changed + onlyInA + onlyInB

/** Result of a table in a few words. */
export function outcome(table: TableParity, [a, b]: readonly [string, string]): string {
  const { verdict, reasons, columns, differing, rows } = table
  if (verdict === 'equal') return 'equal'
  if (verdict === 'not_comparable')
    return `not comparable: ${reasons[0]}${reasons.length > 1 ? ` (and ${reasons.length - 1} more)` : ''}`
  const { changed, onlyInA, onlyInB, more } = differing
  const moved = rows[0] === rows[1] && columns.every(({ equal }) => equal !== false)
  const parts = [
    ...(changed > 0 ? [`${plural(changed, 'row')} changed in ${listed(differing.columns)}`] : []),
    ...(onlyInA > 0 ? [`${plural(onlyInA, 'row')} only in ${a}`] : []),
    ...(onlyInB > 0 ? [`${plural(onlyInB, 'row')} only in ${b}`] : []),
    ...(countOf(differing) === 0 ? [`checksums differ in ${listed(unequalOf(table))}`] : []),
    ...(moved ? ['each column holds the same values, in other rows'] : []),
  ]
  return `${more ? 'at least ' : ''}${parts.join('; ')}`
}

const unequalOf = ({ columns }: TableParity): string[] =>
  columns.filter(({ equal }) => equal === false).map(({ column }) => column)

const LISTED = 6

const listed = (names: readonly string[]): string =>
  names.length <= LISTED
    ? names.join(', ')
    : `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`

/** The row's key: `source = "retail", loyalty_id = "17"`. */
export function keyText({ columns }: TableParity, { key }: RowDifference): string {
  const parts = Object.entries(key).map(([name, value]) => `${name} = ${valueText(columns, name, value)}`)
  return parts.length === 0 ? 'a row without a key' : parts.join(', ')
}

/** What became of the row: on one side only, or which columns differ and, where they may be shown, how. */
export function changeText(table: TableParity, row: RowDifference, names: readonly [string, string]): string {
  const times = row.times > 1 ? ` (${count(row.times)} times)` : ''
  if (row.kind !== 'changed') return `only in ${names[row.kind === 'only_in_a' ? 0 : 1]}${times}`
  const changes = row.columns.map(({ column, a, b }) =>
    a === undefined || b === undefined
      ? `${column} (personal)`
      : `${column} ${valueText(table.columns, column, a)} -> ${valueText(table.columns, column, b)}`,
  )
  return `${changes.join('; ')}${times}`
}

/** Texts in quotes, so that an empty one, a space at the end and NULL can be told apart. */
function valueText(columns: readonly ColumnParity[], name: string, value: Shown): string {
  if (value === undefined) return '(personal)'
  if (value === null) return 'NULL'
  return columns.find(({ column }) => column === name)?.kind === 'text' ? JSON.stringify(value) : value
}

/** How much of what differs is shown. */
export function shownText({ differences, differing }: TableParity): string | undefined {
  const all = countOf(differing)
  const shown = differences.reduce((sum, { times }) => sum + times, 0)
  if (differing.more)
    return `The search ended at ${count(all)} differing rows; the first ${count(shown)} are shown.`
  return shown < all ? `The first ${count(shown)} of ${count(all)} differing rows are shown.` : undefined
}
