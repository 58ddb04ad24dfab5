import type { Cell } from '../workbook/index.ts'

const DAY_MS = 86_400_000

/** A date cell as somebody would type it: `2024-03-05`. Other cells stay. */
export const dateText = (cell: Cell): Cell =>
  typeof cell === 'object' && cell !== null && 'date' in cell ? iso(cell.date * DAY_MS).slice(0, 10) : cell

/** A date-time cell as somebody would type it: `2024-03-05 14:22:31`. Other cells stay. */
export const dateTimeText = (cell: Cell): Cell =>
  typeof cell === 'object' && cell !== null && 'dateTime' in cell
    ? iso(cell.dateTime).slice(0, 19).replace('T', ' ')
    : cell

const iso = (ms: number): string => new Date(ms).toISOString()
