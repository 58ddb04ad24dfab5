import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Cron } from 'croner'
import { C360Error, fromSystemError } from '../../errors.ts'

/** `.c360/serve.json`: how the pages get their data, and when it is refreshed. */
export interface Connectivity {
  /** `import`: pages read the published version; `direct`: each question goes to the warehouse, where the engine allows it. */
  readonly mode: 'import' | 'direct'
  /** Cron pattern of five fields in the project's time zone; null = by hand. */
  readonly schedule: string | null
}

export const importByHand: Connectivity = { mode: 'import', schedule: null }

const fileOf = (root: string): string => join(root, '.c360', 'serve.json')

/** A file nobody can read counts as none. */
export async function readConnectivity(root: string): Promise<Connectivity> {
  try {
    const value = JSON.parse(await readFile(fileOf(root), 'utf8')) as Partial<Connectivity>
    const schedule = typeof value.schedule === 'string' && isCron(value.schedule) ? value.schedule : null
    return { mode: 'import', schedule }
  } catch {
    return importByHand
  }
}

/** USAGE for a pattern that is no cron pattern, and for a mode the engine does not have. */
export async function writeConnectivity(root: string, wanted: Connectivity): Promise<void> {
  if (wanted.mode === 'direct')
    throw new C360Error('USAGE', 'The embedded warehouse is read by import only.', {
      hint: '`direct` comes with warehouses that are elsewhere.',
    })
  if (wanted.schedule !== null) checkCron(wanted.schedule)
  const path = fileOf(root)
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await mkdir(join(root, '.c360'), { recursive: true })
    await writeFile(temporary, `${JSON.stringify(wanted, null, 2)}\n`)
    await rename(temporary, path)
  } catch (error) {
    throw fromSystemError(error, 'writing .c360/serve.json')
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
