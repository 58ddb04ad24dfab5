import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Cron } from 'croner'
import { C360Error, fromSystemError } from '../../errors.ts'

export const MODES = ['import', 'direct'] as const
export type Mode = (typeof MODES)[number]

/** `.c360/serve.json`, for a target `.c360/targets/<name>/serve.json`: how pages get their data, and when it is refreshed. */
export interface Connectivity {
  /** `import`: pages read a version on this machine; `direct`: each question goes to the target's own engine. */
  readonly mode: Mode
  /** Cron pattern of five fields in the project's time zone; null = by hand. */
  readonly schedule: string | null
}

export const importByHand: Connectivity = { mode: 'import', schedule: null }

const folderOf = (root: string, target: string | undefined): string =>
  target === undefined ? join(root, '.c360') : join(root, '.c360', 'targets', target)

/** A file nobody can read counts as none. The embedded warehouse (no `target`) is read by import only. */
export async function readConnectivity(root: string, target?: string): Promise<Connectivity> {
  try {
    const text = await readFile(join(folderOf(root, target), 'serve.json'), 'utf8')
    const value = JSON.parse(text) as Partial<Connectivity>
    const schedule = typeof value.schedule === 'string' && isCron(value.schedule) ? value.schedule : null
    return { mode: target !== undefined && value.mode === 'direct' ? 'direct' : 'import', schedule }
  } catch {
    return importByHand
  }
}

/** USAGE for a pattern that is no cron pattern, and for a mode the engine does not have. */
export async function writeConnectivity(root: string, wanted: Connectivity, target?: string): Promise<void> {
  if (wanted.mode === 'direct' && target === undefined)
    throw new C360Error('USAGE', 'The embedded warehouse is read by import only.', {
      hint: '`direct` comes with warehouses that are elsewhere: c360 serve --target NAME.',
    })
  if (wanted.schedule !== null) checkCron(wanted.schedule)
  const folder = folderOf(root, target)
  const path = join(folder, 'serve.json')
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(temporary, `${JSON.stringify(wanted, null, 2)}\n`)
    await rename(temporary, path)
  } catch (error) {
    throw fromSystemError(error, 'writing serve.json')
  }
}

/** USAGE unless it is a cron pattern. */
export function checkCron(pattern: string): void {
  if (isCron(pattern)) return
  throw new C360Error('USAGE', 'The schedule is no cron pattern.', {
    hint: 'Five fields: minute, hour, day of month, month, day of week; `0 6 * * *` is every day at six.',
  })
}

/** Five fields only: a pattern of seconds would start a run after every run. */
export function isCron(pattern: string): boolean {
  if (pattern.trim().split(/\s+/).length !== 5) return false
  try {
    new Cron(pattern, { paused: true }).stop()
    return true
  } catch {
    return false
  }
}

/** When the next run begins, ISO in UTC. */
export function nextRefresh({ schedule }: Connectivity, timeZone: string): string | null {
  if (schedule === null) return null
  return new Cron(schedule, { paused: true, timezone: timeZone }).nextRun()?.toISOString() ?? null
}
