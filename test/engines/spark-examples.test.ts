import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { sparkRemote } from '../../src/engines/spark/remote.ts'
import { prepare } from '../../src/run/prepare.ts'
import { generateChoice, generateUnified } from '../../src/samples/index.ts'
import { projectIn, type TestProject } from '../support/project.ts'
import { sparkWhenAsked } from '../support/spark.ts'
import { startSparkThrift } from '../support/spark-thrift.ts'
import { inParity } from './in-parity.ts'
import { twoPlaces } from './two-places.ts'

const home = await sparkWhenAsked()
const skipped = 'skipped' in home ? home.skipped : undefined
const folder = await mkdtemp(join(tmpdir(), 'c360-spark-examples-'))
const spark = 'skipped' in home ? undefined : await startSparkThrift(home, folder)
afterAll(async () => {
  await spark?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** Retail is in the contract over all engines. */
const examples = [
  ['choice', generateChoice],
  ['unified', generateUnified],
] as const

describe.skipIf(skipped)(`examples on Spark${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  it.each(examples)(
    '%s has the silver, the quarantine and the gold of the embedded engine there',
    async (name, generate) => {
      await using project = await example(name)
      await generate(join(project.root, 'landing'), { customers: 120, seed: 11 })
      const [host, port] = [spark?.host ?? '', spark?.port ?? 0]
      const place = { schemaPrefix: `${name}_` }
      const remote = sparkRemote('spark', host, place, async () => ({ engine: 'spark', host, port }))
      const places = twoPlaces(() => prepare(project.root), remote)
      const { manifest } = await places.run()
      const models = Object.values(manifest?.models ?? {})
      expect(models.length).toBeGreaterThan(10)
      expect(models.every(({ certificate }) => certificate.certified)).toBe(true)
      expect(await places.differences()).toEqual([])
      expect(await inParity(await prepare(project.root), remote)).toEqual([])
    },
    900_000,
  )
})

/** An example of the repository in a fresh folder, without files. */
async function example(name: string): Promise<TestProject> {
  const root = await mkdtemp(join(tmpdir(), 'c360-project-'))
  const from = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))
  for (const part of ['c360.yaml', 'contracts'])
    await cp(join(from, part), join(root, part), { recursive: true })
  return projectIn(root)
}
