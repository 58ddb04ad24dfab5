import type { CsvFormat } from '../project/types.ts'
import { dateText } from './dates.ts'
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

/** The encoding of some bytes: by byte order mark, by zero bytes, and by whether they are UTF-8. The end may cut a character. */
export function sniffEncoding(bytes: Buffer): CsvFormat['encoding'] {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return 'utf-16'
  const zeros = bytes.subarray(0, 4096).reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0)
  if (zeros * 4 > Math.min(bytes.length, 4096)) return 'utf-16'
  return isUtf8(bytes) ? 'utf-8' : 'latin-1'
}

/** Up to three bytes at the end may belong to a character that was cut. */
export function isUtf8(bytes: Buffer): boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let cut = 0; cut <= 3; cut++)
    try {
      decoder.decode(bytes.subarray(0, bytes.length - cut))
      return true
    } catch {}
  return false
}

export function decodeText(bytes: Buffer, encoding: CsvFormat['encoding']): string {
  if (encoding === 'latin-1') return new TextDecoder('windows-1252').decode(bytes)
  if (encoding === 'utf-8') return new TextDecoder('utf-8').decode(bytes)
  const even = bytes.subarray(0, bytes.length & ~1)
  const big = even[0] === 0xfe || (even[0] === 0 && even[1] !== 0)
  return new TextDecoder('utf-16le').decode(big ? Buffer.from(even).swap16() : even)
}

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
  if (best.firstWidth < best.width && best.firstWidth <= 1)
    return {
      ok: false,
      kind: 'unreadable',
      why: `its first line is no header: it has ${best.firstWidth} field, the lines below ${best.width}`,
      hint: 'Export it without the lines above the header, so that the first line names the columns.',
    }
  return { ok: true, sniff: finished(best, { encoding, quote, escape: escaper }) }
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

/** Names are texts, all different and none empty; a number, a date or an address among them is data. */
function isHeader(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  const cells = first.map((cell) => cell.trim())
  if (cells.some((cell) => cell !== '' && (numberText(cell) || dateText(cell) || cell.includes('@'))))
    return false
  if (new Set(cells.map((cell) => cell.toLowerCase())).size < cells.length) return false
  const repeats = cells.filter((cell, i) => cell !== '' && rest.some((row) => row[i]?.trim() === cell)).length
  return repeats * 2 <= cells.length
}

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
