import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { C360Error } from '../../src/errors.ts'
import type { RunResult } from '../../src/run/run.ts'
import { differences, unaccounted } from '../support/compare.ts'
import { type Lab, type LabFiles, makeLab } from '../support/lab.ts'
import { randomFrom } from '../support/random.ts'
import { apply, emptyMemory, type Operation, type Sequence, sequence } from './operations.ts'
import type { World } from './world.ts'

/** Makes the project a history happens to. */
type Open = (files: LabFiles) => Promise<Lab>

/** Does the operations on a fresh project; the complaints of the first check that fails, or none. */
export async function complaints(
  world: World,
  { kinds, operations }: Sequence,
  open: Open = makeLab,
): Promise<string[]> {
  await using lab = await open(world.project(kinds))
  const memory = emptyMemory()
  for (const [index, operation] of operations.entries()) {
    try {
      const found = await step(lab, operation, () => apply(world, lab, memory, operation))
      if (found.length > 0) return found
    } catch (error) {
      return [`operation ${index + 1} (${operation.do}) failed: ${told(error)}`]
    }
  }
  return []
}

async function step(lab: Lab, operation: Operation, other: () => Promise<void>): Promise<string[]> {
  if (operation.do === 'check') return check(lab)
  if (operation.do === 'run') return lost(lab, await outcome(() => lab.run({ publish: operation.publish })))
  await other()
  return []
}

/** Rows without exactly one fate in what a run has made, or found made. */
async function lost(lab: Lab, result: RunResult | string): Promise<string[]> {
  if (typeof result === 'string') return []
  const sources = (await lab.project()).contracts.map(({ source }) => source)
  return unaccounted(await lab.newest(result), (await lab.lake()).sources, sources)
}

const told = (error: unknown): string =>
  error instanceof C360Error
    ? [`${error.code} ${error.message}`, ...error.problems.map(({ message }) => message)].join('\n')
    : String(error)

/** A run's result, or what it refused to publish: a refusal is an outcome like any other, and has to be the same both ways. */
async function outcome<T extends RunResult>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof C360Error && error.code === 'NOT_CERTIFIED') return told(error)
    throw error
  }
}

async function check(lab: Lab): Promise<string[]> {
  const incremental = await outcome(() => lab.run({ publish: true }))
  const refreshed = await outcome(() => lab.refreshed())
  if (typeof incremental === 'string' || typeof refreshed === 'string')
    return incremental === refreshed
      ? []
      : ['not certified on one way only', String(incremental), String(refreshed)]
  const database = await lab.newest(incremental)
  const found = [
    ...(await differences(database, refreshed.database)),
    ...(await lost(lab, incremental)),
    ...wrongAccounts(incremental, refreshed),
    ...wrongLookups(incremental, refreshed),
  ]
  await rm(join(refreshed.database, '..', '..'), { recursive: true, force: true })
  return found
}

/** The manifests' accounts: the same both ways, and the fates of a delivery add up to its rows. */
function wrongAccounts(incremental: RunResult, refreshed: RunResult): string[] {
  const [a, b] = [incremental.manifest?.accounts ?? {}, refreshed.manifest?.accounts ?? {}]
  const apart = Object.keys({ ...a, ...b }).filter(
    (source) => JSON.stringify(a[source]) !== JSON.stringify(b[source]),
  )
  const short = Object.entries(a).flatMap(([source, list]) =>
    list
      .filter(
        ({ rows, kept, superseded, quarantined, dismissed, deleted }) =>
          kept + superseded + quarantined + dismissed + deleted !== rows,
      )
      .map(({ delivery }) => `${source}/${delivery}`),
  )
  return [
    ...apart.map(
      (source) => `accounts of ${source}: ${JSON.stringify(a[source])} / ${JSON.stringify(b[source])}`,
    ),
    ...short.map((delivery) => `the fates of ${delivery} do not add up to its rows`),
  ]
}

/** What references by a value have found: the same both ways. */
function wrongLookups(incremental: RunResult, refreshed: RunResult): string[] {
  const [a, b] = [incremental, refreshed].map(({ manifest }) => JSON.stringify(manifest?.lookups ?? {}))
  return a === b ? [] : [`references by a value: ${a} / ${b}`]
}

/** Takes away operations while the rest still fails: what is left is what it takes. */
export async function shrunk(
  world: World,
  whole: Sequence,
  patience: number,
  open: Open = makeLab,
): Promise<Sequence> {
  let least = whole
  for (let index = whole.operations.length - 2; index >= 0 && patience > 0; index--) {
    patience -= 1
    const fewer = { ...least, operations: least.operations.filter((_, place) => place !== index) }
    if ((await complaints(world, fewer, open)).length > 0) least = fewer
  }
  return least
}

/** Complaints about one seed with the operations that lead to them, ready to be replayed; '' when all is well. */
export async function verdictOn(world: World, seed: number, open: Open = makeLab): Promise<string> {
  const whole = sequence(world, randomFrom(seed))
  if ((await complaints(world, whole, open)).length === 0) return ''
  const least = await shrunk(world, whole, 40, open)
  const found = await complaints(world, least, open)
  return [
    `seed ${seed}, files ${least.kinds.join(', ')}:`,
    ...least.operations.map((operation) => `  ${JSON.stringify(operation)}`),
    ...found.slice(0, 10),
  ].join('\n')
}
