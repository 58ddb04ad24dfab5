import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scanXlsx } from '../../src/sources/xlsx/scan.ts'
import { listSheets } from '../../src/sources/xlsx/sheets.ts'
import { type Reader, reader, xlsx } from './xlsx/support.ts'
import { inline, oneSheet, textRow, workbookFiles, zip } from './xlsx/workbook.ts'

let read: Reader
beforeAll(async () => {
  read = await reader()
})
afterAll(() => read[Symbol.asyncDispose]())

const table = textRow(1, 'id', 'name') + textRow(2, '1', 'Ann') + textRow(3, '2', 'Bob')
const rows = [
  ['1', 'Ann'],
  ['2', 'Bob'],
]

test('counts, hash and size of the file as it lies', async () => {
  const bytes = await oneSheet(table)
  const { scan, header, good } = await read.rows(bytes)
  expect([header, good]).toEqual([['id', 'name'], rows])
  expect(scan.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect([scan.bytes, scan.records, scan.malformed, scan.blankLines]).toEqual([bytes.length, 2, 0, 0])
  expect(scan.notes).toBeUndefined()
})

test('empty rows and columns: leading ones are margin, those between records are counted, trailing ones are nothing', async () => {
  const cells = (row: number, ...texts: string[]) =>
    `<row r="${row}">${texts.map((text, i) => (text === '' ? '' : inline(`${'CDE'[i]}${row}`, text))).join('')}</row>`
  const sheet = `<row r="1"/><row r="2" ht="15"></row>${cells(4, 'a', 'b', 'c')}${cells(7, '1', '', '3')}<row r="8"><c r="C8" s="1"/></row>${cells(9, '', '5', '')}<row r="10"><c r="C10"/></row><row r="1000"/>`
  const { header, good, scan } = await read.rows(
    await zip(workbookFiles({ sheets: [{ rows: sheet, before: '<dimension ref="C4:E9"/>' }] })),
  )
  expect(header).toEqual(['a', 'b', 'c'])
  expect(good).toEqual([
    ['1', '', '3'],
    ['', '5', ''],
  ])
  expect(scan.blankLines).toBe(3)
})

test('a column without a name that the sheet uses belongs to the table', async () => {
  const sheet = `<row r="1">${inline('B1', 'name')}</row>${textRow(2, '0', 'Ann')}${textRow(3, '1', 'Bob')}`
  const used = await zip(workbookFiles({ sheets: [{ rows: sheet, before: '<dimension ref="A1:B3"/>' }] }))
  const { header, good } = await read.rows(used)
  expect([header, good]).toEqual([
    ['', 'name'],
    [
      ['0', 'Ann'],
      ['1', 'Bob'],
    ],
  ])
  const margin = await zip(workbookFiles({ sheets: [{ rows: sheet, before: '<dimension ref="B1:B3"/>' }] }))
  const { malformed } = await read.rows(margin)
  expect(malformed.map(({ raw }) => raw)).toEqual(['["0","Ann"]', '["1","Bob"]'])
})

test('cells without r=, in any order, and gaps', async () => {
  const sheet = `<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c><c t="inlineStr"><is><t>c</t></is></c></row>
    <row>${inline('C2', '3')}${inline('A2', '1')}</row><row><c/><c><v>2</v></c></row>`
  const { good } = await read.rows(await oneSheet(sheet))
  expect(good).toEqual([
    ['1', '', '3'],
    ['', '2', ''],
  ])
})

test('a value beyond the header makes a row malformed, kept whole; an empty cell there does not', async () => {
  const sheet = `${table}${textRow(4, '3', 'say "hi", Cy', '', 'more')}<row r="5">${inline('A5', '4')}<c r="C5" s="1"/></row>`
  const { good, malformed, scan } = await read.rows(await oneSheet(sheet))
  expect(good).toEqual([...rows, ['4', '']])
  expect(malformed).toEqual([{ row: 3, error: 'too_many_fields', raw: '["3","say \\"hi\\", Cy","","more"]' }])
  expect([scan.records, scan.malformed]).toEqual([4, 1])
})

test('the header in a named row; what lies above it is no record', async () => {
  const sheet = textRow(1, 'Report', 'of', 'today') + textRow(3, 'id', 'name') + textRow(4, '1', 'Ann')
  const { header, good, scan } = await read.rows(await oneSheet(sheet), { headerRow: 3 })
  expect([header, good, scan.blankLines]).toEqual([['id', 'name'], [['1', 'Ann']], 0])
  expect(await read.refusal(await oneSheet(sheet), { headerRow: 2 })).toMatchObject({ code: 'xlsx_header' })
  expect(await read.refusal(await oneSheet(sheet), { headerRow: 9 })).toMatchObject({ code: 'xlsx_header' })
})

test('without a header', async () => {
  const { header, good } = await read.rows(await oneSheet(table), { header: false }, { columns: 2 })
  expect([header, good]).toEqual([
    ['column_1', 'column_2'],
    [['id', 'name'], ...rows],
  ])
  const { malformed } = await read.rows(await oneSheet(table), { header: false }, { columns: 1 })
  expect(malformed.length).toBe(3)
  expect(await read.refusal(await oneSheet(table), { header: false })).toMatchObject({ code: 'xlsx_format' })
})

test('a header of numbers and dates is text, empty names at its end are left out', async () => {
  const sheet = `<row r="1"><c r="A1"><v>2024.50</v></c><c r="B1" s="1"><v>45306</v></c>${inline('C1', ' ')}</row>${textRow(2, 'x', 'y')}`
  const { header } = await read.rows(await oneSheet(sheet, { formats: [14] }))
  expect(header).toEqual(['2024.5', '2024-01-15'])
})

test('a header alone is a table without records', async () => {
  const { header, good } = await read.rows(await oneSheet(textRow(1, 'id')))
  expect([header, good]).toEqual([['id'], []])
})

test.each([
  ['strict', { strict: true }],
  ['with a prefix', { prefix: 'x:' }],
  ['with other folders', { folder: 'book/data/' }],
  ['with absolute targets', { absolute: true }],
])('a workbook %s', async (_, book) => {
  const prefix = 'prefix' in book ? book.prefix : ''
  const xml = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" s="1"><v>45306</v></c><c r="B2" t="b"><v>1</v></c></row><!-- c --><row r="3"><c r="A3" t="inlineStr"><is><t>i</t></is></c><c r="B3"><f>1</f><v>1.50</v></c></row>`
  const prefixed = xml.replace(/<(\/?)(?=[a-z])/g, `<$1${prefix}`)
  const shared = '<si><t>id</t></si><si><t>na</t></si>'.replace(/<(\/?)(?=[a-z])/g, `<$1${prefix}`)
  const files = workbookFiles({ ...book, sheets: [{ rows: prefixed }], shared, formats: [14] })
  const { header, good } = await read.rows(await zip(files))
  expect([header, good]).toEqual([
    ['id', 'na'],
    [
      ['2024-01-15', 'true'],
      ['i', '1.5'],
    ],
  ])
})

test('a sheet in UTF-16, one with a byte order mark, stored instead of packed', async () => {
  const files = workbookFiles({ sheets: [{ rows: table.replace('Ann', 'Änn') }] })
  const part = 'xl/worksheets/sheet1.xml'
  const utf8 = files[part] as string
  for (const xml of [
    Buffer.from(`\ufeff${utf8}`, 'utf16le'),
    Buffer.from(`\ufeff${utf8}`, 'utf16le').swap16(),
    Buffer.from(`\ufeff${utf8}`),
  ]) {
    const { good } = await read.rows(await zip({ ...files, [part]: xml }, false))
    expect(good[0]).toEqual(['1', 'Änn'])
  }
})

test('the only visible sheet is read, a hidden one may be named, without regard to case', async () => {
  const sheets = [
    { name: 'Old', rows: textRow(1, 'old'), state: 'hidden' as const },
    { name: 'Orders &amp; more', rows: table },
    { name: 'Chart', type: 'chartsheet' as const },
    { name: 'Very', rows: textRow(1, 'very'), state: 'veryHidden' as const },
  ]
  const bytes = await zip(workbookFiles({ sheets }))
  expect((await read.rows(bytes)).header).toEqual(['id', 'name'])
  expect((await read.rows(bytes, { sheet: 'OLD' })).header).toEqual(['old'])
  expect((await read.rows(bytes, { sheet: 'very' })).header).toEqual(['very'])
  const path = await read.work.write('sheets.xlsx', bytes)
  expect(await listSheets(path)).toEqual({
    ok: true,
    sheets: [
      { name: 'Old', hidden: true },
      { name: 'Orders & more', hidden: false },
      { name: 'Very', hidden: true },
    ],
  })
})

test('windows of every size: a cell may be cut anywhere', async () => {
  const rows = Array.from(
    { length: 20_000 },
    (_, i) =>
      `<row r="${i + 2}"><c r="A${i + 2}"><v>${i}</v></c>${inline(`B${i + 2}`, `ü${'x'.repeat(i % 40)}🛒`)}<c r="C${i + 2}" t="b"><f>1</f><v>1</v></c></row>`,
  )
  const { good } = await read.rows(await oneSheet(textRow(1, 'a', 'b', 'c') + rows.join('')))
  expect(good.length).toBe(20_000)
  expect(good.every(([a, b, c], i) => a === `${i}` && b === `ü${'x'.repeat(i % 40)}🛒` && c === 'true')).toBe(
    true,
  )
})

test('progress grows up to the size of the file, and a signal stops the work', async () => {
  const rows = Array.from({ length: 30_000 }, (_, i) => textRow(i + 2, `${Math.sin(i)}`, `name ${i}`))
  const path = await read.work.write('long.xlsx', await oneSheet(textRow(1, 'a', 'b') + rows.join('')))
  const seen: number[] = []
  await scanXlsx(path, xlsx, { onProgress: (bytes) => seen.push(bytes) })
  expect(seen.length).toBeGreaterThan(3)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(seen.at(-1)).toBe((await stat(path)).size)
  const cancel = new AbortController()
  const copyTo = read.work.path('cancelled.csv')
  const options = { copyTo, signal: cancel.signal, onProgress: () => cancel.abort() }
  await expect(scanXlsx(path, xlsx, options)).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(await readFile(copyTo).catch(() => 'gone')).toBe('gone')
})
