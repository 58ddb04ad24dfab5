import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { manifestFolder, readManifest } from '../../src/samples/index.ts'

const temp = mkdtempSync(join(tmpdir(), 'c360-generate-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const c360 = (...args: string[]) => promisify(execFile)(process.execPath, [main, 'generate', ...args])

describe('c360 generate', () => {
  it.each([
    ['retail', 9],
    ['choice', 4],
    ['unified', 13],
  ] as const)('%s writes its files and says what they are', async (name, files) => {
    const dir = join(temp, name)
    const { stdout } = await c360(name, dir, '--customers', '60', '--seed', '3', '--clean')
    expect(readdirSync(dir)).toHaveLength(files)
    for (const file of readdirSync(dir)) expect(stdout).toContain(file)
    const manifest = await readManifest(manifestFolder(dir))
    expect(manifest).toMatchObject({ generator: name, seed: 3, customers: 60, defects: {} })
  })

  it.each([
    [['toString', 'x'], /retail, choice or unified/],
    [['choice'], /where to/],
    [['choice', 'x', '--customers', '10'], /from 50 to 5000000/],
    [['choice', 'x', '--seed', 'one'], /--seed takes a whole number/],
  ])('refuses %j', async (args, message) => {
    const failed = await c360(...args).catch((error: { code: number; stderr: string }) => error)
    expect(failed).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
  })
})
