import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { CsvLimits } from './limits.ts'
import { Refusal } from './refusal.ts'

/** Unpacks gzip (one member or several), never further than the limits allow. */
export async function* gunzip(
  packed: AsyncIterable<Buffer>,
  bytesRead: () => number,
  limits: CsvLimits,
): AsyncGenerator<Buffer> {
  const unzip = createGunzip({ chunkSize: 1024 * 1024 })
  pipeline(Readable.from(owned(packed)), unzip, () => undefined)
  let unpacked = 0
  try {
    for await (const chunk of unzip as AsyncIterable<Buffer>) {
      unpacked += chunk.length
      refuseBomb(unpacked, bytesRead(), limits)
      yield chunk
    }
  } catch (error) {
    throw isZlibError(error) ? damaged(error) : error
  }
}

/** The stream keeps chunks while the reader reuses its buffers. */
async function* owned(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}

function refuseBomb(unpacked: number, packed: number, limits: CsvLimits): void {
  if (unpacked <= limits.inflated && (unpacked <= limits.ratioFrom || unpacked <= packed * limits.ratio))
    return
  throw new Refusal(
    'gzip_bomb',
    `The file unpacks to more than ${Math.round(unpacked / 1e6)} MB from ${Math.ceil(packed / 1e6)} MB read.`,
    'No honest export is packed this tightly. If it is one, unpack it and put the file inside into the landing folder.',
  )
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && /^Z_/.test(String((error as NodeJS.ErrnoException).code))
}

function damaged(error: Error): Refusal {
  const truncated = /unexpected end/.test(error.message)
  return new Refusal(
    truncated ? 'gzip_truncated' : 'gzip_corrupt',
    truncated ? 'The gzip file ends too early.' : `The gzip file is damaged: ${error.message}.`,
    'Transfer or export the file again.',
  )
}
