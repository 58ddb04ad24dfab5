import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { C360Error, fromSystemError } from '../errors.ts'
import type { ReadOptions } from './limits.ts'

const CHUNK = 2 * 1024 * 1024

/** A landing file read once from its first byte to its last. */
export interface RawFile {
  /**
   * Its bytes; a chunk is valid until the next one is asked for. Fails with CANCELLED when the
   * signal is given. Whether the file changed meanwhile is for the caller to see (size and time).
   */
  readonly chunks: AsyncIterable<Buffer>
  /** Bytes read so far. */
  bytes(): number
  /** Of the bytes as they lie in landing, once all were read; of no use where it was `unhashed`. */
  sha256(): string
}

export function rawFile(path: string, options: ReadOptions): RawFile {
  const hash = createHash('sha256')
  let bytes = 0
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of readAhead(path)) {
      if (options.signal?.aborted) throw new C360Error('CANCELLED', 'Reading was cancelled.')
      if (!options.unhashed) hash.update(chunk)
      bytes += chunk.length
      options.onProgress?.(bytes)
      yield chunk
    }
  }
  return { chunks: chunks(), bytes: () => bytes, sha256: () => hash.digest('hex') }
}

/** sha256 of a file's bytes in hexadecimal. */
export async function hashFile(path: string, options: ReadOptions): Promise<string> {
  const file = rawFile(path, options)
  for await (const _ of file.chunks);
  return file.sha256()
}

/** The next chunk is read while the one before is worked on; two buffers take turns. */
async function* readAhead(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, 'r')
  let next: Promise<Buffer> | undefined
  try {
    const size = Math.max(1, Math.min(CHUNK, (await file.stat()).size))
    const buffers: [Buffer, Buffer] = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)]
    next = readInto(file, buffers[0])
    for (let turn = 1; ; turn++) {
      const chunk = await next
      if (chunk.length === 0) break
      next = readInto(file, turn % 2 === 0 ? buffers[0] : buffers[1])
      yield chunk
    }
  } catch (error) {
    throw fromSystemError(error, `reading ${path}`)
  } finally {
    await next?.catch(() => undefined)
    await file.close()
  }
}

async function readInto(file: FileHandle, buffer: Buffer): Promise<Buffer> {
  const { bytesRead } = await file.read(buffer, 0, buffer.length, null)
  return buffer.subarray(0, bytesRead)
}
