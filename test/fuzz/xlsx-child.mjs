// Scans the workbooks it is told of, one at a time, as the shipped program does: one that hangs can be killed.
import { access, rm } from 'node:fs/promises'
import { scanXlsx } from '../../dist/sources/xlsx/scan.js'

const format = { type: 'xlsx', header: true, decimal: '.', thousands: '' }

process.on('message', async ({ path, copyTo }) => {
  const answer = await scanXlsx(path, format, { copyTo }).catch((error) => ({
    error: String(error?.stack ?? error),
  }))
  const copied = await access(copyTo).then(
    () => true,
    () => false,
  )
  await rm(path)
  process.send({ ...answer, copied, rss: process.resourceUsage().maxRSS * 1024 })
})
