// Copied to where exceljs is installed, and run there.
import ExcelJS from 'exceljs'

const [path, expected] = process.argv.slice(2)
const reader = new ExcelJS.stream.xlsx.WorkbookReader(path, {
  worksheets: 'emit',
  sharedStrings: 'cache',
  styles: 'cache',
  hyperlinks: 'ignore',
  entries: 'ignore',
})
let rows = -1
for await (const sheet of reader) for await (const row of sheet) if (row.values.length > 0) rows++
if (rows !== Number(expected)) throw new Error(`${rows} rows`)
