export type { Cell, DateCell, DateTimeCell, ErrorCell } from './cells.ts'
export type { Sheet, SheetColumn, Workbook } from './workbook.ts'
export { createWorkbook, MOST_ROWS } from './workbook.ts'
