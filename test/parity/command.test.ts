import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ParityCertificate } from '../../src/parity/types.ts'
import { type Build, copyBuild, fewModels } from '../crash/build.ts'
import { makeProject, type Scratch, scratch } from '../crash/project.ts'
import { c360, failure, type Said } from '../operations/cli.ts'

let build: Build
let space: Scratch
let root = ''
const call = (...args: readonly string[]): Promise<Said> => c360(build, [...args, '-p', root])

beforeAll(async () => {
  ;[build, space] = await Promise.all([copyBuild(fewModels), scratch('c360-parity-')])
  root = await makeProject(space.next('project'), 60)
  expect((await call('run')).code).toBe(0)
  expect((await call('run', '--full-refresh')).code).toBe(0)
  await appendFile(join(root, 'landing', 'Agents.csv'), '901,Agent Nobody,Billing,Morning\n')
  expect((await call('run')).code).toBe(0)
})
afterAll(async () => {
  await Promise.all([build?.remove(), space?.remove()])
})

test('a full refresh holds the same gold: 0, and a certificate of every table', async () => {
  const file = join(root, 'parity.md')
  const { code, out } = await call('parity', 'local@1', 'local@2', '--out', file)
  expect([code, out.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^Equal: local@1 and local@2 hold the same gold: \d+ tables, [\d,]+ rows\.$/),
  ])
  const text = await readFile(file, 'utf8')
  expect(text).toMatch(/^# Parity of gold: EQUAL\n/)
  expect(text).toMatch(/\| version \| 1 \| 2 \|/)
  expect(text).toMatch(/\| dim_agents \| \d+ \| \d+ \| \d+ \| equal \|/)
  expect(text).toContain('## How it was compared')
})

test('another version differs: 4, the row by its key, no name in any form', async () => {
  const file = join(root, 'parity.json')
  const said = await call('parity', 'local@2', 'local', '--out', file)
  expect(said.code).toBe(4)
  expect(said.out).toMatch(/^Different: local@2 and local do not hold the same gold: \d tables? differ/)
  expect(said.out).toMatch(/dim_agents +\d+ +\d+ +1 row only in local\n/)
  expect(said.out).toContain('agent_id = "901": only in local')
  const filed = await readFile(file, 'utf8')
  const { verdict, sides, tables } = JSON.parse(filed) as ParityCertificate
  expect([verdict, sides.map(({ version }) => version)]).toEqual(['differs', [2, 3]])
  expect(tables.find(({ table }) => table === 'dim_agents')).toMatchObject({
    verdict: 'differs',
    key: ['agent_id'],
    differences: [{ kind: 'only_in_b', key: { agent_id: '901' }, columns: [], times: 1 }],
    differing: { changed: 0, onlyInA: 0, onlyInB: 1, more: false },
  })
  for (const text of [said.out, filed]) expect(text).not.toContain('Nobody')
})

test('names that are no places, and wrong options', async () => {
  const { code, err } = await call('parity', 'local', 'elsewhere')
  expect([code, err]).toEqual([6, expect.stringContaining('There is no place `elsewhere`')])
  expect(failure(await call('parity', 'local@99', 'local', '--json')).code).toBe('NOT_FOUND')
  for (const args of [['local'], ['local', 'local', '--rows', 'x']])
    expect((await call('parity', ...args)).code).toBe(2)
})
