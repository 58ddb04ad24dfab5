import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Build, copyBuild } from './build.ts'
import { type Ended, type Killing, runInProcess } from './process.ts'
import { copyProject, makeProject, type Scratch, scratch } from './project.ts'
import { startReader } from './reader.ts'
import { contents, filesIn, leftovers, readCurrent } from './warehouse.ts'

const MOMENTS = 50

/** A project to be killed in again and again, what an uninterrupted run makes of it, and the boundaries that run passes. */
interface Scene {
  readonly start: string
  readonly expected: Readonly<Record<string, string>>
  readonly passed: readonly string[]
  readonly milliseconds: number
}

let build: Build
let space: Scratch
let first: Scene
let later: Scene
/** How often the reader found a version, over all killed runs. */
let sightings = 0

beforeAll(async () => {
  ;[build, space] = await Promise.all([copyBuild(), scratch('c360-crash-')])
  first = await sceneOf(await makeProject(space.next('empty'), 200, 'threads: 1\nkeep: { versions: 2 }\n'))
  later = await sceneOf(await withNineCommits(first.start))
}, 120_000)
afterAll(async () => {
  await Promise.all([build?.remove(), space?.remove()])
})

async function sceneOf(start: string): Promise<Scene> {
  const project = await copyProject(start, space.next('reference'))
  const { passed, milliseconds, outcome } = await runInProcess(build, project)
  expect(outcome).toBe('published')
  return { start, expected: await contents(join(project, 'warehouse')), passed, milliseconds }
}

const ownModel = `/* sales_by_channel
description: Counted lines by channel
grain: [channel]
reconciles: { sales: count(fact_transactions) where is_sale }
columns: { channel: Where it was sold, sales: Counted lines }
*/
select channel, count(*) as sales from fact_transactions where is_sale group by channel
`

/**
 * Published, then nine more commits in one bronze table (each by a killed run) published too: the next commit there is
 * followed by a checkpoint. What waits for the next run: rows in two files, a changed rule, a model that is gone.
 */
async function withNineCommits(start: string): Promise<string> {
  const project = await copyProject(start, space.next('later'))
  const models = join(project, 'models')
  await mkdir(models)
  await writeFile(join(models, 'sales_by_channel.sql'), ownModel)
  await runInProcess(build, project)
  for (let n = 1; n <= 9; n++) {
    await appendFile(
      join(project, 'landing', 'Stores.csv'),
      `S90${n},"Late Street ${n}",Late Manager ${n},9am-5pm\n`,
    )
    const { killed } = await runInProcess(build, project, { at: ['lake.after_commit', 1] })
    expect(killed).toBe(true)
  }
  await runInProcess(build, project)
  await rm(models, { recursive: true })
  const config = join(project, 'c360.yaml')
  await writeFile(
    config,
    (await readFile(config, 'utf8')).replace('churned_after: 30 days', 'churned_after: 45 days'),
  )
  await appendFile(join(project, 'landing', 'Stores.csv'), 'S910,"Last Street",Last Manager,9am-5pm\n')
  await appendFile(join(project, 'landing', 'OnlineTransactions.csv'), await anotherSale(project))
  return project
}

async function anotherSale(project: string): Promise<string> {
  const [, row = ''] = (await readFile(join(project, 'landing', 'OnlineTransactions.csv'), 'utf8')).split(
    '\n',
  )
  return `${row.replace(/^[^,]*/, 'O-LATE-1')}\n`
}

/** Kills one run, looks at what is left, runs again and compares. Gives the run that was killed. */
async function killAndGoOn(scene: Scene, killing: Killing): Promise<Ended> {
  const project = await copyProject(scene.start, space.next('killed'))
  const warehouse = join(project, 'warehouse')
  const before = { current: await readCurrent(warehouse), files: await filesIn(warehouse) }
  const reader = startReader(warehouse)
  const killed = await runInProcess(build, project, killing)
  const pointed = killed.passed.includes('warehouse.after_rename')
  const after = { current: await readCurrent(warehouse), files: await filesIn(warehouse) }
  if (!pointed && !killed.passed.includes('warehouse.before_rename'))
    expect(after.current).toEqual(before.current)
  const version = String(before.current?.version ?? 0).padStart(6, '0')
  for (const file of [`${version}.duckdb`, `${version}.json`])
    expect(after.files[file]).toBe(before.files[file])
  if (pointed) expect(await contents(warehouse)).toEqual(scene.expected)

  const again = await runInProcess(build, project)
  if (killed.passed.length > 0) expect(again.outcome).toBe(pointed ? 'unchanged' : 'published')
  const seen = await reader.stop()
  sightings += seen.versions
  expect(seen.complaints).toEqual([])
  expect(await contents(warehouse)).toEqual(scene.expected)
  // A run that has nothing to do takes no lock, so it does not find the dead one either.
  expect((await leftovers(project)).filter((path) => !(pointed && path === '.c360/lock'))).toEqual([])
  if (killing.at) expect((await runInProcess(build, project)).outcome).toBe('unchanged')
  await rm(project, { recursive: true, force: true })
  return killed
}

const counted = (names: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

const everywhere = [
  'bronze.before_write',
  'bronze.after_write',
  'lake.before_commit',
  'lake.after_commit',
  'step.prepare',
  'step.source',
  'step.relation',
  'step.model',
  'warehouse.before_checkpoint',
  'warehouse.after_checkpoint',
  'warehouse.before_rename',
  'warehouse.after_rename',
]

describe('a run killed', () => {
  it.each([
    ['a first run', () => first, everywhere],
    [
      'an incremental run (with a checkpoint, a changed rule and a dropped model)',
      () => later,
      [...everywhere, 'step.drop', 'lake.before_checkpoint', 'lake.after_checkpoint'],
    ],
  ] as const)(
    'at any boundary of %s leaves what was published, and the next one reaches the same gold',
    async (_, scene, names) => {
      const counts = counted(scene().passed)
      expect([...counts.keys()].sort()).toEqual([...names].sort())
      const table: string[] = []
      for (const [name, count] of counts) {
        const nth = Math.ceil(count / 2)
        const { killed, passed } = await killAndGoOn(scene(), { at: [name, nth] })
        expect(killed).toBe(true)
        expect(passed.at(-1)).toBe(name)
        table.push(`${name.padEnd(30)} ${nth} of ${count}`)
      }
      console.log(`killed at\n  ${table.join('\n  ')}`)
    },
    600_000,
  )

  it(`at ${MOMENTS} moments spread over a run leaves what was published, and the next one reaches the same gold`, async () => {
    let duration = later.milliseconds
    let alive = 0
    const hits: string[] = []
    for (let moment = 0; moment < MOMENTS; moment++) {
      const after = ((moment + 0.5) / MOMENTS) * duration
      const { killed, passed, milliseconds } = await killAndGoOn(later, { after })
      if (killed) alive++
      else duration = (duration + milliseconds) / 2
      hits.push(killed ? `after ${passed.at(-1) ?? 'nothing yet'}` : 'had ended')
    }
    console.log(
      `killed\n  ${[...counted(hits)].map(([where, n]) => `${String(n).padStart(2)} ${where}`).join('\n  ')}`,
    )
    expect(alive).toBeGreaterThanOrEqual(MOMENTS * 0.7)
    expect(counted(hits).size).toBeGreaterThanOrEqual(6)
    expect(sightings).toBeGreaterThanOrEqual(MOMENTS)
  }, 600_000)
})
