import { randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { C360Error, fromSystemError } from '../errors.ts'
import type { Store, StoreEntry, TransferOptions } from './store.ts'

const TEMPORARY = '.tmp-'
const CLAIM_WAIT_MS = 10_000

/** The one system call not every file system has; a parameter so that its absence can be tried. */
export interface LocalEffects {
  link(existing: string, target: string): Promise<void>
}

/**
 * A folder of the local disk as a Store. Names beginning with `.tmp-` are its own and never listed;
 * symbolic links to files are listed, those to folders are not followed.
 */
export function localStore(root: string, effects: LocalEffects = { link }): Store {
  const base = resolve(root)
  const at = (path: string): string => inside(base, path)
  return {
    url: at,
    list: (prefix) => named(`listing ${at(prefix)}`, async () => (await walk(base, at(prefix))).sort(byPath)),
    stat: (path) => named(`reading ${at(path)}`, () => entry(base, at(path))),
    read: (path) => named(`reading ${at(path)}`, () => unlessMissing(readFile(at(path)))),
    readTagged: (path) => named(`reading ${at(path)}`, () => tagged(at(path))),
    putIfAbsent: (path, content) => named(`writing ${at(path)}`, () => create(at(path), content, effects)),
    put: (path, content) => named(`writing ${at(path)}`, () => replace(at(path), content)),
    putIfMatch: (path, content, etag) =>
      named(`writing ${at(path)}`, () => replaceIf(at(path), content, etag)),
    remove: (path) => named(`removing ${at(path)}`, () => rm(at(path), { force: true })),
    file: at,
    fetch: (path) =>
      named(`reading ${at(path)}`, async () => (await unlessMissing(stat(at(path))))?.isFile() ?? false),
    upload: (path, from, options) => named(`writing ${at(path)}`, () => bring(at(path), from, options)),
    release: async () => {},
  }
}

const etagOf = ({ size, mtimeMs, ino }: Stats): string => `${size}-${mtimeMs}-${ino}`

async function tagged(path: string): Promise<{ content: Buffer; etag: string } | undefined> {
  const file = await unlessMissing(open(path, 'r'))
  if (file === undefined) return undefined
  try {
    return { etag: etagOf(await file.stat()), content: await file.readFile() }
  } finally {
    await file.close()
  }
}

const replacing = new Map<string, Promise<unknown>>()

/**
 * Within this program writers take turns. Between programs a look and a rename leave a gap: a project's folder has one
 * writer by its lock, and a claim that a killed one left behind would stop all others.
 */
async function replaceIf(target: string, content: string | Buffer, etag: string): Promise<boolean> {
  const earlier = replacing.get(target) ?? Promise.resolve()
  const work = async (): Promise<boolean> => {
    const info = await unlessMissing(stat(target))
    if (!info || etagOf(info) !== etag) return false
    await replace(target, content)
    return true
  }
  const mine = earlier.then(work, work)
  replacing.set(target, mine)
  return mine.finally(() => {
    if (replacing.get(target) === mine) replacing.delete(target)
  })
}

async function bring(target: string, from: string, { onProgress }: TransferOptions = {}): Promise<number> {
  const isThere = resolve(from) === target
  const path = isThere ? target : join(dirname(target), `${TEMPORARY}${randomUUID()}`)
  if (!isThere) await makeFolder(dirname(target))
  try {
    if (!isThere) await copyFile(from, path)
    const size = await synced(path)
    if (!isThere) await rename(path, target)
    await syncFolder(dirname(target))
    onProgress?.(size)
    return size
  } catch (error) {
    if (!isThere) await rm(path, { force: true })
    throw error
  }
}

async function synced(path: string): Promise<number> {
  const file = await open(path, 'r')
  try {
    await file.sync()
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}

const byPath = (a: StoreEntry, b: StoreEntry): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)

function inside(base: string, path: string): string {
  const target = resolve(base, path)
  const below = relative(base, target)
  if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below))
    throw new C360Error('NO_ACCESS', `${path} lies outside ${base}.`)
  return target
}

async function named<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw fromSystemError(error, doing)
  }
}

const errno = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code

async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return undefined
    throw error
  }
}

async function walk(base: string, folder: string): Promise<StoreEntry[]> {
  const items = (await unlessMissing(readdir(folder, { withFileTypes: true }))) ?? []
  const found = items
    .filter(({ name }) => !name.startsWith(TEMPORARY))
    .map(async (item) => {
      const path = join(folder, item.name)
      return item.isDirectory() ? walk(base, path) : ((await entry(base, path)) ?? [])
    })
  return (await Promise.all(found)).flat()
}

async function entry(base: string, path: string): Promise<StoreEntry | undefined> {
  const info = await unlessMissing(stat(path))
  if (!info?.isFile()) return undefined
  return { path: relative(base, path).split(sep).join('/'), size: info.size, modified: info.mtimeMs }
}

async function replace(target: string, content: string | Buffer): Promise<void> {
  const temporary = await writeBeside(target, content)
  try {
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(target))
}

async function create(target: string, content: string | Buffer, effects: LocalEffects): Promise<boolean> {
  const temporary = await writeBeside(target, content)
  try {
    const created = await linkOrClaim(temporary, target, effects)
    if (created) await syncFolder(dirname(target))
    return created
  } finally {
    await rm(temporary, { force: true })
  }
}

const noHardLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

async function linkOrClaim(temporary: string, target: string, effects: LocalEffects): Promise<boolean> {
  try {
    await effects.link(temporary, target)
    return true
  } catch (error) {
    if (errno(error) === 'EEXIST') return false
    if (noHardLinks.has(errno(error) ?? '')) return renameUnderClaim(temporary, target)
    throw error
  }
}

/**
 * Without hard links (exFAT, some network drives) a rename keeps the content whole, and a claim file made with
 * O_EXCL keeps two writers apart. A claim left by a killed writer is never broken by force: whoever judges it
 * dead may be late, and then two writers would both win.
 */
async function renameUnderClaim(temporary: string, target: string): Promise<boolean> {
  const claim = join(dirname(target), `${TEMPORARY}claim-${target.slice(dirname(target).length + 1)}`)
  await takeClaim(claim)
  try {
    if ((await unlessMissing(stat(target))) !== undefined) return false
    await rename(temporary, target)
    return true
  } finally {
    await rm(claim, { force: true })
  }
}

async function takeClaim(claim: string): Promise<void> {
  const deadline = Date.now() + CLAIM_WAIT_MS
  for (;;) {
    try {
      return await (await open(claim, 'wx')).close()
    } catch (error) {
      if (errno(error) !== 'EEXIST') throw error
      if (Date.now() > deadline)
        throw new C360Error('LOCKED', `Another program holds ${claim}.`, {
          hint: 'If no other program is writing here (one may have been killed), delete that file and run again.',
        })
    }
    await pause(20)
  }
}

async function writeBeside(target: string, content: string | Buffer): Promise<string> {
  const folder = dirname(target)
  await makeFolder(folder)
  const temporary = join(folder, `${TEMPORARY}${randomUUID()}`)
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  return temporary
}

async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

/** A new name is durable when its folder is; systems that cannot sync a folder (Windows, some mounts) do it by themselves. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP'].includes(errno(error) ?? '')) throw error
  }
}
