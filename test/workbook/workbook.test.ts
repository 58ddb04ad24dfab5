import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Cell, createWorkbook, MOST_ROWS, type Workbook } from '../../src/workbook/index.ts'
import { pythonWith } from '../support/python.ts'
import { readXlsx } from '../support/read-xlsx.ts'

const temp = mkdtempSync(join(tmpdir(), 'c360-workbook-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const python = await pythonWith()
const day = (iso: string) => ({ date: Date.parse(`${iso}T00:00:00Z`) / 86_400_000 })
const time = (iso: string) => ({ dateTime: Date.parse(`${iso}Z`) })

async function written(name: string, fill: (book: Workbook) => void): Promise<string> {
  const path = join(temp, name)
  const book = createWorkbook(path)
  fill(book)
  await book.close()
  return path
}

/** What is written, and what openpyxl has to make of it. */
const cases: readonly (readonly [about: string, cell: Cell, read: unknown])[] = [
  ['a text', 'plain', 'plain'],
  ['markup', '<b>"A" & B</b>', '<b>"A" & B</b>'],
  ['spaces around', '  two ', '  two '],
  ['no-break spaces', '\u00a0x\u00a0', '\u00a0x\u00a0'],
  ['line ends', 'a\nb\tc', 'a\nb\tc'],
  ['a carriage return', 'a\rb', 'a_x000D_b'],
  ['what looks like an escape', 'a_x000D_b', 'a_x005F_x000D_b'],
  ['a control character', 'a\u0000b', 'a_x0000_b'],
  ['accents and more', 'Zoë 東京 😀', 'Zoë 東京 😀'],
  ['a number', 12.5, 12.5],
  ['a small number', 1e-7, 1e-7],
  ['a large number', 2 ** 53, 2 ** 53],
  ['a negative number', -3, -3],
  ['zero', 0, 0],
  ['true', true, true],
  ['false', false, false],
  ['a number as text', '0042', '0042'],
  ['a formula is a text', '=1+1', '=1+1'],
  ['an error', { error: '#N/A' }, { error: '#N/A' }],
  ['a day', day('2024-02-29'), { time: '2024-02-29 00:00:00.000', format: 'yyyy\\-mm\\-dd' }],
  ['the first day', day('1900-03-01'), { time: '1900-03-01 00:00:00.000', format: 'yyyy\\-mm\\-dd' }],
  ['a day before there are days', day('1900-02-28'), '1900-02-28'],
  ['the last day', day('9999-12-31'), { time: '9999-12-31 00:00:00.000', format: 'yyyy\\-mm\\-dd' }],
  [
    'a time',
    time('2024-03-05T14:22:31'),
    { time: '2024-03-05 14:22:31.000', format: 'yyyy\\-mm\\-dd\\ hh:mm:ss' },
  ],
  [
    'a time with milliseconds',
    time('2024-03-05T23:59:59.987'),
    { time: '2024-03-05 23:59:59.987', format: 'yyyy\\-mm\\-dd\\ hh:mm:ss.000' },
  ],
  ['a time before there are times', time('1899-05-05T10:00:00'), '1899-05-05T10:00:00.000'],
]

describe.skipIf(typeof python !== 'string')('a workbook, read by openpyxl', () => {
  const read = async (path: string) =>
    (await readXlsx(String(python), [path])).get(path) ?? expect.fail('nothing read')

  it('holds every kind of cell', async () => {
    const path = await written('cells.xlsx', (book) => {
      const sheet = book.addSheet('Cells', [{ header: 'about' }, { header: 'value' }])
      for (const [about, cell] of cases) sheet.addRow([about, cell])
    })
    const { Cells = [] } = await read(path)
    expect(Cells.slice(1)).toEqual(cases.map(([about, , value]) => [about, value]))
  })

  it('leaves cells and rows empty, and takes a remark to the right of the table', async () => {
    const path = await written('gaps.xlsx', (book) => {
      const sheet = book.addSheet('Gaps & more', [{ header: 'a' }, { header: 'b' }])
      sheet.addRow([null, 1])
      sheet.skipRow()
      sheet.addRow(['', undefined])
      sheet.addRow([2, null, 'see mail'])
    })
    expect(await read(path)).toEqual({
      'Gaps & more': [['a', 'b'], [null, 1], [], [], [2, null, 'see mail']],
    })
  })

  it('has several sheets and many columns', async () => {
    const wide = Array.from({ length: 800 }, (_, i) => ({ header: `c${i}` }))
    const path = await written('sheets.xlsx', (book) => {
      book.addSheet('One', wide).addRow(wide.map((_, i) => i))
      book.addSheet('Two', [{ header: 'x', width: 40 }]).addRow(['y'])
      book.addSheet('Empty', [])
    })
    const { One = [], Two, Empty } = await read(path)
    expect(One[1]).toEqual(wide.map((_, i) => i))
    expect([Two, Empty]).toEqual([[['x'], ['y']], [[]]])
  })
})

it('gives the same bytes again', async () => {
  const fill = (book: Workbook) => {
    const sheet = book.addSheet('S', [{ header: 'a' }])
    for (let i = 0; i < 5000; i++) sheet.addRow([`text ${i}`])
  }
  const [one, two] = [await written('one.xlsx', fill), await written('two.xlsx', fill)]
  expect(readFileSync(one).equals(readFileSync(two))).toBe(true)
})

describe('what no spreadsheet takes', () => {
  const sheetIn = (name: string) => {
    const book = createWorkbook(join(temp, name))
    return { book, sheet: book.addSheet('S', [{ header: 'a' }]) }
  }

  it.each<readonly [Cell, RegExp]>([
    [Number.NaN, /A2: NaN/],
    [Number.POSITIVE_INFINITY, /A2: Infinity/],
    ['x'.repeat(32_768), /A2: a text of 32768 characters/],
    [{ date: 2_932_897 }, /A2: a date after the year 9999/],
    [{ dateTime: Number.NaN }, /A2: a date/],
  ])('refuses a value, without showing a text', async (cell, message) => {
    const { book, sheet } = sheetIn('refused.xlsx')
    expect(() => sheet.addRow([cell])).toThrow(message)
    await book.discard()
  })

  it('refuses names, rows that are too long, and rows after the last', async () => {
    const { book, sheet } = sheetIn('names.xlsx')
    for (const name of ['', 'x'.repeat(32), 'a/b', "'a", 's'])
      expect(() => book.addSheet(name, [])).toThrow(RangeError)
    expect(() => sheet.addRow([1, 2, 3])).toThrow(/3 values/)
    for (let row = 2; row <= MOST_ROWS; row++) sheet.skipRow()
    expect(() => sheet.skipRow()).toThrow(/at most 1048576 rows/)
    await book.discard()
    expect(existsSync(join(temp, 'names.xlsx'))).toBe(false)
  })

  it('refuses a row for a sheet that is finished, and a workbook without sheets', async () => {
    const { book, sheet } = sheetIn('finished.xlsx')
    book.addSheet('Next', [])
    expect(() => sheet.addRow([1])).toThrow(/finished/)
    await book.discard()
    const empty = createWorkbook(join(temp, 'empty.xlsx'))
    await expect(empty.close()).rejects.toThrow(/needs a sheet/)
    await empty.discard()
    expect(existsSync(join(temp, 'empty.xlsx'))).toBe(false)
  })
})

it('says why when the disk does not take it', async () => {
  const book = createWorkbook(join(temp, 'nowhere', 'x.xlsx'))
  const sheet = book.addSheet('S', [{ header: 'a' }])
  sheet.addRow(['x'])
  await expect(book.close()).rejects.toThrow(/ENOENT/)
  await book.discard()
})

it('keeps memory bounded while the disk keeps up', async () => {
  const book = createWorkbook(join(temp, 'long.xlsx'))
  const sheet = book.addSheet('S', [{ header: 'a' }, { header: 'b' }])
  const text = 'abcdefghij'.repeat(20)
  let most = 0
  for (let i = 0; i < 300_000; i++) {
    sheet.addRow([`${i}${text}`, i])
    if (i % 500 !== 0) continue
    await book.drain()
    most = Math.max(most, process.memoryUsage().arrayBuffers)
  }
  await book.close()
  expect(most).toBeLessThan(48 * 1024 * 1024)
})
