import type {
  FigureExplained,
  FileRow,
  LostRow,
  PartExplained,
  RowBehind,
  RowsExplained,
} from '../lineage/explained.ts'
import { count, type Paint, table } from './style.ts'

const RIGHT = { align: 'right' as const }

/** The rows behind a figure for a person: figure, sum, counted rows, left-out rows, rows that never got there. */
export function rowsText(explained: RowsExplained, paint: Paint): string {
  const { rows, figures, unexplained, onlyLineage, model } = explained
  if (rows.count === 0) return 'No row fulfils the condition.'
  const names = Object.keys(rows.shown[0] ?? {})
  const list = table(
    names.map((title) => ({ title })),
    rows.shown.map((row) => names.map((name) => row[name] ?? '')),
    paint,
  )
  return [
    `${paint('bold', model)}: ${counted(rows.count, 'row')}${rest(rows)}\n${list}`,
    ...figures.map((figure) => figureText(figure, paint)),
    ...unexplained.map(
      (label) =>
        `${paint('bold', label)}\nIts rows cannot be told one by one; for its lineage: c360 explain ${model}`,
    ),
    ...(onlyLineage.length > 0
      ? [
          `Not reconciled, so that only their lineage can be shown (c360 explain ${model}.COLUMN): ${onlyLineage.join(', ')}`,
        ]
      : []),
  ].join('\n\n')
}

const counted = (n: number, what: string): string => `${count(n)} ${what}${n === 1 ? '' : 's'}`

const rest = ({ count: n, shown }: { count: number; shown: readonly unknown[] }): string =>
  n > shown.length ? `, ${shown.length} of them shown (--limit)` : ''

function figureText({ label, figure, sum, agrees, parts }: FigureExplained, paint: Paint): string {
  const verdict = agrees
    ? `${figure} = ${sum} from the rows below`
    : paint('red', `${figure}, but the rows below come to ${sum}: they do not tell the whole figure`)
  return [`${paint('bold', label)}  ${verdict}`, ...parts.map((part) => partText(part, paint))].join('\n')
}

function partText(
  { relation, terms, value, counted: rows, leftOut, lost, lostUnknown }: PartExplained,
  paint: Paint,
): string {
  return [
    `  ${terms.join(' + ')} = ${value}`,
    `  ${counted(rows.count, 'row')} of ${relation}${rest(rows)}`,
    ...(rows.count > 0 ? [indented(behindTable(rows.shown, paint))] : []),
    `  left out by the population: ${counted(leftOut.count, 'row')}${rest(leftOut)}`,
    ...(leftOut.count > 0 ? [indented(behindTable(leftOut.shown, paint))] : []),
    `  never got there: ${lostUnknown ?? `${counted(lost.count, 'row')}${rest(lost)}`}`,
    ...(lost.count > 0 ? [indented(lostTable(lost.shown, paint))] : []),
  ].join('\n')
}

const indented = (block: string): string => block.replaceAll(/^/gm, '    ')

const place = ({ file, row }: FileRow): string => `${file}, row ${row}`

const places = (at: readonly FileRow[]): string =>
  at.length > 3
    ? `${at.slice(0, 3).map(place).join('; ')}; and ${at.length - 3} more`
    : at.map(place).join('; ')

function behindTable(rows: readonly RowBehind[], paint: Paint): string {
  const names = Object.keys(rows[0]?.values ?? {})
  const broken = rows.some(({ breaks }) => breaks !== undefined)
  return table(
    [...names.map((title) => ({ title })), ...(broken ? [{ title: 'because not' }] : []), { title: 'from' }],
    rows.map(({ values, at, breaks }) => [
      ...names.map((name) => values[name] ?? ''),
      ...(broken ? [(breaks ?? []).join('; ')] : []),
      places(at),
    ]),
    paint,
  )
}

export function fateText({ fate, reasons, by }: LostRow): string {
  const why = reasons
    .map(({ column, reason }) => (column === null ? reason : `${column}: ${reason}`))
    .join('; ')
  const other = by && `by ${by.file}${by.row === undefined ? '' : `, row ${by.row}`}`
  return [fate, ...(why === '' ? [] : [why]), ...(other === undefined ? [] : [other])].join(' ')
}

const lostTable = (rows: readonly LostRow[], paint: Paint): string =>
  table(
    [{ title: 'row' }, { title: 'value', ...RIGHT }, { title: 'what became of it' }],
    rows.map((row) => [place(row), row.value ?? '', fateText(row)]),
    paint,
  )

/** One line per row of a file: figure, what it is to it, relation, values (JSON), source, file, row, why. */
export function rowsCsv({ figures }: RowsExplained): string {
  const lines = figures.flatMap(({ label, parts }) =>
    parts.flatMap(({ relation, counted: rows, leftOut, lost }) => [
      ...rows.shown.flatMap((row) => behindLines([label, 'counted', relation], row)),
      ...leftOut.shown.flatMap((row) => behindLines([label, 'left out', relation], row)),
      ...lost.shown.map((row) => [
        label,
        row.fate,
        relation,
        row.value ?? '',
        row.source,
        row.file,
        String(row.row),
        fateText(row),
      ]),
    ]),
  )
  return [['figure', 'part', 'relation', 'values', 'source', 'file', 'row', 'why'], ...lines]
    .map((line) => `${line.map(cell).join(',')}\n`)
    .join('')
}

const behindLines = (head: readonly string[], { values, at, breaks }: RowBehind): string[][] => {
  const tail = (place: FileRow | undefined) => [
    place?.source ?? '',
    place?.file ?? '',
    String(place?.row ?? ''),
    (breaks ?? []).map((part) => `not ${part}`).join('; '),
  ]
  const list = at.length > 0 ? at : [undefined]
  return list.map((found) => [...head, JSON.stringify(values), ...tail(found)])
}

/** A leading = + - @ is disarmed for spreadsheets. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) && !/^[+-]?\d+(\.\d+)?$/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
