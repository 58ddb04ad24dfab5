import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fromSystemError } from '../errors.ts'
import type { RunEvent } from './events.ts'

export interface Ledger {
  write(event: RunEvent): void
  close(): Promise<void>
}

/** `.c360/runs/<id>.jsonl`: one event a line, for people and screens. It is never read back as state. */
export async function openLedger(folder: string, runId: string): Promise<Ledger> {
  const runs = join(folder, 'runs')
  await mkdir(runs, { recursive: true }).catch((error) => {
    throw fromSystemError(error, `writing ${runs}`)
  })
  const stream = createWriteStream(join(runs, `${runId}.jsonl`), { flags: 'a' })
  // A log that cannot be written must not stop the run it tells of.
  stream.on('error', () => undefined)
  return {
    write: (event) => stream.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`),
    close: () => new Promise((resolve) => stream.end(resolve)),
  }
}
