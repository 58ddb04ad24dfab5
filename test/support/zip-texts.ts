import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import yauzl from 'yauzl'

const open = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)

/** The parts of a workbook as text, in the order in which they lie in it. */
export async function sheetTexts(path: string): Promise<string[]> {
  const zip = await open(path, { lazyEntries: true, autoClose: false })
  const entries: yauzl.Entry[] = []
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      entries.push(entry)
      zip.readEntry()
    })
    zip.on('end', resolve)
    zip.on('error', reject)
    zip.readEntry()
  })
  const read = promisify<yauzl.Entry, NodeJS.ReadableStream>((entry, done) => zip.openReadStream(entry, done))
  const texts: string[] = []
  for (const entry of entries) texts.push(`${entry.fileName}\n${await text(await read(entry))}`)
  zip.close()
  return texts
}
