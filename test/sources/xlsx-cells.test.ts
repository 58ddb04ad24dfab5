import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Reader, reader } from './xlsx/support.ts'
import { inline, oneSheet, textRow, type WorkbookXml } from './xlsx/workbook.ts'

let read: Reader
beforeAll(async () => {
  read = await reader()
})
afterAll(() => read[Symbol.asyncDispose]())

const header = textRow(1, 'a')

/** The texts of a column of cells, each given without its reference. */
async function column(cells: readonly string[], book: Omit<WorkbookXml, 'sheets'> = {}): Promise<unknown[]> {
  const rows = cells.map((cell, i) => `<row r="${i + 2}">${cell}${inline(`B${i + 2}`, 'x')}</row>`)
  const { good } = await read.rows(await oneSheet(textRow(1, 'a', 'b') + rows.join(''), book))
  return good.map(([first]) => first)
}

const shared = (...items: readonly string[]) => items.map((item) => `<si>${item}</si>`).join('')
const sharedCells = (count: number) => Array.from({ length: count }, (_, i) => `<c t="s"><v>${i}</v></c>`)

test('shared strings: plain, rich, phonetic runs skipped, spaces kept, escapes and entities', async () => {
  const items = [
    '<t>Müller 🛒 "quoted", and &amp;&lt;&gt;&quot;&apos;</t>',
    '<r><rPr><b/></rPr><t>Big</t></r><r><t xml:space="preserve"> and small</t></r>',
    '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/>',
    '<t xml:space="preserve">  two  </t>',
    '<t>one_x000D_\ntwo&#10;three&#xA;four</t>',
    '<t>_x005F_x000D_ _x0041_ _xZZZZ_ _x00_ _xD83D__xDE00_ _xD83D_ _x0000_</t>',
    '<t><![CDATA[a <b> & c]]></t>',
    '<t/>',
    '',
    '<t>&#128722;&#x1F6D2;</t>',
    '<!-- no --><t>a<!-- b -->c</t>',
    '<t>\r\nline\rend</t>',
  ]
  expect(await column(sharedCells(items.length), { shared: shared(...items) })).toEqual([
    'Müller 🛒 "quoted", and &<>"\'',
    'Big and small',
    '東京',
    '  two  ',
    'one\r\ntwo\nthree\nfour',
    '_x000D_ A _xZZZZ_ _x00_ 😀 _xD83D_ _x0000_',
    'a <b> & c',
    '',
    '',
    '🛒🛒',
    'ac',
    '\nline\nend',
  ])
})

test('shared strings fill several blocks and stay what they are', async () => {
  const texts = Array.from({ length: 900 }, (_, i) => `${i}-${'äöü"'.repeat(1500 + i)}`)
  const seen = await column(sharedCells(900), { shared: shared(...texts.map((text) => `<t>${text}</t>`)) })
  expect(seen.every((text, i) => text === texts[i])).toBe(true)
})

test('inline strings, formula strings, booleans, numbers as text', async () => {
  const cells = [
    '<c t="inlineStr"><is><t>in &amp; line</t></is></c>',
    '<c t="inlineStr"><is><r><t>ri</t></r><rPh sb="0" eb="1"><t>no</t></rPh><r><t>ch</t></r></is></c>',
    '<c t="str"><f>A1&amp;"&lt;v>"</f><v>formula &amp; _x0041_ "text"</v></c>',
    '<c t="str"><v></v></c>',
    '<c t="b"><v>1</v></c>',
    '<c t="b"><f>TRUE()</f><v>0</v></c>',
    '<c><f>1+1</f><v>2</v></c>',
    '<c><f t="shared" ref="A1:A2" si="0"/><v>2.5</v></c>',
    '<c t="inlineStr"><is><t>007</t></is></c>',
    "<c  s = '0'\n t\t=\t'n' ><v>7</v ></c >",
    '<c cm="1" vm="2"><v xml:space="preserve"> 8 </v><extLst><ext><v>9</v></ext></extLst></c>',
    '<c><v><![CDATA[9]]></v></c>',
    '<c><v>&#49;0</v></c>',
    '<c/>',
    '<c></c>',
    '<c><f>NOW()</f></c>',
    '<c><v>twelve</v></c>',
  ]
  expect(await column(cells)).toEqual([
    'in & line',
    'rich',
    'formula & A "text"',
    '',
    'true',
    'false',
    '2',
    '2.5',
    '007',
    '7',
    '8',
    '9',
    '10',
    '',
    '',
    '',
    'twelve',
  ])
})

test('errors are empty, and counted', async () => {
  const cells = [
    '<c r="A2" t="e"><v>#N/A</v></c>',
    '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    inline('C2', 'x'),
  ]
  const { good, scan } = await read.rows(
    await oneSheet(`${textRow(1, 'a', 'b', 'c')}<row r="2">${cells.join('')}</row>`),
  )
  expect(good).toEqual([['', '', 'x']])
  expect(scan.notes).toEqual(['2 cells hold errors such as #N/A and are read as empty'])
})

test('a row of nothing but errors is blank', async () => {
  const rows = `${header}<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>${textRow(3, 'x')}`
  const { good, scan } = await read.rows(await oneSheet(rows))
  expect([good, scan.blankLines]).toEqual([[['x']], 1])
})

test('numbers are as Excel shows them, integers keep every digit', async () => {
  const numbers: Readonly<Record<string, string>> = {
    '0': '0',
    '-0': '0',
    '0.0': '0',
    '1.50': '1.5',
    '-12.25': '-12.25',
    '0.30000000000000004': '0.3',
    '19.989999999999998': '19.99',
    '1.0000000000000002': '1',
    '9007199254740993': '9007199254740993',
    '123456789012345678901234567890': '123456789012345678901234567890',
    '1E+20': '100000000000000000000',
    '1.5E+3': '1500',
    '9.00719925474099E+15': '9007199254740990',
    '1E-7': '0.0000001',
    '-2.5e-3': '-0.0025',
    '-1.25E-9': '-0.00000000125',
    '1E+300': '1e+300',
    '00012': '12',
    '+5': '5',
    '.5': '0.5',
    '5.': '5',
    '0x10': '0x10',
    Infinity: 'Infinity',
    '1e999': '1e999',
    '123456.789012345678': '123456.789012346',
  }
  const cells = Object.keys(numbers).map((number) => `<c><v>${number}</v></c>`)
  expect(await column(cells)).toEqual(Object.values(numbers))
})

test('dates and times by the format of their cell', async () => {
  const code = 'yyyy\\-mm\\-dd'
  const formats = [14, 22, 20, 46, '[Red]0.00', code, 'd/m/yy h:mm', 'mm:ss', '[mm]:ss.0', 57, '"d"0', 34]
  const cells: readonly (readonly [number, string, string])[] = [
    [1, '45306', '2024-01-15'],
    [1, '45306.75', '2024-01-15T18:00:00'],
    [2, '45306', '2024-01-15T00:00:00'],
    [2, '45306.50001157408', '2024-01-15T12:00:01'],
    [2, '45306.123456789', '2024-01-15T02:57:46.667'],
    [3, '0.375', '09:00:00'],
    [3, '0', '00:00:00'],
    [3, '0.9999999999', '00:00:00'],
    [3, '45306.375', '2024-01-15T09:00:00'],
    [4, '1.5', '36:00:00'],
    [4, '5.1041666666666667', '122:30:00'],
    [4, '-0.0625', '-01:30:00'],
    [5, '45306', '45306'],
    [6, '45306', '2024-01-15'],
    [7, '45306', '2024-01-15T00:00:00'],
    [8, '0.0104166666666667', '00:15:00'],
    [9, '0.010416678240740742', '00:15:00.001'],
    [10, '45306', '2024-01-15'],
    [11, '45306', '45306'],
    [12, '0.5', '12:00:00'],
    [12, '45306', '2024-01-15'],
    [1, '1', '1900-01-01'],
    [1, '59', '1900-02-28'],
    [1, '60', '1900-02-29'],
    [1, '61', '1900-03-01'],
    [1, '0', '1900-01-00'],
    [1, '2958465', '9999-12-31'],
    [1, '2958466', '2958466'],
    [2, '2958465.9999999999', '2958466'],
    [1, '-1', '-1'],
    [1, '1E+20', '100000000000000000000'],
    [0, '45306', '45306'],
    [99, '45306', '45306'],
  ]
  const seen = await column(
    cells.map(([style, number]) => `<c s="${style}"><v>${number}</v></c>`),
    { formats },
  )
  expect(seen).toEqual(cells.map(([, , text]) => text))
})

test('the calendar of 1904', async () => {
  const cells = ['0', '1', '43844', '2957003', '2957004'].map((number) => `<c s="1"><v>${number}</v></c>`)
  expect(await column(cells, { formats: [14], date1904: true })).toEqual([
    '1904-01-01',
    '1904-01-02',
    '2024-01-15',
    '9999-12-31',
    '2957004',
  ])
})

test('dates written as ISO text', async () => {
  const dates = [
    '2024-01-15',
    '2024-01-15T00:00:00',
    '2024-01-15T09:30:00.250Z',
    '09:30:00',
    '2024-01-15T09:30',
    'soon',
  ]
  expect(await column(dates.map((date) => `<c t="d"><v>${date}</v></c>`))).toEqual([
    '2024-01-15',
    '2024-01-15',
    '2024-01-15T09:30:00.250',
    '09:30:00',
    '2024-01-15T09:30:00',
    'soon',
  ])
})

test('without styles and shared strings parts', async () => {
  expect(await column(['<c s="3"><v>45306</v></c>', '<c t="inlineStr"><is><t>t</t></is></c>'])).toEqual([
    '45306',
    't',
  ])
})

test('a text that is the mark of NULL, and quotes, and line ends stay text', async () => {
  const text = '_x0001_'
  const { good, scan } = await read.rows(
    await oneSheet(header + textRow(2, text) + textRow(3, '"') + textRow(4, ',""\n,')),
  )
  expect(good).toEqual([['\x01'], ['"'], [',""\n,']])
  expect(scan.shape).toMatchObject({ kind: 'copied', quotedNewlines: true })
})

test('number cells have the decimal separator that numbers in text have', async () => {
  const cells = ['<v>19.99</v>', '<v>19.989999999999998</v>', '<v>5</v>', '<v>1E-3</v>', '<v>1e999</v>']
  const row = (i: number, cell: string) =>
    `<row r="${i}"><c r="A${i}">${cell}</c>${inline(`B${i}`, '1.234,50')}</row>`
  const dated = '<row r="7"><c r="A7" s="1"><v>45306.123456789</v></c></row>'
  const book = await oneSheet(
    textRow(1, 'a', 'b') + cells.map((cell, i) => row(i + 2, cell)).join('') + dated,
    {
      formats: [22],
    },
  )
  const { good } = await read.rows(book, { decimal: ',', thousands: '.' })
  const texts = ['19,99', '19,99', '5', '0,001', '1e999']
  expect(good).toEqual([...texts.map((text) => [text, '1.234,50']), ['2024-01-15T02:57:46.667', '']])
})
