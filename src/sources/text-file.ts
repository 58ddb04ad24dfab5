import type { CsvFormat, JsonFormat } from '../project/types.ts'
import {
  bomLength,
  type Encoding,
  isBigEndian,
  latin1ToUtf8,
  refuseOtherEncodings,
  unicodeOf,
  utf16ToUtf8,
} from './decode.ts'
import { gunzip } from './gunzip.ts'
import { isGzip, refuseOtherKinds } from './kinds.ts'
import { csvLimits, type ReadOptions } from './limits.ts'
import { type RawFile, rawFile } from './raw-file.ts'
import { Refusal } from './refusal.ts'

/** A landing file as UTF-8 without byte order mark, whatever it is packed or encoded in. */
export interface TextFile {
  readonly raw: RawFile
  /** Chunks are valid until the next one is asked for. They may hold invalid UTF-8: that is for the reader of records. */
  readonly chunks: AsyncIterable<Buffer>
  /** Why these bytes are not the ones that lie in landing; undefined = they are (but for a byte order mark). */
  altered(): string | undefined
}

type TextFormat = CsvFormat | JsonFormat

/**
 * Throws a Refusal while reading when the file is no text, damaged, or in another encoding than the format's. A format that
 * knows no encodings is Unicode, and the file's first bytes say which.
 */
export function textFile(path: string, format: TextFormat, options: ReadOptions): TextFile {
  const raw = rawFile(path, options)
  const limits = { ...csvLimits, ...options.limits }
  let altered: string | undefined
  async function* chunks(): AsyncGenerator<Buffer> {
    const opened: Peeked[] = []
    try {
      const packed = await peek(raw.chunks, opened)
      const gzip = isGzip(packed.head)
      if (gzip) altered = 'compressed'
      const plain = gzip ? await peek(gunzip(packed.chunks, raw.bytes, limits), opened) : packed
      refuseUnreadable(plain.head, format)
      const encoding = format.type === 'csv' ? format.encoding : unicodeOf(plain.head)
      yield* inUtf8(plain, encoding, format.type, (why) => {
        altered ??= why
      })
    } finally {
      for (const { close } of opened.reverse()) await close()
    }
  }
  return { raw, chunks: chunks(), altered: () => altered }
}

function refuseUnreadable(head: Buffer, format: TextFormat): void {
  if (head.length === 0)
    throw new Refusal(
      `${format.type}_empty`,
      'The file is empty.',
      'Export it again, or remove it from the landing folder.',
    )
  refuseOtherKinds(head, format)
  if (format.type === 'csv') refuseOtherEncodings(head, format.encoding)
}

function inUtf8(
  text: Peeked,
  encoding: Encoding,
  type: TextFormat['type'],
  alter: (why: string) => void,
): AsyncIterable<Buffer> {
  const body = skip(text.chunks, bomLength(text.head, encoding))
  if (encoding === 'utf-8') return body
  if (encoding === 'latin-1') return latin1ToUtf8(body, () => alter('encoded in latin-1'))
  alter('encoded in utf-16')
  return utf16ToUtf8(body, isBigEndian(text.head), type)
}

/** A stream whose beginning is known. `close` ends it, read or not. */
interface Peeked {
  /** The first 64 KB, or less. */
  readonly head: Buffer
  /** All of it, the head included. */
  readonly chunks: AsyncIterable<Buffer>
  readonly close: () => Promise<unknown>
}

async function peek(chunks: AsyncIterable<Buffer>, opened: Peeked[]): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]()
  const first = await iterator.next()
  async function* all(): AsyncGenerator<Buffer> {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value
  }
  const head = first.done ? Buffer.alloc(0) : Buffer.from(first.value.subarray(0, 65536))
  const peeked = { head, chunks: all(), close: async () => iterator.return?.() }
  opened.push(peeked)
  return peeked
}

async function* skip(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of chunks) {
    yield chunk.subarray(left)
    left = 0
  }
}
