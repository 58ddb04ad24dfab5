import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Build } from './build.ts'

export interface Ended {
  /** Boundaries passed, in order. */
  readonly passed: readonly string[]
  /** What the run came to; undefined when it was killed. */
  readonly outcome: string | undefined
  readonly killed: boolean
  readonly milliseconds: number
}

export interface Killing {
  /** End itself at the nth passing of this boundary. */
  readonly at?: readonly [boundary: string, nth: number]
  /** Be ended from outside after so many milliseconds. */
  readonly after?: number
}

/** One run in a process of its own, which may be killed on the way. Fails when it ends by an error of its own. */
export function runInProcess(build: Build, project: string, { at, after }: Killing = {}): Promise<Ended> {
  const began = performance.now()
  const args = [join(import.meta.dirname, 'driver.js'), build.root, project, ...(at ?? []).map(String)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const alarm = after === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), after)
  let [out, errors] = ['', '']
  child.stdout.on('data', (data) => {
    out += data
  })
  child.stderr.on('data', (data) => {
    errors += data
  })
  return new Promise((done, fail) => {
    child.on('close', (code, signal) => {
      clearTimeout(alarm)
      const lines = out.split('\n').filter((line) => line !== '')
      const outcome = lines.find((line) => line.startsWith('= '))?.slice(2)
      const passed = lines.filter((line) => !line.startsWith('= '))
      const killed = signal === 'SIGKILL'
      if (killed || code === 0) done({ passed, outcome, killed, milliseconds: performance.now() - began })
      else fail(new Error(`the run ended with ${code ?? signal}: ${errors}`))
    })
  })
}
