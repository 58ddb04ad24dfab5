import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { initProject } from '../../src/profile/init.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const german = fileURLToPath(new URL('../strangers/german', import.meta.url))
const c360 = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'c360-init-cli-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

test('init says what it took and what it read, passes check, and never overwrites', async () => {
  const root = join(dir, 'shop')
  const { status, stdout } = c360('init', root, '--from', german, '--yes')
  expect(status).toBe(0)
  expect(stdout).toContain('Europe/Berlin (phone numbers begin with +49)')
  expect(stdout).toContain('Abgeschlossen sounds like finished sales; not counted: Offen, Storniert')
  expect((await readdir(join(root, 'contracts'))).sort()).toEqual([
    'artikel.yaml',
    'bestellungen.yaml',
    'kunden.yaml',
  ])
  expect(c360('check', '-p', root).status).toBe(0)
  const again = c360('init', root, '--from', german, '--yes')
  expect(again.status).toBe(2)
  expect(again.stderr).toContain('There is a project in')
})

test('neither the summary nor JSON nor a profile shows a value of a personal column', () => {
  const outputs = [
    c360('init', join(dir, 'a'), '--from', german, '--yes'),
    c360('init', join(dir, 'b'), '--from', german, '--json'),
    c360('profile', join(german, 'Kunden.csv')),
    c360('profile', join(german, 'Kunden.csv'), '--json'),
    c360('profile', join(german, 'Bestellungen.csv'), '--json'),
  ]
  for (const { stdout, status } of outputs) {
    expect(status).toBe(0)
    expect(stdout).not.toMatch(/K-100|Anna|M(ü|ue)ller|example\.org|5550101|Lindenweg|10115/)
  }
  expect(JSON.parse(outputs[1]?.stdout ?? '').draft.contracts).toHaveLength(3)
  expect(JSON.parse(outputs[3]?.stdout ?? '').tables[0].match.best.entity).toBe('customer')
})

test('a wrong answer is asked for again, an empty one takes the default', async () => {
  const asked: string[] = []
  const answers: Record<string, string[]> = {
    time_zone: ['Berlin', 'europe/vienna'],
    currency: ['€', 'chf'],
    counted_statuses: [''],
  }
  const made = await initProject(join(dir, 'asked'), german, async ({ id }, problem) => {
    asked.push(problem ?? id)
    return answers[id]?.shift() ?? ''
  })
  expect(made.answers).toEqual({
    counted_statuses: 'Abgeschlossen',
    time_zone: 'Europe/Vienna',
    currency: 'CHF',
  })
  expect(asked).toEqual([
    'counted_statuses',
    'time_zone',
    'there is no time zone `Berlin`',
    'currency',
    'there is no currency `€`',
  ])
})

test('the project may not lie in the folder it reads', () => {
  const { status, stderr } = c360('init', dir, '--from', dir, '--yes')
  expect(status).toBe(2)
  expect(stderr).toContain('The project would lie in the folder it reads its files from')
})
