import type { XlsxFormat } from '../../project/types.ts'
import { Refusal } from '../refusal.ts'
import type { Row } from './row.ts'

export interface Header {
  /** As in the cells; a column without one is ''. */
  readonly names: readonly string[]
  /** The column of the first name, counted from 0. */
  readonly first: number
}

/** `column_1`.. for a format without header, whose rows begin in the column `first`. */
export function namelessHeader(columns: number, first: number): Header {
  if (columns < 1)
    throw new Refusal(
      'xlsx_format',
      'The format has no header and the number of columns is not known.',
      'List the columns in the contract.',
    )
  return { names: Array.from({ length: columns }, (_, i) => `column_${i + 1}`), first }
}

/**
 * The names in a row. Columns left of the first name belong to the table only if the sheet says that it uses them
 * (`used`): a blank one there is an index column as some programs write it, not a margin.
 */
export function headerOf(row: Row, used: number): Header {
  const filled = Array.from({ length: row.end }, (_, i) => row.value(i))
  const last = filled.findLastIndex((name) => name.trim() !== '')
  if (last < 0) throw noNames()
  const first = Math.min(used, row.first)
  const names = filled.slice(first, last + 1)
  refuseDuplicates(names, first)
  return { names, first }
}

/** The row the contract names has no values, or the sheet ends above it. */
export const missingHeader = ({ headerRow }: XlsxFormat): Refusal =>
  new Refusal(
    'xlsx_header',
    `Row ${headerRow} of the sheet, which should be the header, is empty.`,
    'Correct header_row in the format of the contract, or leave it out: then the first row with a value is the header.',
  )

const noNames = (): Refusal =>
  new Refusal(
    'xlsx_header',
    'No column in the header has a name.',
    'Give the columns names, or write header: false in the contract.',
  )

function refuseDuplicates(names: readonly string[], first: number): void {
  const seen = new Map<string, number>()
  for (const [index, name] of names.entries()) {
    const folded = name.trim().toLowerCase()
    const earlier = seen.get(folded)
    // Not by name: in a sheet without a header this is somebody's data.
    if (folded !== '' && earlier !== undefined)
      throw new Refusal(
        'xlsx_header',
        `Columns ${columnLetters(first + earlier)} and ${columnLetters(first + index)} of the header have the same name.`,
        'Give each column its own name (upper and lower case are the same); if the sheet has no header, write header: false in the contract.',
      )
    seen.set(folded, index)
  }
}

/** A column as Excel calls it, `AB` for 27. */
function columnLetters(column: number): string {
  const last = String.fromCharCode(65 + (column % 26))
  return column < 26 ? last : columnLetters(Math.floor(column / 26) - 1) + last
}
