import { scanXlsx } from '../dist/sources/xlsx/scan.js'

const [path, copyTo, rows] = process.argv.slice(2)
const format = { type: 'xlsx', header: true, decimal: '.', thousands: '' }
const outcome = await scanXlsx(path, format, { copyTo })
if (!outcome.ok || outcome.scan.records !== Number(rows)) throw new Error(JSON.stringify(outcome))
