import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { C360Error } from '../errors.ts'

/**
 * Copies of objects on this machine. Beside a copy stands `.tmp-etag-<name>`: which state of the object it is.
 * The note holds the copy's size and time too, so a copy that somebody touched counts for nothing.
 */
export interface Mirror {
  file(path: string): string
  /** The etag of the state that the copy is; undefined when there is none to trust. */
  etag(path: string): Promise<string | undefined>
  /** Makes a finished file the copy, in one step. */
  install(path: string, from: string, etag: string): Promise<void>
  /** Notes that the copy, as it lies, is that state of the object. */
  note(path: string, etag: string): Promise<void>
  /** A new file beside the copy, for a download. */
  temporary(path: string): Promise<string>
  /** Keeps the beginning of a broken download for the next one of the same state. */
  keep(path: string, temporary: string, etag: string): Promise<void>
  /** Takes what was kept of that state, if anything: a file to go on with. */
  takeKept(path: string, etag: string): Promise<string | undefined>
  release(path: string): Promise<void>
}

export function openMirror(root: string): Mirror {
  const file = (path: string) => (path === '' ? root : join(root, ...path.split('/').map(localName)))
  const beside = (path: string, kind: string) =>
    join(dirname(file(path)), `.tmp-${kind}-${basename(file(path))}`)
  const kept = (path: string, etag: string) => `${beside(path, 'part')}-${digest(etag)}`
  const fresh = (path: string) => beside(path, randomUUID())
  const noteFor = async (path: string, of: string, etag: string) => {
    const { size, mtimeMs } = await stat(of)
    const draft = fresh(path)
    await writeFile(draft, JSON.stringify({ etag, size, mtimeMs }))
    return () => rename(draft, beside(path, 'etag'))
  }
  return {
    file,
    etag: (path) => knownEtag(file(path), beside(path, 'etag')),
    async install(path, from, etag) {
      const note = await noteFor(path, from, etag)
      await rename(from, file(path))
      await note()
    },
    note: async (path, etag) => (await noteFor(path, file(path), etag))(),
    async temporary(path) {
      await makeFolder(dirname(file(path)))
      return fresh(path)
    },
    keep: (path, temporary, etag) => rename(temporary, kept(path, etag)),
    async takeKept(path, etag) {
      const mine = fresh(path)
      const isMine = await rename(kept(path, etag), mine).then(() => true, isAbsent)
      return isMine ? mine : undefined
    },
    async release(path) {
      for (const name of [file(path), beside(path, 'etag')]) await rm(name, { force: true })
    },
  }
}

interface Note {
  readonly etag: string
  readonly size: number
  readonly mtimeMs: number
}

/** A note that cannot be read costs a download, no more. */
async function knownEtag(file: string, noteFile: string): Promise<string | undefined> {
  try {
    const note = JSON.parse(await readFile(noteFile, 'utf8')) as Note
    const { size, mtimeMs } = await stat(file)
    return note.size === size && note.mtimeMs === mtimeMs ? note.etag : undefined
  } catch {
    return undefined
  }
}

function isAbsent(error: unknown): false {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return false
  throw error
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    if (!['EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw new C360Error(
      'NO_ACCESS',
      `The container holds an object and others below it, as if it were a folder: ${folder}.`,
      {
        hint: 'Rename one of them: on a disk a name is a file or a folder.',
        cause: error,
      },
    )
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

const LONGEST = 150
const forbidden = /[%<>:"\\|?*]|\p{Cc}|[. ]$/gu

/** What a disk may call it: itself, but for characters that Windows forbids, and names that are too long. */
function localName(name: string): string {
  const escaped = (char: string) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`
  const safe = process.platform === 'win32' ? name.replace(forbidden, escaped) : name
  const isCaseLost = process.platform !== 'linux' && safe !== safe.toLowerCase()
  if (safe !== '' && Buffer.byteLength(safe) <= LONGEST && !isCaseLost) return safe
  const start = Buffer.from(safe).subarray(0, 60).toString('utf8').replaceAll('\ufffd', '')
  return `${start}-${digest(name)}${extname(safe).slice(0, 20)}`
}

/** The data of a file is on the disk. */
export async function synced(path: string): Promise<void> {
  const file = await open(path, 'r+')
  await file.sync().finally(() => file.close())
}
