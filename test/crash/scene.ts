import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Build, copyBuild } from './build.ts'
import { type Ended, type Killing, runInProcess } from './process.ts'
import { copyProject, type Scratch, scratch } from './project.ts'
import { startReader } from './reader.ts'
import { contents, filesIn, leftovers, readCurrent } from './warehouse.ts'

/** The boundaries any run passes that has files to read and models to build. */
export const everywhere: readonly string[] = [
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

/** A project to be killed in again and again, what an uninterrupted run makes of it, and the boundaries that run passes. */
export interface Scene {
  readonly start: string
  /** The project as that run left it. */
  readonly reference: string
  readonly expected: Readonly<Record<string, string>>
  readonly passed: readonly string[]
  readonly milliseconds: number
}

/** A program and a folder to kill it in. */
export interface Stage {
  readonly build: Build
  readonly space: Scratch
  /** How often a reader found a version, over all killed runs. */
  sightings: number
  clear(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const [build, space] = await Promise.all([copyBuild(), scratch('c360-crash-')])
  const clear = async () => {
    await Promise.all([build.remove(), space.remove()])
  }
  return { build, space, sightings: 0, clear }
}

/** Runs a copy of the project to its end. */
export async function sceneOf({ build, space }: Stage, start: string): Promise<Scene> {
  const reference = await copyProject(start, space.next('reference'))
  const { passed, milliseconds, outcome } = await runInProcess(build, reference)
  expect(outcome).toBe('published')
  const expected = await contents(join(reference, 'warehouse'))
  return { start, reference, expected, passed, milliseconds }
}

/** Kills one run, looks at what is left, runs again and compares. Gives the run that was killed and the one after it. */
async function killAndGoOn(
  stage: Stage,
  scene: Scene,
  killing: Killing,
): Promise<{ readonly first: Ended; readonly again: Ended }> {
  const { build, space } = stage
  const project = await copyProject(scene.start, space.next('killed'))
  const warehouse = join(project, 'warehouse')
  const before = { current: await readCurrent(warehouse), files: await filesIn(warehouse) }
  const reader = startReader(warehouse)
  const killed = await runInProcess(build, project, killing)
  const after = { current: await readCurrent(warehouse), files: await filesIn(warehouse) }
  // The pointer itself says it: a run can die after the rename and before it could tell us.
  const pointed = after.current?.version !== before.current?.version
  if (killed.passed.includes('warehouse.after_rename')) expect(pointed).toBe(true)
  if (!killed.passed.includes('warehouse.before_rename')) expect(after.current).toEqual(before.current)
  const version = String(before.current?.version ?? 0).padStart(6, '0')
  for (const file of [`${version}.duckdb`, `${version}.json`])
    expect(after.files[file]).toBe(before.files[file])
  if (pointed) expect(await contents(warehouse)).toEqual(scene.expected)

  const again = await runInProcess(build, project)
  if (killed.passed.length > 0) expect(again.outcome).toBe(pointed ? 'unchanged' : 'published')
  const seen = await reader.stop()
  stage.sightings += seen.versions
  expect(seen.complaints).toEqual([])
  expect(await contents(warehouse)).toEqual(scene.expected)
  // A run that has nothing to do takes no lock, so it does not find the dead one either.
  expect((await leftovers(project)).filter((path) => !(pointed && path === '.c360/lock'))).toEqual([])
  if (killing.at) expect((await runInProcess(build, project)).outcome).toBe('unchanged')
  await rm(project, { recursive: true, force: true })
  return { first: killed, again }
}

/** Kills a run of the scene at each boundary of its own, at the passing `nth` chooses; says where. */
export async function killEverywhere(
  stage: Stage,
  scene: Scene,
  nth: (boundary: string, count: number) => number,
): Promise<string> {
  const table: string[] = []
  for (const [name, count] of counted(scene.passed)) {
    const place = nth(name, count)
    const { first } = await killAndGoOn(stage, scene, { at: [name, place] })
    expect(first.killed).toBe(true)
    expect(first.passed.at(-1)).toBe(name)
    table.push(`${name.padEnd(30)} ${place} of ${count}`)
  }
  return `killed at\n  ${table.join('\n  ')}`
}

/** Kills runs of the scene at moments spread over its duration; most of them must hit it, and in different places. */
export async function killOverTime(stage: Stage, scene: Scene, moments: number): Promise<string> {
  let duration = scene.milliseconds
  let alive = 0
  const hits: string[] = []
  for (let moment = 0; moment < moments; moment++) {
    const after = ((moment + 0.5) / moments) * duration
    const { first, again } = await killAndGoOn(stage, scene, { after })
    if (first.killed) alive++
    // How busy the machine is changes meanwhile: the newest whole run says how long one takes now.
    const whole = first.killed ? again : first
    if (whole.outcome === 'published') duration = (duration + whole.milliseconds) / 2
    hits.push(first.killed ? `after ${first.passed.at(-1) ?? 'nothing yet'}` : 'had ended')
  }
  expect(alive).toBeGreaterThanOrEqual(moments * 0.7)
  expect(counted(hits).size).toBeGreaterThanOrEqual(Math.min(6, moments / 5))
  return `killed\n  ${[...counted(hits)].map(([where, n]) => `${String(n).padStart(2)} ${where}`).join('\n  ')}`
}

export const counted = (names: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
