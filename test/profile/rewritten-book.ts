import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { sheetTexts } from '../support/zip-texts.ts'

/** How one workbook becomes another: everything but the names stays, byte for byte. */
export interface Renaming {
  readonly header: (name: string) => string
  readonly sheet?: (name: string) => string
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Writes the workbook again with other headers (the first row) and names of sheets. */
export async function rewriteBook(from: string, to: string, { header, sheet }: Renaming): Promise<void> {
  const zip = new ZipFile()
  for (const part of await sheetTexts(from)) {
    const end = part.indexOf('\n')
    const [name, text] = [part.slice(0, end), part.slice(end + 1)]
    zip.addBuffer(Buffer.from(rewritten(name, text, { header, sheet: sheet ?? ((same) => same) })), name)
  }
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(to))
}

function rewritten(part: string, text: string, { header, sheet }: Required<Renaming>): string {
  if (part === 'xl/workbook.xml')
    return text.replace(
      /<sheet name="([^"]+)"/g,
      (_, name: string) => `<sheet name="${escaped(sheet(name))}"`,
    )
  if (!part.startsWith('xl/worksheets/')) return text
  return text.replace(/<row r="1".*?<\/row>/s, (row) =>
    row.replace(
      /<t([^>]*)>([^<]*)<\/t>/g,
      (_, attributes: string, name: string) => `<t${attributes}>${escaped(header(name))}</t>`,
    ),
  )
}
