import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Build, copyBuild } from '../crash/build.ts'
import { c360 } from './cli.ts'

let built: Build
let dir: string

beforeAll(async () => {
  built = await copyBuild()
  dir = await mkdtemp(join(tmpdir(), 'c360-demo-'))
})
afterAll(async () => {
  await rm(dir, { recursive: true, force: true })
  await built.remove()
})

const demo = (...args: string[]) => c360(built, ['demo', join(dir, 'demo'), '--customers', '250', ...args])

test('the demo makes and runs all three projects, and each says what its generator says', async () => {
  const { code, out, err } = await demo()
  expect(code, err).toBe(0)
  expect(out.match(/exactly what the generator says it made/g)).toHaveLength(3)
  expect(out.indexOf('unified: nine CSV exports and four workbooks')).toBeLessThan(
    out.indexOf('retail: nine'),
  )
  expect(out).toMatch(/Customer_master\.xlsx +customer_master/)
  expect(out).toMatch(/(\d+) of \1 gold models certified/)
})

test('done again it says that nothing changed', async () => {
  const { code, out } = await demo('--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject(
    ['unified', 'retail', 'choice'].map((project) => ({
      project,
      outcome: 'unchanged',
      agreesWithGenerator: true,
    })),
  )
})

test('figures that are not the generator’s fail the demo, with both said', async () => {
  await c360(built, ['retract', '-p', join(dir, 'demo', 'choice'), 'Transaction.xlsx'])
  const { code, out } = await demo()
  expect(code).toBe(1)
  expect(out).toMatch(/Found: .* 0 counted orders worth 0\.00\. The generator says: /)
})
