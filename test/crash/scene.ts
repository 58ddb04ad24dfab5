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

/** Where projects have what they have: folders of their own, or a container. */
export interface Site {
  /** A copy of a project with everything it has, in places of its own. */
  copy(from: string, to: string): Promise<string>
  /** A folder of this machine that holds what the project's lake and warehouse hold now. */
  seen(project: string): Promise<string>
  /** Where a run after a kill is done: on the same machine, or on another one that has the same places. */
  next(project: string): Promise<string>
  /** Milliseconds between two looks of the reader. */
  readonly readEvery: number
  /** What lies about once that run has ended, and should not. */
  leftovers(project: string): Promise<string[]>
}

const folders: Site = {
  copy: copyProject,
  seen: async (project) => project,
  next: async (project) => project,
  readEvery: 150,
  leftovers,
}

/** A program and a folder to kill it in. */
export interface Stage {
  readonly site: Site
  readonly build: Build
  readonly space: Scratch
  /** How often a reader found a version, over all killed runs. */
  sightings: number
  clear(): Promise<void>
}

/** Its program builds the gold models named in `only`, or all. */
export async function openStage(only?: readonly string[], site: Site = folders): Promise<Stage> {
  const [build, space] = await Promise.all([copyBuild(only), scratch('c360-crash-')])
  const clear = async () => {
    await Promise.all([build.remove(), space.remove()])
  }
  return { site, build, space, sightings: 0, clear }
}

/** Runs a copy of the project to its end. */
export async function sceneOf({ site, build, space }: Stage, start: string): Promise<Scene> {
  const reference = await site.copy(start, space.next('reference'))
  const { passed, milliseconds, outcome } = await runInProcess(build, reference)
  expect(outcome).toBe('published')
  const expected = await contents(join(await site.seen(reference), 'warehouse'))
  return { start, reference, expected, passed, milliseconds }
}

/** Kills one run, looks at what is left, runs again and compares. Gives the run that was killed and the one after it. */
async function killAndGoOn(
  stage: Stage,
  scene: Scene,
  killing: Killing,
): Promise<{ readonly first: Ended; readonly again: Ended }> {
  const { site, build, space } = stage
  const project = await site.copy(scene.start, space.next('killed'))
  const look = async () => join(await site.seen(project), 'warehouse')
  const state = async (folder: string) => ({
    current: await readCurrent(folder),
    files: await filesIn(folder),
  })
  const before = await state(await look())
  const reader = startReader(look, site.readEvery)
  const killed = await runInProcess(build, project, killing)
  const warehouse = await look()
  const after = await state(warehouse)
  // The pointer itself says it: a run can die after the rename and before it could tell us.
  const pointed = after.current?.version !== before.current?.version
  if (killed.passed.includes('warehouse.after_rename')) expect(pointed).toBe(true)
  if (!killed.passed.includes('warehouse.before_rename')) expect(after.current).toEqual(before.current)
  const version = String(before.current?.version ?? 0).padStart(6, '0')
  for (const file of [`${version}.duckdb`, `${version}.json`])
    expect(after.files[file]).toBe(before.files[file])
  if (pointed) expect(await contents(warehouse)).toEqual(scene.expected)

  const machine = await site.next(project)
  const again = await runInProcess(build, machine)
  if (killed.passed.length > 0) expect(again.outcome).toBe(pointed ? 'unchanged' : 'published')
  const seen = await reader.stop()
  stage.sightings += seen.versions
  expect(seen.complaints).toEqual([])
  await look()
  expect(await contents(warehouse)).toEqual(scene.expected)
  // A run that has nothing to do takes no lock, so it does not find the dead one either.
  expect((await site.leftovers(machine)).filter((path) => !(pointed && path === '.c360/lock'))).toEqual([])
  if (killing.at) expect((await runInProcess(build, machine)).outcome).toBe('unchanged')
  for (const folder of new Set([project, machine])) await rm(folder, { recursive: true, force: true })
  return { first: killed, again }
}

/** Kills a run of the scene at each boundary of its own, at the passing `nth` chooses (0 = not there); says where. */
export async function killEverywhere(
  stage: Stage,
  scene: Scene,
  nth: (boundary: string, count: number) => number,
): Promise<string> {
  const table: string[] = []
  for (const [name, count] of counted(scene.passed)) {
    const place = nth(name, count)
    if (place === 0) continue
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
  expect(alive).toBeGreaterThanOrEqual(Math.max(1, Math.floor(moments * 0.7)))
  expect(counted(hits).size).toBeGreaterThanOrEqual(Math.min(6, moments / 5))
  return `killed\n  ${[...counted(hits)].map(([where, n]) => `${String(n).padStart(2)} ${where}`).join('\n  ')}`
}

export const counted = (names: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
