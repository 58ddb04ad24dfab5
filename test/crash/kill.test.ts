import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isLong, share } from '../support/long.ts'
import { fewModels } from './build.ts'
import { runInProcess } from './process.ts'
import { copyProject, makeProject } from './project.ts'
import {
  counted,
  everywhere,
  killEverywhere,
  killOverTime,
  openStage,
  type Scene,
  type Stage,
  sceneOf,
} from './scene.ts'

const MOMENTS = share(50, 12)

let stage: Stage
let first: Scene
let later: Scene

beforeAll(async () => {
  stage = await openStage(fewModels)
  const empty = stage.space.next('empty')
  first = await sceneOf(stage, await makeProject(empty, 200, 'threads: 2\nkeep: { versions: 2 }\n'))
  later = await sceneOf(stage, await withNineCommits(first.start))
}, 120_000)
afterAll(() => stage?.clear())

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
  const { build, space } = stage
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

/** Where a kill leaves most behind: these in both scenes. Of the others `npm test` takes every fourth in each. */
const dangerous: readonly string[] = ['lake.after_commit', 'warehouse.before_rename']

const taken = (name: string, turn: 0 | 1): boolean => {
  const at = everywhere.indexOf(name)
  return isLong || at === -1 || at % 4 === 2 * turn || dangerous.includes(name)
}

describe('a run killed', () => {
  it.each([
    ['a first run', 0, () => first, everywhere],
    [
      'an incremental run (with a checkpoint, a changed rule and a dropped model)',
      1,
      () => later,
      [...everywhere, 'step.drop', 'lake.before_checkpoint', 'lake.after_checkpoint'],
    ],
  ] as const)(
    'at any boundary of %s leaves what was published, and the next one reaches the same gold',
    async (_, turn, scene, names) => {
      expect([...counted(scene().passed).keys()].sort()).toEqual([...names].sort())
      const nth = (name: string, count: number) =>
        taken(name, turn) ? Math.ceil(count / (isLong ? 2 : 5)) : 0
      console.log(await killEverywhere(stage, scene(), nth))
    },
    600_000,
  )

  it(`at ${MOMENTS} moments spread over a run leaves what was published, and the next one reaches the same gold`, async () => {
    console.log(await killOverTime(stage, later, MOMENTS))
    expect(stage.sightings).toBeGreaterThanOrEqual(MOMENTS)
  }, 600_000)
})
