import { createWorkbook } from '../dist/workbook/index.js'
import { headers, rowsOf } from './write-rows.mjs'

const [path, count] = process.argv.slice(2)
const book = createWorkbook(path)
const sheet = book.addSheet(
  'Sessions',
  headers.map((header) => ({ header })),
)
let written = 0
for (const { id, customer, at, pages, seconds, device, amount, known } of rowsOf(Number(count))) {
  sheet.addRow([id, customer, { dateTime: at }, pages, seconds, device, amount, known])
  if (++written % 2000 === 0) await book.drain()
}
await book.close()
