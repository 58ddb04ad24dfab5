import { afterAll, beforeAll, expect, it } from 'vitest'
import { isLong } from '../support/long.ts'
import { counted, everywhere, killEverywhere, openStage, type Stage } from './scene.ts'
import { atOnce, describeFigures, type Unified } from './unified.ts'

let stage: Stage
let unified: Unified

beforeAll(async () => {
  stage = await openStage()
  unified = await atOnce(stage)
}, 300_000)
afterAll(() => stage?.clear())

describeFigures(() => unified)

/** What a run does with models and with the warehouse knows nothing of files: kill.test.ts kills it there, twice over. */
const sameForAnyFile = /^(step\.(prepare|model)|warehouse\.)/

/** Of the files and their commits the second: the first workbook. */
const atAWorkbook = (boundary: string, count: number): number =>
  /^(bronze|lake)\./.test(boundary) ? 2 : Math.ceil(count / 2)

it('a run over thirteen files killed at any boundary leaves nothing or all of it, and the next one reaches the same gold', async () => {
  const { scene } = unified
  expect([...counted(scene.passed).keys()].sort()).toEqual([...everywhere].sort())
  const passed = isLong ? scene.passed : scene.passed.filter((name) => !sameForAnyFile.test(name))
  console.log(await killEverywhere(stage, { ...scene, passed }, atAWorkbook))
}, 900_000)
