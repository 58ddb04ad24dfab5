import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scanXlsx } from '../../src/sources/xlsx/scan.ts'
import { listSheets } from '../../src/sources/xlsx/sheets.ts'
import { type Reader, reader, xlsx } from './xlsx/support.ts'
import { type Files, oneSheet, textRow, workbookFiles, zip } from './xlsx/workbook.ts'

let read: Reader
beforeAll(async () => {
  read = await reader()
})
afterAll(() => read[Symbol.asyncDispose]())

const table = textRow(1, 'id', 'name') + textRow(2, '1', 'Ann')
const part = 'xl/worksheets/sheet1.xml'

const contentTypes = (type: string) => ({
  '[Content_Types].xml': `<Types><Override PartName="/main" ContentType="application/vnd.${type}"/></Types>`,
})
const ole = (content: string) =>
  Buffer.concat([
    Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
    Buffer.alloc(3_000_000),
    Buffer.from(content, 'utf16le'),
    Buffer.alloc(512),
  ])

const others: readonly (readonly [string, () => Buffer | Promise<Buffer>, string, RegExp])[] = [
  ['nothing', () => Buffer.alloc(0), 'xlsx_empty', /is empty/],
  ['a CSV file', () => Buffer.from('id,name\n1,Ann\n'), 'not_xlsx_text', /text file/],
  ['a UTF-16 text', () => Buffer.from('\ufeffid\tname\r\n1\tÄnn', 'utf16le'), 'not_xlsx_text', /text file/],
  ['a web page', () => Buffer.from('\ufeff <html><table></table></html>'), 'not_xlsx_html', /web page/],
  ['an XML document', () => Buffer.from('<?xml version="1.0"?><Workbook/>'), 'not_xlsx_html', /XML/],
  ['a PDF', () => Buffer.from('%PDF-1.7\n\x01\x02'), 'not_xlsx', /PDF/],
  ['noise', () => Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), 'not_xlsx', /no zip/],
  ['a legacy workbook', () => ole('Workbook'), 'xlsx_legacy', /\.xls/],
  ['an encrypted workbook', () => ole('EncryptedPackage'), 'xlsx_encrypted', /password/],
  [
    'a Numbers document',
    () => zip({ 'Index/Document.iwa': 'x', 'Metadata/Properties.plist': 'y' }),
    'not_xlsx_numbers',
    /Numbers/,
  ],
  [
    'an .ods',
    () => zip({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '' }, false),
    'not_xlsx_ods',
    /\.ods/,
  ],
  [
    'an .odt',
    () => zip({ mimetype: 'application/vnd.oasis.opendocument.text' }, false),
    'not_xlsx_document',
    /OpenDocument/,
  ],
  [
    'a .docx',
    () => zip(contentTypes('openxmlformats-officedocument.wordprocessingml.document.main+xml')),
    'not_xlsx_document',
    /Word/,
  ],
  [
    'a .pptx',
    () => zip(contentTypes('openxmlformats-officedocument.presentationml.presentation.main+xml')),
    'not_xlsx_document',
    /PowerPoint/,
  ],
  ['an .xlsb', () => zip(contentTypes('ms-excel.sheet.binary.macroEnabled.main')), 'not_xlsx_xlsb', /\.xlsb/],
  ['another zip', () => zip({ 'data.csv': 'a,b\n1,2\n' }), 'not_xlsx_zip', /zip archive/],
  ['an empty zip', () => zip({}), 'xlsx_corrupt', /no files/],
]

test.each(others)('%s is refused for what it is', async (_, make, code, message) => {
  const bytes = await make()
  const refused = await read.refusal(bytes)
  expect(refused.code).toBe(code)
  expect(refused.message).toMatch(message)
  expect(refused.hint.length).toBeGreaterThan(10)
  const listed = await listSheets(await read.work.write('listed.xlsx', bytes))
  expect(listed).toMatchObject({ ok: false, problem: { code } })
})

test('a workbook cut off anywhere is refused, never read in part', async () => {
  const bytes = await oneSheet(table)
  for (let length = 4; length < bytes.length; length += 37) {
    const { code } = await read.refusal(bytes.subarray(0, length))
    expect(['xlsx_truncated', 'xlsx_corrupt', 'not_xlsx_text', 'not_xlsx']).toContain(code)
  }
  expect(await read.refusal(bytes.subarray(0, bytes.length / 2))).toMatchObject({ code: 'xlsx_truncated' })
})

test('damaged packing and wrong checksums', async () => {
  const files = workbookFiles({ sheets: [{ rows: table }] })
  const stored = await zip(files, false)
  const at = stored.indexOf('Ann')
  stored.write('Bnn', at)
  expect(await read.refusal(stored)).toMatchObject({
    code: 'xlsx_corrupt',
    message: expect.stringMatching(/checksum/),
  })
  const packed = await zip(files)
  const data = packed.indexOf(deflateRawSync(Buffer.from(files[part] as string)).subarray(0, 20))
  expect(data).toBeGreaterThan(0)
  packed.fill(0xff, data, data + 20)
  expect(await read.refusal(packed)).toMatchObject({ code: 'xlsx_corrupt' })
})

const broken: readonly (readonly [string, Files, RegExp])[] = [
  ['ends in its rows', { [part]: `<worksheet><sheetData>${table}` }, /ends too early/],
  ['ends in a cell', { [part]: '<worksheet><sheetData><row><c><v>1' }, /ends too early/],
  ['ends behind its data', { [part]: `<worksheet><sheetData>${table}</sheetData>` }, /ends too early/],
  ['is empty', { [part]: '' }, /ends too early/],
  ['has tags that do not match', { [part]: `<worksheet><sheetData>${table}</worksheet>` }, /do not match/],
  [
    'has a row that is not closed',
    { [part]: '<worksheet><sheetData><row></sheetData></worksheet>' },
    /not closed/,
  ],
  ['has no data', { [part]: '<worksheet/>' }, /no sheetData/],
  ['has its data twice', { [part]: '<worksheet><sheetData/><sheetData/></worksheet>' }, /twice/],
  ['is another part', { [part]: '<styleSheet/>' }, /something else/],
  ['has a DOCTYPE', { [part]: `<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>` }, /DOCTYPE/],
  [
    'has an unknown entity',
    { [part]: '<worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>' },
    /entity/,
  ],
  [
    'has half a character',
    { [part]: '<worksheet><sheetData><row><c t="str"><v>&#xD800;</v></c></row></sheetData></worksheet>' },
    /entity/,
  ],
  [
    'is no UTF-8',
    {
      [part]: Buffer.from(
        '<worksheet><sheetData><row><c t="str"><v>\xff</v></c></row></sheetData></worksheet>',
        'latin1',
      ),
    },
    /UTF-8/,
  ],
  ['has NUL bytes', { [part]: `<worksheet>\0<sheetData/></worksheet>` }, /NUL/],
  [
    'has rows out of order',
    { [part]: `<worksheet><sheetData>${textRow(2, 'a')}${textRow(1, 'b')}</sheetData></worksheet>` },
    /order/,
  ],
  [
    'has a cell in another row',
    { [part]: '<worksheet><sheetData><row r="1"><c r="A2"><v>1</v></c></row></sheetData></worksheet>' },
    /where it says/,
  ],
  [
    'has two cells in one place',
    {
      [part]:
        '<worksheet><sheetData><row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row></sheetData></worksheet>',
    },
    /one place/,
  ],
  [
    'has a text that is not there',
    { [part]: '<worksheet><sheetData><row><c t="s"><v>9</v></c></row></sheetData></worksheet>' },
    /shared string/,
  ],
  [
    'has a cell of no type',
    { [part]: '<worksheet><sheetData><row><c t="zz"><v>9</v></c></row></sheetData></worksheet>' },
    /type/,
  ],
  ['has nested elements without end', { [part]: `<worksheet>${'<a>'.repeat(5000)}` }, /nested/],
  [
    'is not in the zip',
    {
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="rId1" Type="/worksheet" Target="no.xml"/></Relationships>',
    },
    /no part/,
  ],
]

test.each(broken)('a sheet that %s', async (_, files, message) => {
  const bytes = await zip({ ...workbookFiles({ sheets: [{ rows: table }] }), ...files })
  const refused = await read.refusal(bytes)
  expect(refused.code).toBe('xlsx_corrupt')
  expect(refused.message).toMatch(message)
})

test('more columns or rows than any sheet has', async () => {
  const cell = (reference: string) => `<row><c r="${reference}"><v>1</v></c></row>`
  expect(await read.refusal(await oneSheet(cell('XFE1')))).toMatchObject({ code: 'xlsx_columns' })
  expect(await read.refusal(await oneSheet(cell('ZZZZZZZZ1')))).toMatchObject({ code: 'xlsx_columns' })
  expect(await read.refusal(await oneSheet('<row r="1048577"/>'))).toMatchObject({ code: 'xlsx_rows' })
  const cells = `<row>${'<c><v>1</v></c>'.repeat(16_385)}</row>`
  expect(await read.refusal(await oneSheet(cells))).toMatchObject({ code: 'xlsx_columns' })
  const { header } = await read.rows(await oneSheet(`<row r="1"><c r="XFD1"><v>1</v></c></row>`))
  expect(header.length).toBe(16_384)
})

test('an empty sheet, and headers that will not do', async () => {
  expect(await read.refusal(await oneSheet('<row r="3"><c r="A3" s="1"/></row>'))).toMatchObject({
    code: 'xlsx_empty',
  })
  expect(await read.refusal(await oneSheet(textRow(1, ' ', ' ')))).toMatchObject({ code: 'xlsx_header' })
  const twice = await read.refusal(await oneSheet(textRow(1, 'Email', 'x', ' email')))
  expect(twice).toMatchObject({ code: 'xlsx_header', message: expect.stringMatching(/Columns A and C/) })
  expect(twice.message).not.toMatch(/mail/i)
})

test('which sheet: none of that name, several, charts, all hidden', async () => {
  const one = (name: string, more: object = {}) => ({ name, rows: table, ...more })
  const several = await zip(
    workbookFiles({ sheets: [one('May'), one('June'), one('Old', { state: 'hidden' })] }),
  )
  const which = await read.refusal(several)
  expect(which.code).toBe('xlsx_which_sheet')
  expect(which.message).toBe('The workbook has 2 sheets: "May", "June".')
  const none = await read.refusal(several, { sheet: 'July' })
  expect([none.code, none.message]).toEqual([
    'xlsx_no_sheet',
    'The workbook has no sheet "July". It has: "May", "June", "Old".',
  ])
  const chart = await zip(workbookFiles({ sheets: [one('Chart', { type: 'chartsheet' })] }))
  expect(await read.refusal(chart)).toMatchObject({ code: 'xlsx_chart_sheet' })
  expect(await read.refusal(chart, { sheet: 'chart' })).toMatchObject({ code: 'xlsx_chart_sheet' })
  const hidden = await zip(workbookFiles({ sheets: [one('H', { state: 'hidden' })] }))
  expect(await read.refusal(hidden)).toMatchObject({ code: 'xlsx_no_sheet' })
  expect(await read.refusal(await zip(workbookFiles({ sheets: [] })))).toMatchObject({
    code: 'xlsx_no_sheet',
  })
})

test('zip bombs: a sheet, shared strings, and a directory that lies', async () => {
  const limits = { ratioFrom: 100_000, ratio: 50 }
  const blank = workbookFiles({ sheets: [{ rows: table, behind: ' '.repeat(2_000_000) }] })
  expect(await read.refusal(await zip(blank), {}, { limits })).toMatchObject({ code: 'xlsx_bomb' })
  const texts = workbookFiles({ sheets: [{ rows: table }], shared: '<si/>'.repeat(300_000) })
  expect(await read.refusal(await zip(texts), {}, { limits })).toMatchObject({ code: 'xlsx_bomb' })
  // Both are read where the limits allow it.
  expect((await read.rows(await zip(blank))).good).toEqual([['1', 'Ann']])
  expect((await read.rows(await zip(texts))).good).toEqual([['1', 'Ann']])
  const lie = await zip(blank)
  const size = lie.lastIndexOf(part) - 46 + 24
  lie.writeUInt32LE(1000, size)
  expect(await read.refusal(lie, {}, { limits })).toMatchObject({
    code: 'xlsx_corrupt',
    message: expect.stringMatching(/longer than/),
  })
})

test('a wide header over many short rows may not fill the disk', async () => {
  const header = `<row>${Array.from({ length: 16_000 }, (_, i) => `<c><v>${i}</v></c>`).join('')}</row>`
  const bytes = await oneSheet(header + '<row><c><v>1</v></c></row>'.repeat(2000))
  const limits = { ratioFrom: 1_000_000, ratio: 20 }
  expect(await read.refusal(bytes, {}, { limits })).toMatchObject({ code: 'xlsx_bomb' })
})

test('a row or a cell over the limit', async () => {
  const wide = `<row>${`<c t="str"><v>${'x'.repeat(30_000)}</v></c>`.repeat(50)}</row>`
  expect(await read.refusal(await oneSheet(wide), {}, { limits: { record: 1_000_000 } })).toMatchObject({
    code: 'xlsx_too_large',
  })
  const long = `<row><c t="str"><v>${'x'.repeat(9_000_000)}</v></c></row>`
  expect(await read.refusal(await oneSheet(long))).toMatchObject({ code: 'xlsx_too_large' })
  const shared = `<si><t>${'x'.repeat(9_000_000)}</t></si>`
  expect(await read.refusal(await oneSheet(table, { shared }))).toMatchObject({ code: 'xlsx_too_large' })
})

test('a file that is not there or may not be written is an error, not a refusal', async () => {
  await expect(scanXlsx(read.work.path('no.xlsx'), xlsx)).rejects.toMatchObject({ code: 'ENOENT' })
  const path = await read.work.write('good.xlsx', await oneSheet(table))
  await expect(scanXlsx(path, xlsx, { copyTo: read.work.path('no/such/folder.csv') })).rejects.toMatchObject({
    code: 'ENOENT',
  })
})
