import type { CsvFormat } from '../project/types.ts'
import type { CsvSyntax } from './csv-syntax.ts'
import { fieldText } from './field-text.ts'
import type { CsvLimits } from './limits.ts'
import { RecordReader } from './record-reader.ts'
import { Refusal } from './refusal.ts'
import type { Window } from './window.ts'

export interface Header {
  /** As in the file; a column without a name is ''. Empty names at the end are left out. */
  readonly names: readonly string[]
  /** Blank lines before it. */
  readonly blankLines: number
  /** Something about it that other readers may take differently. */
  readonly unusual: boolean
  readonly spansLines: boolean
  readonly newline: number
}

/** Reads the header and moves the window behind it. Without one in the format, `columns` nameless ones. */
export async function readHeader(
  window: Window,
  format: CsvFormat,
  syntax: CsvSyntax,
  limits: CsvLimits,
  columns: number,
): Promise<Header> {
  const reader = new RecordReader(window, syntax, limits)
  let blankLines = 0
  for (;;) {
    const read = reader.read()
    if (read === 'end')
      throw new Refusal(
        'csv_empty',
        'The file has no header and no records.',
        'Export it again, or remove it from the landing folder.',
      )
    if (read === 'record') break
    if (read === 'blank') {
      blankLines++
      window.start = reader.next
    } else await fillWithin(window, limits)
  }
  if (!format.header)
    return { names: nameless(columns), blankLines, unusual: false, spansLines: false, newline: 0 }
  const header = { ...named(window, syntax, reader), blankLines }
  window.start = reader.next
  return header
}

/** Reads on, unless the unfinished record is over the limit already. */
export async function fillWithin(window: Window, limits: CsvLimits): Promise<void> {
  refuseLong(window.end - window.start, limits)
  await window.fill()
}

export function refuseLong(length: number, limits: { readonly record: number }): void {
  if (length <= limits.record) return
  throw new Refusal(
    'csv_record_too_long',
    `A record is longer than ${Math.round(limits.record / 1024)} KiB.`,
    'Check delimiter, quote and encoding in the contract against the file.',
  )
}

function nameless(columns: number): string[] {
  if (columns < 1)
    throw new Refusal(
      'csv_format',
      'The format has no header and the number of columns is not known.',
      'List the columns in the contract.',
    )
  return Array.from({ length: columns }, (_, i) => `column_${i + 1}`)
}

function named(window: Window, syntax: CsvSyntax, reader: RecordReader): Omit<Header, 'blankLines'> {
  if (reader.error) throw badHeader(reader.error)
  refuseLong(reader.end - reader.start, { record: 1024 * 1024 })
  const all = Array.from({ length: reader.fields }, (_, i) => fieldText(window.bytes, syntax, reader, i))
  const last = all.findLastIndex((name) => name.trim() !== '')
  const names = all.slice(0, last + 1)
  refuseNames(names)
  const { spansLines, newline } = reader
  return { names, unusual: reader.unusual || names.length < all.length, spansLines, newline }
}

function refuseNames(names: readonly string[]): void {
  if (names.length === 0)
    throw new Refusal(
      'csv_header',
      'No column in the header has a name.',
      'Export the file with its header, or write header: false in the contract.',
    )
  const seen = new Map<string, number>()
  for (const [index, name] of names.entries()) {
    const folded = name.trim().toLowerCase()
    const earlier = seen.get(folded)
    // Not by name: in a file without a header this is somebody's data.
    if (folded !== '' && earlier !== undefined)
      throw new Refusal(
        'csv_header',
        `Columns ${earlier + 1} and ${index + 1} of the header have the same name.`,
        'Give each column its own name (upper and lower case are the same); if the file has no header, write header: false in the contract.',
      )
    seen.set(folded, index)
  }
}

function badHeader(error: string): Refusal {
  const encoding = error === 'invalid_encoding'
  return new Refusal(
    encoding ? 'csv_encoding' : 'csv_header',
    encoding
      ? 'The header is not valid UTF-8.'
      : error === 'nul_byte'
        ? 'The header has NUL bytes in it: this is no text.'
        : 'The quoting of the header is broken.',
    encoding
      ? 'If the file is in Latin-1 (Windows), write encoding: latin-1 in the contract.'
      : 'Export the file again, or mend its first line.',
  )
}
