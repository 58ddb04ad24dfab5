import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = dirname(fileURLToPath(import.meta.url))
const home = join(here, '..', '..', '.venv')

/**
 * A Python that has test/requirements.txt, or what another file of test/ names, in `.venv/` of the repository: made at the first
 * call, and again when the requirements change. Where that cannot be had, the reason.
 */
export async function pythonWith(file = 'requirements.txt'): Promise<string | { skipped: string }> {
  const requirements = join(here, '..', file)
  const name = `readers-${createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)}`
  const folder = join(home, name)
  const python = join(folder, 'bin', 'python')
  if (existsSync(python)) return python
  const building = `${folder}.${process.pid}`
  try {
    await build(building, requirements)
    await rename(building, folder).catch(() => undefined)
    if (existsSync(python)) return python
    return { skipped: `${folder} could not be put in place` }
  } catch (error) {
    return { skipped: reason(error, file) }
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}

async function build(folder: string, requirements: string): Promise<void> {
  await mkdir(home, { recursive: true })
  await run('python3', ['-m', 'venv', folder], { timeout: 120_000 })
  const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '--only-binary=:all:']
  await run(join(folder, 'bin', 'python'), [...install, '-r', requirements], { timeout: 300_000 })
}

function reason(error: unknown, file: string): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
  const message = stderr === '' ? String(error) : stderr
  return `no Python with test/${file}: ${message.split('\n').at(-1) ?? ''}`
}
