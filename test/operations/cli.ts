import { type ChildProcess, spawn } from 'node:child_process'
import type { Build } from '../crash/build.ts'

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Calling {
  /** The user to run as; only root may choose. */
  readonly uid?: number
  readonly cwd?: string
  readonly started?: (child: ChildProcess) => void
  /** Done once, as soon as this text stands on standard error. */
  readonly when?: readonly [text: string, act: (child: ChildProcess) => void]
}

/** Calls the command line as a user would, in a process of its own. */
export function c360(
  build: Build,
  args: readonly string[],
  { uid, cwd, when, started }: Calling = {},
): Promise<Said> {
  const child = spawn(process.execPath, [build.cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: cwd ?? build.root,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  started?.(child)
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    out += data
  })
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    const before = err
    err += data
    if (when && err.includes(when[0]) && !before.includes(when[0])) when[1](child)
  })
  return new Promise((done) => child.on('close', (code) => done({ code, out, err })))
}

interface Failed {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly hint: string
    readonly problems: unknown[]
  }
}

/** What a command with --json said of its failure. */
export function failure({ out }: Said): Failed['error'] {
  const lines = out.slice(out.indexOf('{'))
  return (JSON.parse(lines) as Failed).error
}
