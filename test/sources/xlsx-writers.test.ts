import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { pythonWith } from '../support/python.ts'
import { reader } from './xlsx/support.ts'

const run = promisify(execFile)
const script = join(dirname(fileURLToPath(import.meta.url)), 'xlsx', 'write.py')
const found = await pythonWith()
const skipped = typeof found === 'string' ? '' : ` (SKIPPED: ${found.skipped})`

test.skipIf(skipped !== '')(
  `what openpyxl and XlsxWriter wrote is read back as it was${skipped}`,
  async () => {
    await using read = await reader()
    await run(String(found), [script, read.work.path('')])
    const expected: Record<string, string[][]> = JSON.parse(
      await readFile(read.work.path('expected.json'), 'utf8'),
    )
    for (const writer of ['openpyxl', 'xlsxwriter'])
      for (const [variant, rows] of Object.entries(expected)) {
        expect(rows.length).toBeGreaterThan(300)
        const { good, malformed, scan } = await read.rows(read.work.path(`${writer}${variant}.xlsx`))
        expect(malformed).toEqual([])
        expect(scan.blankLines + scan.records).toBe(rows.length)
        const filled = rows.filter((row) => row.some((text) => text !== ''))
        expect(good, `${writer}${variant}`).toEqual(filled)
      }
  },
)
