// Copied to where exceljs is installed, and run there; the rows come from the folder named third.
import ExcelJS from 'exceljs'

const [path, count, folder] = process.argv.slice(2)
const { headers, rowsOf } = await import(new URL('write-rows.mjs', folder))
const book = new ExcelJS.stream.xlsx.WorkbookWriter({
  filename: path,
  useStyles: true,
  useSharedStrings: false,
})
const sheet = book.addWorksheet('Sessions')
sheet.columns = headers.map((header, i) =>
  i === 2 ? { header, style: { numFmt: 'yyyy-mm-dd hh:mm:ss' } } : { header },
)
for (const { id, customer, at, pages, seconds, device, amount, known } of rowsOf(Number(count)))
  sheet.addRow([id, customer, new Date(at), pages, seconds, device, amount, known]).commit()
sheet.commit()
await book.commit()
