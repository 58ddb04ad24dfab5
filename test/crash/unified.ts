import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { readManifest, type UnifiedManifest } from '../../src/samples/index.ts'
import { describeActivity } from '../e2e/activity.ts'
import { projectIn } from '../support/project.ts'
import { runInProcess } from './process.ts'
import { copyProject, makeProject } from './project.ts'
import { type Scene, type Stage, sceneOf } from './scene.ts'

/** The unified example over nine CSV files and four workbooks, and what its figures have to be. */
export interface Unified {
  readonly scene: Scene
  readonly manifest: UnifiedManifest
}

/** All thirteen files come at once. */
export const atOnce = (stage: Stage): Promise<Unified> => unified(stage, async (whole) => whole)

/** The nine CSV files are published; the four workbooks wait for the next run. */
export const workbooksLater = (stage: Stage): Promise<Unified> =>
  unified(stage, async (whole) => {
    const { build, space } = stage
    const [project, aside] = [await copyProject(whole, space.next('later')), space.next('aside')]
    const landing = join(project, 'landing')
    await mkdir(aside)
    for (const name of workbooks) await rename(join(landing, name), join(aside, name))
    await runInProcess(build, project)
    for (const name of workbooks) await rename(join(aside, name), join(landing, name))
    return project
  })

const workbooks = ['Customer_master', 'Customer_support', 'Transaction', 'Web_Interactions'].map(
  (name) => `${name}.xlsx`,
)

async function unified(stage: Stage, start: (whole: string) => Promise<string>): Promise<Unified> {
  const whole = await makeProject(stage.space.next('whole'), 250, 'threads: 1\n', 'unified')
  const manifest = (await readManifest(join(whole, 'landing.manifest'))) as UnifiedManifest
  return { scene: await sceneOf(stage, await start(whole)), manifest }
}

/** The figures of the run that nothing interrupted, which are those every killed one has to reach. */
export function describeFigures(opened: () => Unified): void {
  describeActivity(() => {
    const { scene, manifest } = opened()
    return { project: projectIn(scene.reference), truth: manifest.truth.activity }
  })
}
