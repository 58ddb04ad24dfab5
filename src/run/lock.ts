import { link, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { C360Error, fromSystemError } from '../errors.ts'

interface Holder {
  readonly pid: number
  readonly host: string
  /** Start time of the process as the system tells it, so that a reused pid is not taken for the holder. */
  readonly started: string
  readonly what: string
}

export interface LockOptions {
  readonly signal?: AbortSignal
  /** Called once when somebody else holds the lock. */
  readonly onWait?: (holder: string) => void
  /** Milliseconds to wait before LOCKED; default: for ever. */
  readonly patience?: number
}

/**
 * One writer per project: `.c360/lock` names the process at work. A second one waits; the lock of a process
 * that is gone is taken over. The commit points do not depend on it: it only saves work from being done twice.
 */
export async function withLock<T>(
  folder: string,
  what: string,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(folder, 'lock')
  const mine: Holder = { pid: process.pid, host: hostname(), started: await startOf(process.pid), what }
  const text = JSON.stringify(mine)
  await acquire(folder, path, text, options)
  try {
    await sweepAside(folder)
    return await work()
  } finally {
    if ((await readLock(path)) === text) await rm(path, { force: true })
  }
}

async function acquire(folder: string, path: string, mine: string, options: LockOptions): Promise<void> {
  const began = Date.now()
  let told = false
  while (!(await take(folder, path, mine))) {
    const text = await readLock(path)
    if (text === undefined) continue
    if (await isStale(text)) {
      await breakLock(path, text)
      continue
    }
    if (!told) options.onWait?.(describe(text))
    told = true
    if (options.patience !== undefined && Date.now() - began > options.patience)
      throw new C360Error('LOCKED', `Another run holds this project: ${describe(text)}.`)
    await sleep(100, undefined, options.signal ? { signal: options.signal } : {}).catch((cause) => {
      throw new C360Error('CANCELLED', 'Cancelled while waiting for another run.', { cause })
    })
  }
}

/** The lock appears with its content or not at all: written aside, then linked. */
async function take(folder: string, path: string, mine: string): Promise<boolean> {
  const aside = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(aside, mine)
    await link(aside, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP') return takeWithoutLinks(path, mine)
    throw fromSystemError(error, `writing ${path}`)
  } finally {
    await rm(aside, { force: true }).catch(() => undefined)
  }
}

async function takeWithoutLinks(path: string, mine: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx')
    await handle.writeFile(mine)
    await handle.close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw fromSystemError(error, `writing ${path}`)
  }
}

/** Who holds the project's lock now; undefined when nobody does, or a process of this machine that is gone. */
export async function lockHolder(
  folder: string,
): Promise<{ readonly what: string; readonly pid: number } | undefined> {
  const text = await readLock(join(folder, 'lock'))
  if (text === undefined || (await isStale(text))) return undefined
  const holder = parse(text)
  return holder && { what: holder.what, pid: holder.pid }
}

const readLock = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined)

/** Moves a dead lock away; if somebody was faster and the lock is alive again, it is put back. */
async function breakLock(path: string, stale: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  if ((await readLock(aside)) !== stale) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

/** Where a process that only reads may spill: its own, and named so that the next run can tell whether it is still there. */
export const spillFolder = (folder: string): string => join(folder, `spill-${process.pid}-${hostname()}`)

/** Removes what killed processes of this machine wrote aside on their way to the lock, and what they spilled. */
async function sweepAside(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const [, pid, host] = /^spill-(\d+)-(.+)$/.exec(name) ?? []
    if (host === hostname() && !isAlive(Number(pid)))
      await rm(join(folder, name), { recursive: true, force: true })
  }
  for (const name of names.filter((file) => /^lock\.(\d+\.\w+|stale\.\d+)$/.test(file))) {
    const pid = Number(/\d+/.exec(name)?.[0])
    const path = join(folder, name)
    const holder = parse((await readLock(path)) ?? '')
    if (holder && holder.host !== hostname()) continue
    if (!isAlive(pid)) await rm(path, { force: true })
  }
}

async function isStale(text: string): Promise<boolean> {
  const holder = parse(text)
  if (!holder) return true
  if (holder.host !== hostname()) return false
  if (!isAlive(holder.pid)) return true
  return (await startOf(holder.pid)) !== holder.started
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Field 22 of /proc/<pid>/stat; '' where the system has none, which makes the pid alone decide. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder
  } catch {
    return undefined
  }
}

function describe(text: string): string {
  const holder = parse(text)
  return holder ? `${holder.what} (process ${holder.pid} on ${holder.host})` : 'an unknown process'
}
