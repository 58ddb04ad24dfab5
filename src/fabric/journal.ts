import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fromSystemError } from '../errors.ts'
import type { ItemType } from './types.ts'

/** How far a deployment came with one item. */
export interface Step {
  /** Of the parts that were sent. */
  readonly hash: string
  /** It goes on over there, as far as we know. */
  readonly operation?: string
  readonly id?: string
  readonly done?: boolean
}

interface Written {
  readonly at: string
  readonly steps: { readonly [type in ItemType]?: Step }
  /** Of a refresh that was begun. */
  readonly refresh?: string
}

/** What an interrupted deployment leaves to the next one. Without it nothing is lost but time: names decide. */
export interface Journal {
  step(type: ItemType): Step | undefined
  readonly refresh: string | undefined
  keep(type: ItemType, step: Step): Promise<void>
  keepRefresh(requestId: string): Promise<void>
  /** The deployment came to its end. */
  close(): Promise<void>
}

/** Somebody may have worked on the items meanwhile. */
const OLD_MS = 24 * 3600_000

/** The journal for one project in one workspace, below the folder of c360's own state. NO_ACCESS, DISK_FULL. */
export async function openJournal(state: string, workspaceId: string, name: string): Promise<Journal> {
  const path = join(state, 'deploy', `${workspaceId}.${encodeURIComponent(name)}.json`)
  let written = await read(path)
  const write = async (next: Omit<Written, 'at'>) => {
    written = { ...next, at: new Date().toISOString() }
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.new`, JSON.stringify(written, null, 2))
      await rename(`${path}.new`, path)
    } catch (error) {
      throw fromSystemError(error, `writing ${path}`)
    }
  }
  return {
    step: (type) => written.steps[type],
    get refresh() {
      return written.refresh
    },
    keep: (type, step) => write({ ...written, steps: { ...written.steps, [type]: step } }),
    keepRefresh: (refresh) => write({ ...written, refresh }),
    close: () => rm(path, { force: true }),
  }
}

async function read(path: string): Promise<Written> {
  const nothing: Written = { at: '', steps: {} }
  try {
    const written = JSON.parse(await readFile(path, 'utf8')) as Written
    return Date.now() - Date.parse(written.at) < OLD_MS && written.steps ? written : nothing
  } catch {
    return nothing
  }
}
