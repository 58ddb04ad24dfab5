import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'

/** A seeded workbook of eight columns, laid out as Excel does it: texts shared, dates as numbers with a format. */
export async function writeWorkbook(path, rows) {
  const zip = new ZipFile()
  const texts = new Texts()
  zip.addBuffer(Buffer.from(contentTypes), '[Content_Types].xml')
  zip.addBuffer(Buffer.from(rootRelations), '_rels/.rels')
  zip.addBuffer(Buffer.from(workbook), 'xl/workbook.xml')
  zip.addBuffer(Buffer.from(relations), 'xl/_rels/workbook.xml.rels')
  zip.addBuffer(Buffer.from(styles), 'xl/styles.xml')
  zip.addReadStream(Readable.from(sheet(rows, texts)), 'xl/worksheets/sheet1.xml')
  zip.addReadStreamLazy('xl/sharedStrings.xml', (done) => done(null, Readable.from(texts.xml())))
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(`${path}.tmp`))
  await rename(`${path}.tmp`, path)
}

class Texts {
  #numbers = new Map()
  #uses = 0

  number(text) {
    this.#uses++
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.#numbers.size)
    return this.#numbers.size - 1
  }

  *xml() {
    yield `${declaration}<sst xmlns="${main}" count="${this.#uses}" uniqueCount="${this.#numbers.size}">`
    let piece = ''
    for (const text of this.#numbers.keys()) {
      piece += `<si><t>${text}</t></si>`
      if (piece.length > 65_536) {
        yield piece
        piece = ''
      }
    }
    yield `${piece}</sst>`
  }
}

function* sheet(rows, texts) {
  const below = seeded(7)
  const header = [
    'CustomerID',
    'Email',
    'OrderNumber',
    'OrderDate',
    'PaidAt',
    'Product',
    'Quantity',
    'Amount',
  ]
  yield `${declaration}<worksheet xmlns="${main}"><dimension ref="A1:H${rows + 1}"/><sheetData>`
  yield `<row r="1" spans="1:8">${header.map((name, i) => text(i, 1, texts.number(name))).join('')}</row>`
  let piece = ''
  for (let i = 0; i < rows; i++) {
    piece += row(i, below, texts)
    if (piece.length > 65_536) {
      yield piece
      piece = ''
    }
  }
  yield `${piece}</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>`
}

function row(i, below, texts) {
  const at = i + 2
  const customer = below(200_000)
  const day = 43_831 + below(2000)
  const cents = 100 + below(50_000)
  return (
    `<row r="${at}" spans="1:8">${text(0, at, texts.number(`C${String(customer).padStart(7, '0')}`))}` +
    text(1, at, texts.number(`${words[customer % words.length]}.${customer}@example.com`)) +
    `<c r="C${at}"><v>${1_000_000 + i}</v></c><c r="D${at}" s="1"><v>${day}</v></c>` +
    `<c r="E${at}" s="2"><v>${day + below(86_400) / 86_400}</v></c>` +
    text(
      5,
      at,
      texts.number(`${words[below(words.length)]} &amp; ${words[below(words.length)]} ${below(40)}`),
    ) +
    `<c r="G${at}"><v>${1 + below(9)}</v></c><c r="H${at}"><v>${cents / 100}</v></c></row>`
  )
}

const text = (column, at, number) => `<c r="${'ABCDEFGH'[column]}${at}" t="s"><v>${number}</v></c>`

/** mulberry32 */
function seeded(seed) {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

const words = [
  'amber',
  'birch',
  'cedar',
  'dahlia',
  'elm',
  'fern',
  'ginkgo',
  'hazel',
  'iris',
  'juniper',
  'kale',
]
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const contentTypes = `${declaration}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${types}.sharedStrings+xml"/></Types>`
const rootRelations = `${declaration}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`
const workbook = `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>`
const relations = `${declaration}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="${office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
const styles = `${declaration}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`
