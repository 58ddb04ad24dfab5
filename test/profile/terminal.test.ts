import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const german = fileURLToPath(new URL('../strangers/german', import.meta.url))
const typist = fileURLToPath(new URL('typist.py', import.meta.url))

/** Why there is no pseudo-terminal here, or '' where there is one. */
const missing = ((): string => {
  const { status } = spawnSync('python3', ['-c', 'import pty; pty.openpty()'])
  return status === 0 ? '' : 'no python3 with pty'
})()

describe.skipIf(missing !== '')(`init on a real terminal${missing && ` (skipped: ${missing})`}`, () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'c360-terminal-'))
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  /** Types each answer when the program waits for one; gives what the screen has shown. */
  const typed = (root: string, answers: readonly string[]) =>
    spawnSync(
      'python3',
      [typist, JSON.stringify(answers), process.execPath, main, 'init', root, '--from', german],
      { encoding: 'utf8', timeout: 50_000 },
    )

  test('what is answered is what the figures follow', async () => {
    const root = join(dir, 'answered')
    const { status, stdout } = typed(root, ['Abgeschlossen, Offen', 'Berlin', 'Europe/Vienna', ''])
    expect(stdout).toContain('Which statuses of a sale count as sales?')
    expect(stdout).toContain('there is no time zone `Berlin`')
    expect(stdout).toContain('Europe/Vienna, as you said')
    expect(status).toBe(0)
    const config = await readFile(join(root, 'c360.yaml'), 'utf8')
    expect(config).toContain('  counted_statuses: [Abgeschlossen, Offen]')
    expect(config).toContain('time_zone: Europe/Vienna')
    expect(config).toContain('currency: EUR')
    expect(config).not.toContain('TODO decide: Abgeschlossen')
  })

  test('Ctrl-C at a question ends it, and nothing is written', async () => {
    const root = join(dir, 'cancelled')
    const { status, stdout } = typed(root, ['\u0003'])
    expect(stdout).toContain('Nothing was written')
    expect(status).not.toBe(0)
    await expect(readFile(join(root, 'c360.yaml'))).rejects.toThrow('ENOENT')
  })
})
