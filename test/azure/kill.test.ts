import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fewModels } from '../crash/build.ts'
import { type CloudSite, cloudSite } from '../crash/cloud.ts'
import { runInProcess } from '../crash/process.ts'
import { makeProject } from '../crash/project.ts'
import {
  counted,
  everywhere,
  killEverywhere,
  killOverTime,
  openStage,
  type Scene,
  type Stage,
  sceneOf,
} from '../crash/scene.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { isLong, share } from '../support/long.ts'

const MOMENTS = share(12, 12)

/** What `npm test` kills at: what only a container has between two of its writes. */
const dangerous: readonly string[] = ['bronze.after_write', 'lake.after_commit', 'warehouse.before_rename']

let azurite: Azurite
let site: CloudSite
let stage: Stage
let later: Scene

beforeAll(async () => {
  azurite = await startAzurite()
  site = await cloudSite(azurite)
  stage = await openStage(fewModels, site)
  later = await sceneOf(stage, await publishedWithNews())
}, 120_000)
afterAll(async () => {
  await stage?.clear()
  await azurite?.[Symbol.asyncDispose]()
})

/** Published; what waits for the next run are rows in two files and a changed rule. */
async function publishedWithNews(): Promise<string> {
  const { build, space } = stage
  const project = await makeProject(space.next('start'), 60, 'threads: 1\nkeep: { versions: 2 }\n')
  await site.settle(project)
  expect((await runInProcess(build, project)).outcome).toBe('published')
  const config = join(project, 'c360.yaml')
  const text = await readFile(config, 'utf8')
  await writeFile(config, text.replace('churned_after: 30 days', 'churned_after: 45 days'))
  const stores = await site.read(project, 'Stores.csv')
  await site.put(project, 'Stores.csv', `${stores}S910,"Last Street",Last Manager,9am-5pm\n`)
  const sales = await site.read(project, 'OnlineTransactions.csv')
  const again = (sales.split('\n')[1] ?? '').replace(/^[^,]*/, 'O-LATE-1')
  await site.put(project, 'OnlineTransactions.csv', `${sales}${again}\n`)
  return project
}

describe('a run on Azure Storage, killed', () => {
  it('at boundaries leaves what was published, and the next one, on any machine, reaches the same gold', async () => {
    expect([...counted(later.passed).keys()].sort()).toEqual([...everywhere].sort())
    const nth = (name: string, count: number) =>
      isLong || dangerous.includes(name) ? Math.ceil(count / 2) : 0
    console.log(await killEverywhere(stage, later, nth))
  }, 600_000)

  it(`at ${MOMENTS} moments spread over it leaves what was published, and the next one reaches the same gold`, async () => {
    console.log(await killOverTime(stage, later, MOMENTS))
    expect(stage.sightings).toBeGreaterThanOrEqual(MOMENTS)
  }, 600_000)
})
