import type { CsvFormat } from '../project/types.ts'
import { bomLength, isBigEndian, latin1ToUtf8, refuseOtherEncodings, utf16ToUtf8 } from './decode.ts'
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

/** Throws a Refusal while reading when the file is no text, damaged, or in another encoding than the format's. */
export function textFile(path: string, format: CsvFormat, options: ReadOptions): TextFile {
  const raw = rawFile(path, options)
  const limits = { ...csvLimits, ...options.limits }
  let altered: string | undefined
  async function* chunks(): AsyncGenerator<Buffer> {
    const packed = await peek(raw.chunks)
    const gzip = isGzip(packed.head)
    if (gzip) altered = 'compressed'
    const plain = gzip ? await peek(gunzip(packed.chunks, raw.bytes, limits)) : packed
    refuseUnreadable(plain.head, format)
    const body = skip(plain.chunks, bomLength(plain.head, format.encoding))
    if (format.encoding === 'utf-8') return yield* body
    if (format.encoding === 'latin-1')
      return yield* latin1ToUtf8(body, () => (altered ??= 'encoded in latin-1'))
    altered ??= 'encoded in utf-16'
    yield* utf16ToUtf8(body, isBigEndian(plain.head))
  }
  return { raw, chunks: chunks(), altered: () => altered }
}

function refuseUnreadable(head: Buffer, format: CsvFormat): void {
  if (head.length === 0)
    throw new Refusal(
      'csv_empty',
      'The file is empty.',
      'Export it again, or remove it from the landing folder.',
    )
  refuseOtherKinds(head)
  refuseOtherEncodings(head, format.encoding)
}

/** The first chunk, copied, and the whole stream again. */
async function peek(chunks: AsyncIterable<Buffer>): Promise<{ head: Buffer; chunks: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done) return { head: Buffer.alloc(0), chunks: (async function* () {})() }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield first.value
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
    } finally {
      await iterator.return?.()
    }
  }
  return { head: Buffer.from(first.value.subarray(0, 65536)), chunks: all() }
}

async function* skip(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes
  for await (const chunk of chunks) {
    yield chunk.subarray(left)
    left = 0
  }
}
