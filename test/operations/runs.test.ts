import { spawnSync } from 'node:child_process'
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Build, copyBuild, fewModels } from '../crash/build.ts'
import { copyProject, makeProject, type Scratch, scratch } from '../crash/project.ts'
import { contents, leftovers, readCurrent } from '../crash/warehouse.ts'
import { c360 } from './cli.ts'

let build: Build
let space: Scratch
let fresh = ''
let published = ''
let expected: Record<string, string>

beforeAll(async () => {
  ;[build, space] = await Promise.all([copyBuild(fewModels), scratch('c360-runs-')])
  fresh = await makeProject(space.next('fresh'), 200)
  published = await copyProject(fresh, space.next('published'))
  expect((await c360(build, ['run', '-p', published])).code).toBe(0)
  expected = await contents(join(published, 'warehouse'))
})
afterAll(async () => {
  await Promise.all([build?.remove(), space?.remove()])
})

const lockFile = (project: string): string => join(project, '.c360', 'lock')

async function holdLock(project: string, holder: Record<string, unknown>): Promise<void> {
  await mkdir(join(project, '.c360'), { recursive: true })
  await writeFile(
    lockFile(project),
    JSON.stringify({ host: hostname(), started: '1', what: 'c360 run', ...holder }),
  )
}

describe('two runs at once', () => {
  it('the second waits, says for whom, and then finds that nothing changed', async () => {
    const project = await copyProject(fresh, space.next('two'))
    let second: ReturnType<typeof c360> | undefined
    const first = await c360(build, ['run', '-p', project], {
      when: [
        'silver',
        () => {
          second = c360(build, ['run', '-p', project])
        },
      ],
    })
    expect(first.code).toBe(0)
    expect(first.out).toContain('Version 1 published')
    const said = await second
    expect(said?.code).toBe(0)
    expect(said?.err).toMatch(/waiting for c360 run \S+ \(process \d+ on /)
    expect(said?.out).toContain('Nothing changed: version 1 is up to date')
    expect(await contents(join(project, 'warehouse'))).toEqual(expected)
    expect(await leftovers(project)).toEqual([])
  })

  it('many at once come to one version', async () => {
    const project = await copyProject(fresh, space.next('many'))
    const all = await Promise.all([1, 2, 3, 4].map(() => c360(build, ['run', '-p', project])))
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    expect(all.filter(({ out }) => out.includes('Version 1 published'))).toHaveLength(1)
    expect(all.filter(({ out }) => out.includes('Nothing changed'))).toHaveLength(3)
    expect(await contents(join(project, 'warehouse'))).toEqual(expected)
  })

  it('one that waits can be stopped, and leaves the other alone', async () => {
    const project = await copyProject(fresh, space.next('impatient'))
    await holdLock(project, { pid: 1, host: `${hostname()}-another`, what: 'c360 run elsewhere' })
    const { code, err } = await c360(build, ['run', '-p', project], {
      when: ['waiting for', (child) => child.kill('SIGINT')],
    })
    expect(code).toBe(130)
    expect(err).toContain('waiting for c360 run elsewhere')
    expect(await readFile(lockFile(project), 'utf8')).toContain('elsewhere')
  })
})

describe('the lock of a process that is gone', () => {
  const dead = (): number => spawnSync(process.execPath, ['-e', '']).pid

  it.each([
    ['is taken over', () => ({ pid: dead() })],
    [
      'is taken over when its number was given to another process',
      () => ({ pid: process.pid, started: 'long ago' }),
    ],
  ])('%s', async (_, holder) => {
    const project = await copyProject(fresh, space.next('dead'))
    await holdLock(project, holder())
    const { code, err } = await c360(build, ['run', '-p', project])
    expect(code).toBe(0)
    expect(err).not.toContain('waiting')
    await expect(stat(lockFile(project))).rejects.toThrow('ENOENT')
  })

  it('is taken over when it is not readable as one', async () => {
    const project = await copyProject(fresh, space.next('garbage'))
    await mkdir(join(project, '.c360'))
    await writeFile(lockFile(project), '{"pid":')
    expect((await c360(build, ['run', '-p', project])).code).toBe(0)
  })
})

describe('a run that is stopped', () => {
  it.each([
    ['SIGINT', 'while it reads files', 'reading  LoyaltyTransactions'],
    ['SIGINT', 'while it makes silver', 'silver  customers'],
    ['SIGINT', 'while it makes gold', 'gold  customer_activity_status'],
    ['SIGTERM', 'while it makes gold', 'gold  dim_customers'],
  ] as const)('by %s %s publishes nothing, says so, and the next one goes on', async (signal, _, at) => {
    const project = await copyProject(published, space.next('stopped'))
    const [, sale = ''] = (await readFile(join(project, 'landing', 'OnlineTransactions.csv'), 'utf8')).split(
      '\n',
    )
    for (const name of ['OnlineTransactions', 'LoyaltyTransactions', 'Customers'])
      await appendFile(join(project, 'landing', `${name}.csv`), '\n')
    await appendFile(
      join(project, 'landing', 'OnlineTransactions.csv'),
      `${sale.replace(/^[^,]*/, '990001')}\n`,
    )
    const before = await readCurrent(join(project, 'warehouse'))
    const stopped = await c360(build, ['run', '-p', project, '--full-refresh'], {
      when: [at, (child) => child.kill(signal)],
    })
    expect(stopped.err).toContain(at)
    expect(stopped.code).toBe(130)
    expect(stopped.err).toContain('CANCELLED')
    expect(stopped.err).not.toContain('INTERNAL')
    expect(await readCurrent(join(project, 'warehouse'))).toEqual(before)
    expect(await contents(join(project, 'warehouse'))).toEqual(expected)
    const next = await c360(build, ['run', '-p', project])
    expect(next.code).toBe(0)
    expect(next.out).toContain('Version 2 published')
    expect(await contents(join(project, 'warehouse'))).not.toEqual(expected)
    expect(await leftovers(project)).toEqual([])
  })
})
