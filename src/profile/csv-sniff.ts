import type { CsvFormat } from '../project/types.ts'
import { dateText } from './dates.ts'
import { decodeText, sniffEncoding, wideBytes } from './encoding.ts'
import { numberText } from './numbers.ts'

/** What the beginning of a delimited text shows. */
export interface CsvSniff {
  readonly format: CsvFormat
  /** First records, the header not among them. */
  readonly records: readonly (readonly string[])[]
  readonly header: readonly string[]
  readonly evidence: readonly string[]
}

export type SniffOutcome =
  | { readonly ok: true; readonly sniff: CsvSniff }
  | {
      readonly ok: false
      readonly kind: 'ignored' | 'unreadable'
      readonly why: string
      readonly hint?: string
    }

const DELIMITERS = [',', ';', '\t', '|'] as const
const RECORDS = 500
const named: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' }

/** Dialect and header of a text's beginning; `whole` says that it is all there is. */
export function sniffCsv(bytes: Buffer, whole: boolean): SniffOutcome {
  const encoding = sniffEncoding(bytes)
  const text = decodeText(bytes, encoding)
  if (text.trim() === '') return { ok: false, kind: 'ignored', why: 'it is empty' }
  const quote = sniffQuote(text)
  const escaper = quote !== '' && text.includes(`\\${quote}`) && !text.includes(quote + quote) ? '\\' : quote
  const tried = DELIMITERS.map((delimiter) => attempt(text, whole, { delimiter, quote, escape: escaper }))
  const [best] = tried.sort((a, b) => b.score - a.score)
  if (!best || best.score <= 0) return single(text, whole, encoding)
  const above = titleLines(best, text)
  if (above !== undefined) return { ok: false, kind: 'unreadable', ...above }
  const sniff = finished(best, { encoding, quote, escape: escaper })
  const { strays } = encoding === 'utf-8' ? wideBytes(bytes) : { strays: 0 }
  return {
    ok: true,
    sniff:
      strays === 0
        ? sniff
        : {
            ...sniff,
            evidence: [
              ...sniff.evidence,
              `UTF-8, though ${strays} of its bytes are not: such records are held back`,
            ],
          },
  }
}

/** Rows looked at for a header that is not the first. */
const ABOVE = 20

/** Lines above the header, which the CSV format has no way to skip: what they are, and what to do. */
function titleLines(
  { rows, width, firstWidth }: Attempt,
  text: string,
): { why: string; hint: string } | undefined {
  if (firstWidth >= width) return undefined
  const place = rows
    .slice(0, ABOVE)
    .findIndex((row, i) => trimmedWidth(row) === width && isHeader(row, rows.slice(i + 1)))
  const header = rows[place]
  const why = `its first line is no header: it has ${firstWidth} ${firstWidth === 1 ? 'field' : 'fields'}, the lines below ${width}`
  if (header === undefined)
    return firstWidth > 1
      ? undefined
      : {
          why,
          hint: 'Export it without the lines above the header, so that the first line names the columns.',
        }
  const names = header.map((name) => name.trim())
  const line = text.split(/\r\n|\r|\n/).findIndex((one) => names.every((name) => one.includes(name)))
  const shown = names.slice(0, 4).join(', ')
  return {
    why: `${why}; line ${line + 1} looks like the header (${shown}${names.length > 4 ? ', ..' : ''})`,
    hint: `A CSV file is read from its first line on: remove the ${line === 1 ? 'line' : `${line} lines`} above, or export it without them (in Excel: save it as .xlsx, where header_row says where the header is).`,
  }
}

interface Dialect {
  readonly delimiter: string
  readonly quote: string
  readonly escape: string
}

interface Attempt {
  readonly delimiter: string
  readonly rows: readonly (readonly string[])[]
  readonly width: number
  readonly firstWidth: number
  readonly share: number
  readonly score: number
}

/** A delimiter is right when most records have as many fields as the first, and more than one. */
function attempt(text: string, whole: boolean, dialect: Dialect): Attempt {
  const rows = parseRecords(text, dialect, RECORDS, whole)
  const widths = new Map<number, number>()
  for (const row of rows) widths.set(row.length, (widths.get(row.length) ?? 0) + 1)
  const [width, hits] = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0]
  const share = rows.length === 0 ? 0 : hits / rows.length
  const firstWidth = trimmedWidth(rows[0] ?? [])
  const headed = firstWidth === width ? 1 : 0
  const score = width < 2 || share < 0.5 ? 0 : share + headed + Math.min(width, 20) / 40
  return { delimiter: dialect.delimiter, rows, width, firstWidth, share, score }
}

function trimmedWidth(row: readonly string[]): number {
  return row.findLastIndex((field) => field.trim() !== '') + 1
}

function sniffQuote(text: string): string {
  const wraps = (quote: string) =>
    text.match(new RegExp(`(^|[,;|\\t\\n])${quote}[^${quote}\\n]*${quote}(?=[,;|\\t\\r\\n]|$)`, 'g'))
      ?.length ?? 0
  return wraps("'") > 5 && wraps('"') === 0 ? "'" : '"'
}

/** One column, or prose. */
function single(text: string, whole: boolean, encoding: CsvFormat['encoding']): SniffOutcome {
  const rows = parseRecords(text, { delimiter: ',', quote: '"', escape: '"' }, RECORDS, whole)
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
  const words = lines.map((line) => line.trim().split(/\s+/).length)
  const prose = lines.length < 2 || words.reduce((sum, n) => sum + n, 0) / words.length > 2.5
  if (prose) return { ok: false, kind: 'ignored', why: 'it is running text, without columns' }
  const best: Attempt = {
    delimiter: ',',
    rows: rows.map((row) => [row.join(',')]),
    width: 1,
    firstWidth: 1,
    share: 1,
    score: 1,
  }
  return { ok: true, sniff: finished(best, { encoding, quote: '"', escape: '"' }) }
}

function finished(
  { delimiter, rows, width, firstWidth, share }: Attempt,
  { encoding, quote, escape: escaper }: Pick<CsvFormat, 'encoding' | 'quote' | 'escape'>,
): CsvSniff {
  const first = (rows[0] ?? []).slice(0, Math.max(firstWidth, 1))
  const header = isHeader(first, rows.slice(1))
  const names = header ? first : Array.from({ length: width }, (_, i) => `column_${i + 1}`)
  const quoted = rows.length > 0
  return {
    format: { type: 'csv', delimiter, quote, escape: escaper, header, encoding, decimal: '.', thousands: '' },
    header: names,
    records: header ? rows.slice(1) : rows,
    evidence: [
      `${Math.round(share * 100)} % of the first ${rows.length} records have ${width} fields by ${named[delimiter]}`,
      ...(encoding === 'utf-8'
        ? []
        : [encoding === 'latin-1' ? 'some bytes are no UTF-8: read as Latin-1 (Windows-1252)' : 'UTF-16']),
      ...(header || !quoted ? [] : ['the first record looks like data: no header']),
    ],
  }
}

/** Names are texts, all different; a number, a date or an address among them is data. */
function isHeader(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  const cells = first.map((cell) => cell.trim())
  if (looksLikeData(cells)) return false
  if (new Set(cells.map((cell) => cell.toLowerCase())).size < cells.length) return false
  const repeats = cells.filter((cell, i) => cell !== '' && rest.some((row) => row[i]?.trim() === cell)).length
  return repeats * 2 <= cells.length
}

/** A number, a date or an address is no name of a column. */
export const looksLikeData = (cells: readonly string[]): boolean =>
  cells.some((cell) => {
    const text = cell.trim()
    return (
      text !== '' && (numberText(text) !== undefined || dateText(text) !== undefined || text.includes('@'))
    )
  })

/** The first records of a text, quotes honoured; a record the text cuts off is left out. */
export function parseRecords(
  text: string,
  { delimiter, quote, escape: escaper }: Dialect,
  most: number,
  whole: boolean,
): string[][] {
  const rows: string[][] = []
  let [row, field, quoted]: [string[], string, boolean] = [[], '', false]
  const endRecord = () => {
    row.push(field)
    if (row.length > 1 || row[0]?.trim() !== '') rows.push(row)
    ;[row, field] = [[], '']
  }
  for (let i = 0; i < text.length && rows.length < most; i++) {
    const c = text[i] ?? ''
    if (quoted) {
      if (c === escaper && (text[i + 1] === quote || (escaper !== quote && text[i + 1] === escaper)))
        field += text[++i]
      else if (c === quote) quoted = false
      else field += c
    } else if (c === quote && quote !== '' && field === '') quoted = true
    else if (c === delimiter) {
      row.push(field)
      field = ''
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') i++
      endRecord()
    } else field += c
  }
  if (whole && rows.length < most && (field !== '' || row.length > 0)) endRecord()
  return rows
}
