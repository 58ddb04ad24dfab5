import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { C360Error } from '../../errors.ts'
import type { RunEvent } from '../../run/events.ts'
import { lockHolder } from '../../run/lock.ts'

/** A line of a run's ledger; `id` counts from 1 and is how a reader says where it stopped. */
export interface LedgerEntry {
  readonly id: number
  readonly at: string
  readonly event: RunEvent
}

const RUN_ID = /^\d{8}T\d{6}-[0-9a-f]{6}$/

/** The run that holds the project's lock, in whatever process. */
export async function activeRun(
  root: string,
): Promise<{ readonly runId: string | undefined; readonly what: string; readonly pid: number } | undefined> {
  const holder = await lockHolder(join(root, '.c360'))
  return holder && { ...holder, runId: /^c360 run (\S+)$/.exec(holder.what)?.[1] }
}

const folderOf = (root: string): string => join(root, '.c360', 'runs')

/** NOT_FOUND for anything that is no name of a run, before it becomes a path. */
export function ledgerPath(root: string, runId: string): string {
  if (!RUN_ID.test(runId))
    throw new C360Error('NOT_FOUND', 'There is no such run.', { hint: 'See the list of runs.' })
  return join(folderOf(root), `${runId}.jsonl`)
}

/** Newest first. */
export async function ledgerNames(root: string, limit: number): Promise<string[]> {
  const files = await readdir(folderOf(root)).catch(() => [])
  const names = files.filter((file) => file.endsWith('.jsonl')).map((file) => file.slice(0, -'.jsonl'.length))
  return names
    .filter((name) => RUN_ID.test(name))
    .sort()
    .slice(-limit)
    .reverse()
}

/** NOT_FOUND unless there is such a run; one that has only just begun may have no ledger yet. */
export async function requireRun(root: string, runId: string): Promise<void> {
  const there = await stat(ledgerPath(root, runId)).catch(() => undefined)
  if (there || (await activeRun(root))?.runId === runId) return
  throw new C360Error('NOT_FOUND', 'There is no such run.', { hint: 'See the list of runs.' })
}

/** All that a run has told so far; nothing before its first word. */
export async function readLedger(root: string, runId: string): Promise<LedgerEntry[]> {
  const text = await readFile(ledgerPath(root, runId), 'utf8').catch(absent)
  return text === undefined ? [] : entriesOf(text, 0)
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}

function entriesOf(text: string, before: number): LedgerEntry[] {
  const lines = text.split('\n')
  // What follows the last line end is still being written.
  return lines.slice(0, -1).flatMap((line, index) => parsed(line, before + index + 1))
}

function parsed(line: string, id: number): LedgerEntry[] {
  try {
    const { at, ...event } = JSON.parse(line) as RunEvent & { at: string }
    return [{ id, at, event: event as RunEvent }]
  } catch {
    return []
  }
}

export const isEnd = ({ event }: LedgerEntry): boolean => event.type === 'finished' || event.type === 'failed'

/** Reads a ledger as it grows: each call gives what came since the last one. */
export class LedgerTail {
  private readonly path: string
  private offset = 0
  private lines = 0

  constructor(root: string, runId: string) {
    this.path = ledgerPath(root, runId)
  }

  async more(): Promise<LedgerEntry[]> {
    const handle = await open(this.path, 'r').catch(absent)
    if (!handle) return []
    try {
      const { size } = await handle.stat()
      if (size <= this.offset) return []
      const bytes = Buffer.alloc(size - this.offset)
      await handle.read(bytes, 0, bytes.length, this.offset)
      const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1)
      const text = whole.toString('utf8')
      const entries = entriesOf(text, this.lines)
      this.offset += whole.length
      this.lines += text.split('\n').length - 1
      return entries
    } finally {
      await handle.close()
    }
  }
}
