import { spawnSync } from 'node:child_process'
import {
  appendFile,
  chmod,
  chown,
  lchown,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Build, copyBuild, fewModels } from '../crash/build.ts'
import { copyProject, makeProject, type Scratch, scratch } from '../crash/project.ts'
import { contents, filesIn, leftovers, readCurrent } from '../crash/warehouse.ts'
import { c360, failure } from './cli.ts'

const NOBODY = 65534
const isRoot = process.getuid?.() === 0
const mounted: string[] = []

let build: Build
let space: Scratch
let fresh = ''
let published = ''
let expected: Record<string, string>

beforeAll(async () => {
  ;[build, space] = await Promise.all([copyBuild(fewModels), scratch('c360-limits-')])
  for (const folder of [build.root, space.folder]) await chmod(folder, 0o755)
  fresh = await makeProject(space.next('fresh'), 200)
  published = await copyProject(fresh, space.next('published'))
  expect((await c360(build, ['run', '-p', published])).code).toBe(0)
  expected = await contents(join(published, 'warehouse'))
})
afterAll(async () => {
  for (const folder of mounted) spawnSync('umount', [folder])
  await Promise.all([build?.remove(), space?.remove()])
})

async function mountSmall(folder: string, kilobytes: number): Promise<boolean> {
  await mkdir(folder, { recursive: true })
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder])
  if (status === 0) mounted.push(folder)
  return status === 0
}

const enlarge = (folder: string): void => {
  spawnSync('mount', ['-o', 'remount,size=200m', folder])
}

const canMount = isRoot && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0

describe.skipIf(!canMount)('a full disk (needs root and mount)', () => {
  it.each([0, 24, 100])(
    'with %i kB for bronze publishes nothing; with space again all is there',
    async (kilobytes) => {
      const project = await copyProject(fresh, space.next('full-lake'))
      const lake = join(project, 'lake')
      expect(await mountSmall(lake, Math.max(4, kilobytes))).toBe(true)
      const said = await c360(build, ['run', '-p', project, '--json'])
      expect(failure(said)).toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining(lake) })
      expect(said.code).toBe(9)
      expect(await readCurrent(join(project, 'warehouse'))).toBeUndefined()
      enlarge(lake)
      expect((await c360(build, ['run', '-p', project])).code).toBe(0)
      expect(await contents(join(project, 'warehouse'))).toEqual(expected)
      expect(await leftovers(project)).toEqual([])
    },
  )

  it.each([
    ['no space for the copy', 1.5, []],
    ['no space for what is new in it', 1.7, ['--full-refresh']],
  ])('of the warehouse, %s, leaves the published version alone', async (_, room, options) => {
    const project = await copyProject(published, space.next('full-warehouse'))
    const warehouse = join(project, 'warehouse')
    const files = await readdir(warehouse)
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(warehouse, name))).size))
    const kilobytes = Math.round((room * sizes.reduce((sum, size) => sum + size, 0)) / 1024)
    await rm(warehouse, { recursive: true })
    expect(await mountSmall(warehouse, kilobytes)).toBe(true)
    await copyProject(join(published, 'warehouse'), warehouse)
    const used = await filesIn(warehouse)
    await appendFile(join(project, 'landing', 'Agents.csv'), '901,New Agent,Billing,Morning\n')
    const said = await c360(build, ['run', '-p', project, '--json', ...options])
    expect(failure(said)).toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining(warehouse) })
    expect(said.code).toBe(9)
    expect(await filesIn(warehouse)).toEqual(used)
    expect((await readdir(warehouse)).sort()).toEqual(files.sort())
    expect(await contents(warehouse)).toEqual(expected)
    enlarge(warehouse)
    expect((await c360(build, ['run', '-p', project])).code).toBe(0)
    expect((await contents(warehouse))['silver.agents']).not.toBe(expected['silver.agents'])
    expect(await leftovers(project)).toEqual([])
  })
})

async function giveAway(folder: string, keep: readonly string[]): Promise<void> {
  await chown(folder, NOBODY, NOBODY)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (keep.includes(entry.name)) continue
    if (entry.isDirectory()) await giveAway(path, [])
    else await lchown(path, NOBODY, NOBODY)
  }
}

describe.skipIf(!isRoot)('missing rights (needs root, to be another user)', () => {
  const asNobody = (args: readonly string[]) => c360(build, args, { uid: NOBODY, cwd: '/' })

  it.each([['lake'], ['warehouse'], ['.c360']])(
    'to write into %s: the folder is named, nothing changes',
    async (folder) => {
      const project = await copyProject(published, space.next('rights'))
      await giveAway(project, [folder])
      await appendFile(join(project, 'landing', 'Agents.csv'), '901,New Agent,Billing,Morning\n')
      const before = await filesIn(join(project, 'warehouse'))
      const said = await asNobody(['run', '-p', project, '--json'])
      expect(failure(said)).toMatchObject({
        code: 'NO_ACCESS',
        message: expect.stringContaining(join(project, folder)),
      })
      expect(said.code).toBe(8)
      expect(await filesIn(join(project, 'warehouse'))).toEqual(before)
      await giveAway(project, [])
      expect((await asNobody(['run', '-p', project])).code).toBe(0)
      expect(await leftovers(project)).toEqual([])
    },
  )

  it('to read a landing file: it is named, and the next run after chmod goes on', async () => {
    const project = await copyProject(fresh, space.next('unreadable'))
    await giveAway(project, [])
    const path = join(project, 'landing', 'Products.csv')
    await chmod(path, 0)
    const said = await asNobody(['run', '-p', project, '--json'])
    expect(said.out).toContain('Products.csv')
    expect([5, 8]).toContain(said.code)
    await chmod(path, 0o644)
    expect((await asNobody(['run', '-p', project])).code).toBe(0)
    expect(await contents(join(project, 'warehouse'))).toEqual(expected)
  })

  it('to write anything: a query works, a run says what it lacks', async () => {
    const project = await copyProject(published, space.next('guest'))
    const query = await asNobody(['sql', '-p', project, '--json', 'select count(*) as n from dim_customers'])
    expect(query.code).toBe(0)
    expect((await asNobody(['runs', '-p', project])).code).toBe(0)
    expect((await asNobody(['run', '-p', project])).code).toBe(0)
    const refresh = await asNobody(['run', '-p', project, '--full-refresh', '--json'])
    expect(refresh.code).toBe(8)
    expect(failure(refresh).message).toContain(join(project, '.c360'))
  })
})

describe('little memory', () => {
  it('makes a run spill to disk or say so, and nothing half-done is published', async () => {
    const project = await makeProject(space.next('memory'), 3000, 'threads: 2\nmemory: 50MB\n')
    const said = await c360(build, ['run', '-p', project, '--json'])
    if (said.code === 0) {
      const plenty = await makeProject(space.next('plenty'), 3000, 'threads: 1\n')
      expect((await c360(build, ['run', '-p', plenty])).code).toBe(0)
      expect(await contents(join(project, 'warehouse'))).toEqual(await contents(join(plenty, 'warehouse')))
    } else {
      expect(failure(said)).toMatchObject({ code: 'OUT_OF_MEMORY' })
      expect(said.code).toBe(10)
      expect(await readCurrent(join(project, 'warehouse'))).toBeUndefined()
    }
    expect(await leftovers(project)).toEqual([])
  })

  it('far too little is OUT_OF_MEMORY, and more of it lets the next run finish', async () => {
    const project = await copyProject(fresh, space.next('starved'))
    const config = join(project, 'c360.yaml')
    const text = await readFile(config, 'utf8')
    await writeFile(config, `${text}\nmemory: 4MB\n`)
    const said = await c360(build, ['run', '-p', project, '--json'])
    expect(failure(said)).toMatchObject({ code: 'OUT_OF_MEMORY', hint: expect.stringContaining('memory') })
    expect(said.code).toBe(10)
    expect(await readCurrent(join(project, 'warehouse'))).toBeUndefined()
    await writeFile(config, `${text}\nmemory: 500MB\n`)
    expect((await c360(build, ['run', '-p', project])).code).toBe(0)
    expect(await contents(join(project, 'warehouse'))).toEqual(expected)
    expect(await leftovers(project)).toEqual([])
  })
})
