import type { Cell } from '../workbook/index.ts'
import type { Kind } from './dirt.ts'
import type { Cells } from './workbook-file.ts'

/** One way a row of a sheet can be wrong, or merely untidy. */
export type CellKind = Kind<Cells, Cells>

type Change = Cell | ((old: Cell, row: Cells) => Cell)

const notAvailable: Cell = { error: '#N/A' }

/** Makers of kinds for a sheet with that header. */
export function cellKindsFor(header: readonly string[]) {
  const put = (column: string, change: Change) => {
    const at = header.indexOf(column)
    if (at < 0) throw new RangeError(`no column ${column}`)
    return (row: Cells): Cells =>
      row.map((old, i) => (i !== at ? old : typeof change === 'function' ? change(old, row) : change))
  }
  const wrong = (name: string, column: string, reason: string, change: Change): CellKind => ({
    name,
    fate: 'quarantined',
    column,
    reason,
    line: put(column, change),
  })
  /** Harmless: to be cleaned and kept. */
  const untidy = (name: string, column: string, change: Change, note?: string): CellKind => ({
    name,
    fate: 'kept',
    column,
    ...(note !== undefined && { note }),
    line: put(column, change),
  })
  return {
    put,
    /** Held back because of one column. */
    wrong,
    missing: (name: string, column: string): CellKind => wrong(name, column, 'missing', null),
    /** A formula without a result where a value is required. */
    unavailable: (column: string): CellKind =>
      wrong('error_cell_in_required', column, 'missing', notAvailable),
    untidy,
    /** Kept, without what the column held. */
    lost: (name: string, column: string, change: Change = null): CellKind => ({
      ...untidy(name, column, change),
      lost: true,
    }),
    errorCell: (column: string): CellKind => ({ ...untidy('error_cell', column, notAvailable), lost: true }),
    spaces: (column: string): CellKind => untidy('extra_spaces', column, (old) => `  ${shown(old)} `),
    noBreakSpaces: (column: string): CellKind =>
      untidy('no_break_spaces', column, (old) => `\u00a0${shown(old)}\u00a0`),
    numberAsText: (column: string): CellKind => untidy('number_as_text', column, shown),
    /** The row as it is now comes later; what stands in its place is an older version of it. */
    updatedLater: (older: (row: Cells) => Cells): CellKind => ({
      name: 'updated_later',
      fate: 'superseded',
      note: 'a newer version of the same key comes later',
      loser: 'first',
      line: older,
      later: (row) => row,
    }),
  }
}

const shown = (cell: Cell): string =>
  typeof cell === 'string' || typeof cell === 'number' ? String(cell) : ''

export const rowAgain: CellKind = {
  name: 'duplicate_row',
  fate: 'superseded',
  note: 'the same row comes again later',
  loser: 'first',
  line: (row) => row,
  later: (row) => row,
}

export const emptyRow: CellKind = {
  name: 'empty_row',
  fate: 'kept',
  note: 'an empty row lies before this one',
  blankBefore: true,
  line: (row) => row,
}

export const beyondHeader: CellKind = {
  name: 'cell_beyond_header',
  fate: 'quarantined',
  reason: 'too_many_fields',
  note: 'a remark stands to the right of the last column',
  line: (row) => [...row, 'see mail'],
}
