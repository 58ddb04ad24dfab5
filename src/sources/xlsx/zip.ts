import { pipeline, type Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { C360Error, fromSystemError } from '../../errors.ts'
import type { ReadOptions } from '../limits.ts'
import { Refusal } from '../refusal.ts'
import type { XlsxLimits } from './limits.ts'
import { bomb, corrupt, encrypted, truncated } from './refusals.ts'

/** The parts of a workbook by name. Names are compared without case, as the packaging convention says. */
export interface Zip extends AsyncDisposable {
  readonly names: readonly string[]
  has(name: string): boolean
  /** Bytes a part takes in the file. */
  packedSize(name: string): number
  /**
   * A part's bytes, each chunk the caller's to keep; size and checksum are verified at the end. Throws a Refusal for one
   * that is missing, damaged or packed too tightly.
   */
  part(name: string): AsyncIterable<Buffer>
}

const CHUNK = 256 * 1024
const STORED = 0
const DEFLATED = 8

/** Reads the directory of a zip file; `options` hold for all that is read from it. */
export async function openZip(path: string, limits: XlsxLimits, options: ReadOptions): Promise<Zip> {
  const file = await openPromise(path, { autoClose: false }).catch((error: unknown) => {
    if (error instanceof Error && /end of central directory/i.test(error.message)) throw truncated()
    throw damaged(error, path)
  })
  // After the last callback an error of the descriptor has nobody else to go to.
  file.on('error', () => undefined)
  try {
    const entries = await directory(file, limits, path)
    return zipOf(file, entries, limits, options, path)
  } catch (error) {
    file.close()
    throw error
  }
}

async function directory(file: ZipFile, limits: XlsxLimits, path: string): Promise<Map<string, Entry>> {
  if (file.entryCount > limits.entries) throw corrupt(`its zip has ${file.entryCount} files in it`)
  const entries = new Map<string, Entry>()
  try {
    for await (const entry of file.eachEntry()) {
      if (entries.has(entry.fileName)) throw corrupt('its zip has two files of one name')
      entries.set(entry.fileName, entry)
    }
  } catch (error) {
    throw damaged(error, path)
  }
  return entries
}

function zipOf(
  file: ZipFile,
  entries: ReadonlyMap<string, Entry>,
  limits: XlsxLimits,
  options: ReadOptions,
  path: string,
): Zip {
  const progress = { read: 0 }
  const folded = new Map([...entries].map(([name, entry]) => [name.toLowerCase(), entry]))
  const found = (name: string) => entries.get(name) ?? folded.get(name.toLowerCase())
  const entryOf = (name: string): Entry => {
    const entry = found(name)
    if (!entry) throw corrupt(`it has no part ${partName(name)}`)
    return entry
  }
  return {
    names: [...entries.keys()],
    has: (name) => found(name) !== undefined,
    packedSize: (name) => entryOf(name).compressedSize,
    part: (name) => partOf(file, entryOf(name), limits, watched(options, progress), path),
    [Symbol.asyncDispose]: async () => file.close(),
  }
}

/** Called with each piece of the file that was read. */
type Watch = (bytes: number) => void

function watched(options: ReadOptions, progress: { read: number }): Watch {
  return (bytes) => {
    if (options.signal?.aborted) throw new C360Error('CANCELLED', 'Reading was cancelled.')
    progress.read += bytes
    options.onProgress?.(progress.read)
  }
}

async function* partOf(
  file: ZipFile,
  entry: Entry,
  limits: XlsxLimits,
  watch: Watch,
  path: string,
): AsyncGenerator<Buffer> {
  const name = partName(entry.fileName)
  refuseUnreadable(entry, name, limits)
  let size = 0
  let crc = 0
  let stream: Readable | undefined
  try {
    const packed = await file.openReadStreamPromise(entry, { decodeFileData: false })
    stream = unpacked(packed, entry)
    let seen = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > entry.uncompressedSize) throw corrupt(`${name} is longer than its directory says`)
      crc = crc32(chunk, crc)
      const read = Math.min(
        entry.compressedSize,
        Math.round((size / entry.uncompressedSize) * entry.compressedSize),
      )
      watch(read - seen)
      seen = read
      yield chunk
    }
  } catch (error) {
    throw damaged(error, path)
  } finally {
    stream?.destroy()
  }
  if (size !== entry.uncompressedSize) throw corrupt(`${name} is shorter than its directory says`)
  if (crc !== entry.crc32) throw corrupt(`the checksum of ${name} is wrong`)
}

function unpacked(packed: Readable, entry: Entry): Readable {
  if (entry.compressionMethod === STORED) return packed
  const unzip = createInflateRaw({ chunkSize: CHUNK })
  pipeline(packed, unzip, () => undefined)
  return unzip
}

function refuseUnreadable(entry: Entry, name: string, limits: XlsxLimits): void {
  if (entry.isEncrypted()) throw encrypted()
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)
    throw new Refusal(
      'xlsx_compression',
      `${name} is packed in a way Excel does not use (method ${entry.compressionMethod}).`,
      'Open the workbook in Excel and save it anew.',
    )
  const { uncompressedSize: size, compressedSize: packed } = entry
  // Deflate itself cannot do better than 1:1032, so a smaller file with such a directory lies.
  if (size > limits.inflated || (size > limits.ratioFrom && size > packed * limits.ratio))
    throw bomb(name, Math.min(size, limits.inflated), packed)
}

/** As it may stand in a message: the file is a stranger's. */
export function partName(name: string): string {
  return name.replace(/[^\w./ -]/g, '?').slice(0, 80)
}

function damaged(error: unknown, path: string): unknown {
  if (error instanceof Refusal || error instanceof C360Error) return error
  if (!(error instanceof Error) || 'syscall' in error) return fromSystemError(error, `reading ${path}`)
  if (/^Z_|^ERR_/.test(String((error as NodeJS.ErrnoException).code)))
    return corrupt('its packed data is broken')
  if (error instanceof TypeError || error instanceof ReferenceError) return error
  return corrupt('its zip directory is broken')
}
