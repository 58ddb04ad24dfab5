import { execFile, spawn } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const run = promisify(execFile)
const requirements = join(import.meta.dirname, 'snowflake-requirements.txt')
const home = join(import.meta.dirname, '..', '..', '.venv')

/** Snowflake's counterpart on this machine: fakesnow, which computes in DuckDB, behind Snowflake's own protocol. */
export interface SnowflakeCounterpart extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** `user` enters with this key (PEM), or with the password `secret`. */
  readonly privateKey: string
  readonly pid: number
}

/**
 * The Python that runs it, in `.venv/` of the repository: made at the first call, and again when the requirements change.
 * Where that cannot be had, the reason.
 */
export async function snowflakeHome(): Promise<string | { skipped: string }> {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const folder = join(home, `snowflake-${hash}`)
  const python = join(folder, 'bin', 'python')
  try {
    if (!existsSync(python)) await build(folder)
    return python
  } catch (error) {
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    return {
      skipped: `no fakesnow (Python 3.11, a network once): ${(stderr || String(error)).split('\n').at(-1)}`,
    }
  }
}

async function build(folder: string): Promise<void> {
  const building = `${folder}.${process.pid}`
  try {
    await mkdir(home, { recursive: true })
    await run('python3', ['-m', 'venv', building], { timeout: 120_000 })
    const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '--only-binary=:all:']
    await run(join(building, 'bin', 'python'), [...install, '-r', requirements], { timeout: 300_000 })
    await rename(building, folder).catch(() => undefined)
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

/** Starts it; it ends when disposed of, or with this process. */
export async function startSnowflake(python: string): Promise<SnowflakeCounterpart> {
  const folder = await mkdtemp(join(tmpdir(), 'c360-snowflake-'))
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  await writeFile(join(folder, 'key.pub'), keys.publicKey)
  const script = join(import.meta.dirname, 'snowflake_counterpart.py')
  const child = spawn(python, ['-B', script, folder, join(folder, 'key.pub')], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const errors: string[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8')))
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  const port = Number(value)
  if (!(port > 0)) throw new Error(`fakesnow ended: ${errors.join('').slice(-2000)}`)
  return {
    host: '127.0.0.1',
    port,
    privateKey: keys.privateKey,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
