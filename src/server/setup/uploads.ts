import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { C360Error, fromSystemError } from '../../errors.ts'
import { boundaryOf, partsOf } from './multipart.ts'

export interface UploadLimits {
  readonly bytes: number
  readonly files: number
}

export const uploadLimits: UploadLimits = { bytes: 2 * 1024 ** 3, files: 200 }

export interface Uploaded {
  /** Names the folder in later requests. */
  readonly upload: string
  /** All files of the folder by now. */
  readonly files: readonly { readonly name: string; readonly size: number }[]
}

const FOLDER = '.c360-uploads'
const UPLOAD_ID = /^[0-9a-f]{24}$/
const KEPT_MS = 24 * 3_600_000

/** The folder of an upload. NOT_FOUND for anything that is no name of one, before it becomes a path. */
export async function uploadFolder(served: string, upload: string): Promise<string> {
  const folder = join(served, FOLDER, upload)
  const there = UPLOAD_ID.test(upload) && (await stat(folder).catch(() => undefined))
  if (there) return folder
  throw new C360Error('NOT_FOUND', 'There is no such upload.', { hint: 'Send the files again.' })
}

/**
 * Writes the files of a form into a folder of their own below the served one, as they arrive. TOO_LARGE beyond the caps on the whole
 * folder; what was cut off is removed.
 */
export async function receiveUpload(
  served: string,
  request: { readonly contentType: string | undefined; readonly body: ReadableStream<Uint8Array> | null },
  options: { readonly upload?: string; readonly limits?: UploadLimits; readonly signal: AbortSignal },
): Promise<Uploaded> {
  const boundary = boundaryOf(request.contentType)
  if (!request.body) throw new C360Error('USAGE', 'No files were sent.')
  const { limits = uploadLimits, signal } = options
  await sweepOld(served)
  const { upload, folder } = await folderFor(served, options.upload)
  const room = await roomIn(folder, limits)
  for await (const { filename, content } of partsOf(request.body, boundary))
    await writePart(folder, filename, content, room, signal)
  return { upload, files: await filesOf(folder) }
}

async function folderFor(
  served: string,
  upload: string | undefined,
): Promise<{ upload: string; folder: string }> {
  if (upload !== undefined) return { upload, folder: await uploadFolder(served, upload) }
  const made = randomBytes(12).toString('hex')
  const folder = join(served, FOLDER, made)
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error) => {
    throw fromSystemError(error, 'making a folder for the upload')
  })
  return { upload: made, folder }
}

interface Room {
  readonly taken: Set<string>
  readonly limits: UploadLimits
  bytes: number
}

async function roomIn(folder: string, limits: UploadLimits): Promise<Room> {
  const files = await filesOf(folder)
  return {
    taken: new Set(files.map(({ name }) => name.toLowerCase())),
    limits,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  }
}

async function writePart(
  folder: string,
  filename: string,
  content: AsyncIterable<Buffer>,
  room: Room,
  signal: AbortSignal,
): Promise<void> {
  if (room.taken.size >= room.limits.files)
    throw new C360Error('TOO_LARGE', `An upload may have ${room.limits.files} files at most.`, {
      hint: 'Put the folder where the server can read it, and name its path instead.',
    })
  const name = freeName(safeName(filename), room.taken)
  const unfinished = join(folder, `.${randomBytes(6).toString('hex')}.part`)
  try {
    await pipeline(Readable.from(counted(content, room)), createWriteStream(unfinished, { flags: 'wx' }), {
      signal,
    })
    await rename(unfinished, join(folder, name))
    room.taken.add(name.toLowerCase())
  } catch (error) {
    await rm(unfinished, { force: true })
    throw fromSystemError(error, 'writing the upload')
  }
}

async function* counted(content: AsyncIterable<Buffer>, room: Room): AsyncIterable<Buffer> {
  for await (const bytes of content) {
    room.bytes += bytes.length
    if (room.bytes > room.limits.bytes)
      throw new C360Error(
        'TOO_LARGE',
        `An upload may have ${Math.floor(room.limits.bytes / 1024 ** 2)} MB at most.`,
        {
          hint: 'Put the folder where the server can read it, and name its path instead.',
        },
      )
    yield bytes
  }
}

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/** A file's own name without any folder, control characters, or what some system could not keep. */
export function safeName(filename: string): string {
  const own = filename.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const plain = own
    .replaceAll(/[\p{C}<>:"|?*]/gu, '_')
    .replace(/^[.\s]+/, '')
    .replace(/[.\s]+$/, '')
    .slice(-120)
  return plain === '' ? 'file' : RESERVED.test(plain) ? `_${plain}` : plain
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf('.')
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  let free = name
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${stem} (${n})${extension}`
  return free
}

async function filesOf(folder: string): Promise<{ name: string; size: number }[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()
  return Promise.all(names.map(async (name) => ({ name, size: (await stat(join(folder, name))).size })))
}

/** Uploads nobody made a project of hold people's data: they are not kept. */
async function sweepOld(served: string): Promise<void> {
  const folder = join(served, FOLDER)
  for (const name of await readdir(folder).catch(() => [])) {
    const found = await stat(join(folder, name)).catch(() => undefined)
    if (UPLOAD_ID.test(name) && found && Date.now() - found.mtimeMs > KEPT_MS)
      await rm(join(folder, name), { recursive: true, force: true })
  }
}
