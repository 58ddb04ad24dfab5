import { C360Error } from '../../errors.ts'

/** One file of a `multipart/form-data` body. Its content must be read to its end before the next one comes. */
export interface UploadedPart {
  /** As the browser named it; never to be used as a path. */
  readonly filename: string
  readonly content: AsyncIterable<Buffer>
}

const MOST_HEADER = 16 * 1024
const HEADERS_END = Buffer.from('\r\n\r\n')

/** The boundary of a content type; USAGE when it is no form with files. */
export function boundaryOf(contentType: string | undefined): string {
  const [, quoted, plain] =
    /^multipart\/form-data;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? '') ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined || boundary.length > 70)
    throw new C360Error('USAGE', 'Files are sent as a form (multipart/form-data).')
  return boundary
}

/** The files of a form as they arrive: nothing but the piece at hand is in memory. Other fields are passed over. USAGE for a body that is cut off. */
export async function* partsOf(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncIterable<UploadedPart> {
  const reader = new Pieces(body)
  const line = Buffer.from(`--${boundary}`)
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  await reader.upTo(line).drain()
  for (;;) {
    if ((await reader.take(2)).toString('latin1') === '--') return
    const header = (await reader.upTo(HEADERS_END).text(MOST_HEADER)).trim()
    const content = reader.upTo(delimiter)
    const filename = filenameOf(header)
    if (filename !== undefined && filename !== '') yield { filename, content }
    await content.drain()
  }
}

function filenameOf(header: string): string | undefined {
  const disposition = header.split('\r\n').find((text) => /^content-disposition:/i.test(text))
  const [, name] = /;\s*filename="((?:[^"\\]|\\.)*)"/i.exec(disposition ?? '') ?? []
  return name?.replaceAll('%22', '"').replaceAll(/\\(.)/g, '$1')
}

const cutOff = (): C360Error =>
  new C360Error('USAGE', 'The upload was cut off.', { hint: 'Send the files again.' })

/** Bytes as they come, cut at a delimiter wherever the pieces of the network end. */
class Pieces {
  private readonly source: AsyncIterator<Uint8Array>
  private buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]()
  }

  async take(count: number): Promise<Buffer> {
    while (this.buffer.length < count) await this.more()
    const taken = this.buffer.subarray(0, count)
    this.buffer = this.buffer.subarray(count)
    return taken
  }

  upTo(delimiter: Buffer): Section {
    return new Section(() => this.before(delimiter))
  }

  /** The next bytes before the delimiter, and whether it was reached. */
  private async before(delimiter: Buffer): Promise<{ readonly bytes: Buffer; readonly end: boolean }> {
    const at = this.buffer.indexOf(delimiter)
    if (at >= 0) {
      const bytes = this.buffer.subarray(0, at)
      this.buffer = this.buffer.subarray(at + delimiter.length)
      return { bytes, end: true }
    }
    // The last bytes may be the beginning of the delimiter.
    const safe = this.buffer.length - delimiter.length + 1
    const bytes = this.buffer.subarray(0, Math.max(0, safe))
    this.buffer = this.buffer.subarray(bytes.length)
    await this.more()
    return { bytes, end: false }
  }

  private async more(): Promise<void> {
    const { value, done } = await this.source.next()
    if (done) throw cutOff()
    this.buffer = this.buffer.length === 0 ? Buffer.from(value) : Buffer.concat([this.buffer, value])
  }
}

class Section implements AsyncIterable<Buffer> {
  private readonly next: () => Promise<{ readonly bytes: Buffer; readonly end: boolean }>
  private ended = false

  constructor(next: () => Promise<{ readonly bytes: Buffer; readonly end: boolean }>) {
    this.next = next
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Buffer> {
    while (!this.ended) {
      const { bytes, end } = await this.next()
      this.ended = end
      if (bytes.length > 0) yield bytes
    }
  }

  async drain(): Promise<void> {
    for await (const _ of this);
  }

  async text(most: number): Promise<string> {
    const pieces: Buffer[] = []
    let length = 0
    for await (const piece of this) {
      length += piece.length
      if (length > most) throw new C360Error('USAGE', 'The upload cannot be read.')
      pieces.push(piece)
    }
    return Buffer.concat(pieces).toString('utf8')
  }
}
