import { afterAll, beforeAll, expect, it } from 'vitest'
import { share } from '../support/long.ts'
import { killOverTime, openStage, type Stage } from './scene.ts'
import { describeFigures, type Unified, workbooksLater } from './unified.ts'

const MOMENTS = share(20, 12)

let stage: Stage
let unified: Unified

beforeAll(async () => {
  stage = await openStage()
  unified = await workbooksLater(stage)
}, 300_000)
afterAll(() => stage?.clear())

describeFigures(() => unified)

it(`a run over four new workbooks killed at ${MOMENTS} moments leaves what was published, and the next one reaches the same gold`, async () => {
  console.log(await killOverTime(stage, unified.scene, MOMENTS))
  expect(stage.sightings).toBeGreaterThanOrEqual(MOMENTS)
}, 900_000)
