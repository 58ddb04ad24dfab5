import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'
const strictMain = 'http://purl.oclc.org/ooxml/spreadsheetml/main'
const strictOffice = 'http://purl.oclc.org/ooxml/officeDocument/relationships'
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

export interface SheetXml {
  readonly name?: string
  readonly state?: 'hidden' | 'veryHidden'
  readonly type?: 'worksheet' | 'chartsheet'
  /** What is inside of `sheetData`. */
  readonly rows?: string
  /** What comes before `sheetData`. */
  readonly before?: string
  /** What comes behind it. */
  readonly behind?: string
  /** The whole part instead. */
  readonly xml?: string | Buffer
}

export interface WorkbookXml {
  readonly sheets: readonly SheetXml[]
  /** What is inside of `sst`; absent = no such part. */
  readonly shared?: string
  /** Number formats of style 1, 2, ..: an id, or a code; absent = no styles part. */
  readonly formats?: readonly (number | string)[]
  readonly date1904?: boolean
  readonly strict?: boolean
  /** Prefix of every element of the workbook and its sheets, colon included. */
  readonly prefix?: string
  /** Folder of the parts, slash included. */
  readonly folder?: string
  /** Targets as absolute paths. */
  readonly absolute?: boolean
}

export type Files = Readonly<Record<string, string | Buffer>>

/** A workbook with one visible sheet. */
export const oneSheet = (rows: string, book: Omit<WorkbookXml, 'sheets'> = {}): Promise<Buffer> =>
  zip(workbookFiles({ ...book, sheets: [{ rows }] }))

export function zip(files: Files, compress = true): Promise<Buffer> {
  const out = new ZipFile()
  for (const [name, content] of Object.entries(files)) out.addBuffer(Buffer.from(content), name, { compress })
  out.end()
  return buffer(out.outputStream as Readable)
}

/** The parts of a workbook by name. */
export function workbookFiles(book: WorkbookXml): Record<string, string | Buffer> {
  const { folder = 'xl/', shared, formats, strict = false } = book
  const relationType = strict ? strictOffice : office
  const sheets = book.sheets.map((sheet, i) => ({ ...sheet, part: `${folder}worksheets/sheet${i + 1}.xml` }))
  const target = (part: string) => (book.absolute ? `/${part}` : part.slice(folder.length))
  const relation = (id: string, type: string, part: string) =>
    `<Relationship Id="${id}" Type="${relationType}/${type}" Target="${target(part)}"/>`
  const relations = [
    ...sheets.map(({ type = 'worksheet', part }, i) => relation(`rId${i + 1}`, type, part)),
    ...(shared === undefined ? [] : [relation('rIdT', 'sharedStrings', `${folder}texts.xml`)]),
    ...(formats === undefined ? [] : [relation('rIdF', 'styles', `${folder}formats.xml`)]),
  ]
  return {
    '[Content_Types].xml': `${declaration}<Types xmlns="${packages}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    '_rels/.rels': `${declaration}<Relationships xmlns="${packages}/relationships"><Relationship Id="r" Type="${relationType}/officeDocument" Target="${folder}workbook.xml"/></Relationships>`,
    [`${folder}workbook.xml`]: workbookXml(book),
    [`${folder}_rels/workbook.xml.rels`]: `${declaration}<Relationships xmlns="${packages}/relationships">${relations.join('')}</Relationships>`,
    ...Object.fromEntries(sheets.map((sheet) => [sheet.part, sheet.xml ?? sheetXml(sheet, book)])),
    ...(shared === undefined ? {} : { [`${folder}texts.xml`]: element('sst', shared, book) }),
    ...(formats === undefined ? {} : { [`${folder}formats.xml`]: stylesXml(formats, book) }),
  }
}

function element(
  name: string,
  content: string,
  { strict = false, prefix = '' }: Partial<WorkbookXml>,
): string {
  const space = prefix === '' ? 'xmlns' : `xmlns:${prefix.slice(0, -1)}`
  return `${declaration}<${prefix}${name} ${space}="${strict ? strictMain : main}">${content}</${prefix}${name}>`
}

function workbookXml(book: WorkbookXml): string {
  const { prefix = '', strict = false } = book
  const sheets = book.sheets.map(({ name, state }, i) => {
    const hidden = state === undefined ? '' : ` state="${state}"`
    return `<${prefix}sheet xmlns:r="${strict ? strictOffice : office}" name="${name ?? `Sheet${i + 1}`}" sheetId="${i + 1}"${hidden} r:id="rId${i + 1}"/>`
  })
  const properties = book.date1904 ? `<${prefix}workbookPr date1904="1"/>` : ''
  return element('workbook', `${properties}<${prefix}sheets>${sheets.join('')}</${prefix}sheets>`, book)
}

function sheetXml(
  { rows = '', before = '', behind = '', type = 'worksheet' }: SheetXml,
  book: WorkbookXml,
): string {
  const { prefix = '' } = book
  if (type === 'chartsheet') return element('chartsheet', '', book)
  return element('worksheet', `${before}<${prefix}sheetData>${rows}</${prefix}sheetData>${behind}`, book)
}

function stylesXml(formats: readonly (number | string)[], book: WorkbookXml): string {
  const codes = formats.filter((format) => typeof format === 'string')
  const id = (format: number | string) => (typeof format === 'number' ? format : 200 + codes.indexOf(format))
  const escaped = (code: string) =>
    code.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
  const numFmts = codes
    .map((code) => `<numFmt numFmtId="${id(code)}" formatCode="${escaped(code)}"/>`)
    .join('')
  const xfs = [0, ...formats].map((format) => `<xf numFmtId="${id(format)}"/>`).join('')
  return element(
    'styleSheet',
    `<numFmts>${numFmts}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${xfs}</cellXfs>`,
    { strict: book.strict ?? false },
  )
}

/** A row of inline texts; '' = no cell. */
export const textRow = (number: number, ...texts: readonly string[]): string =>
  `<row r="${number}">${texts.map((text, i) => (text === '' ? '' : inline(`${letter(i)}${number}`, text))).join('')}</row>`

export const inline = (reference: string, text: string): string =>
  `<c r="${reference}" t="inlineStr"><is><t>${text}</t></is></c>`

const letter = (column: number): string => String.fromCharCode(65 + column)
