import { tooLarge } from './refusals.ts'
import { XmlReader } from './xml-reader.ts'
import { xmlString } from './xml-text.ts'
import { XmlWindow } from './xml-window.ts'

/** An element of a small document as it opens; names are without prefixes. */
export interface Element {
  readonly name: string
  /** Name of the element around it, '' for the root. */
  readonly parent: string
  /** An attribute's value; to be asked before the next element. */
  attribute(name: string): string | undefined
}

/** All elements of a part, in their order. Throws a Refusal for one that is no XML or longer than `limit`. */
export async function* elements(
  chunks: AsyncIterable<Buffer>,
  part: string,
  limit: number,
): AsyncGenerator<Element> {
  const window = new XmlWindow(bounded(chunks, part, limit), part, limit)
  const xml = new XmlReader(window)
  const open: string[] = []
  const attribute = (name: string): string | undefined => {
    const value = xml.attribute(name)
    return value === undefined ? undefined : xmlString(value)
  }
  try {
    for (let token = xml.next(); token !== 'end'; token = xml.next()) {
      if (token === 'more') await window.fill()
      else if (token === 'close') open.pop()
      else if (token === 'open') {
        const name = window.bytes.toString('utf8', xml.from, xml.to)
        yield { name, parent: open.at(-1) ?? '', attribute }
        open.push(name)
      }
    }
  } finally {
    await window.close()
  }
}

async function* bounded(chunks: AsyncIterable<Buffer>, part: string, limit: number): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > limit) throw tooLarge(partTitle(part), limit)
    yield chunk
  }
}

const partTitle = (part: string): string => part.charAt(0).toUpperCase() + part.slice(1)
