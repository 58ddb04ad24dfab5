import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Build } from './build.ts'

export interface Ended {
  /** Boundaries passed, in order. */
  readonly passed: readonly string[]
  /** What the run came to; undefined when it was killed. */
  readonly outcome: string | undefined
  readonly killed: boolean
  /** Since the program was loaded. */
  readonly milliseconds: number
}

export interface Killing {
  /** End itself at the nth passing of this boundary. */
  readonly at?: readonly [boundary: string, nth: number]
  /** Be ended from outside so many milliseconds after the program was loaded. */
  readonly after?: number
}

/** One run in a process of its own, which may be killed on the way. Fails when it ends by an error of its own. */
export function runInProcess(build: Build, project: string, { at, after }: Killing = {}): Promise<Ended> {
  const args = [join(import.meta.dirname, 'driver.js'), build.root, project, ...(at ?? []).map(String)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, errors, loaded] = ['', '', Number.NaN]
  let alarm: NodeJS.Timeout | undefined
  child.stdout.on('data', (data) => {
    out += data
    if (!Number.isNaN(loaded)) return
    loaded = performance.now()
    if (after !== undefined) alarm = setTimeout(() => child.kill('SIGKILL'), after)
  })
  child.stderr.on('data', (data) => {
    errors += data
  })
  return new Promise((done, fail) => {
    child.on('close', (code, signal) => {
      clearTimeout(alarm)
      const lines = out.split('\n').filter((line) => line !== '' && line !== '= loaded')
      const outcome = lines.find((line) => line.startsWith('= '))?.slice(2)
      const passed = lines.filter((line) => !line.startsWith('= '))
      const killed = signal === 'SIGKILL'
      if (killed || code === 0) done({ passed, outcome, killed, milliseconds: performance.now() - loaded })
      else fail(new Error(`the run ended with ${code ?? signal}: ${errors}`))
    })
  })
}
