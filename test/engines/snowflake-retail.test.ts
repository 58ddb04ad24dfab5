import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Remote } from '../../src/engines/engine.ts'
import { prepare } from '../../src/run/prepare.ts'
import { generateRetail } from '../../src/samples/retail.ts'
import { everyEngine } from '../support/long.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import { inParity } from './in-parity.ts'
import { openSnowflakePlace, type SnowflakePlace } from './snowflake-place.ts'
import { type TwoPlaces, twoPlaces } from './two-places.ts'

const place: SnowflakePlace | undefined = everyEngine ? await openSnowflakePlace() : undefined
const skipped = place ? place.skipped : 'npm run test:engines'

/** The whole retail example through a life of five runs: each leaves the gold, silver and quarantine of the embedded engine. */
describe.skipIf(skipped !== undefined)(
  `the retail example on Snowflake's counterpart${skipped ? ` (SKIPPED: ${skipped})` : ''}`,
  () => {
    let project: TestProject
    let remote: Remote
    let places: TwoPlaces
    let later: string

    beforeAll(async () => {
      if (!place) return
      project = await retailProject()
      later = join(project.root, 'later')
      await project.edit('contracts/stores.yaml', 'load: upsert', 'load: full\nmax_delete: 60%')
      await generateRetail(join(project.root, 'landing'), { customers: 60, seed: 7 })
      await mkdir(later)
      for (const source of ['Products', 'OnlineTransactions', 'Customers']) await halve(source)
      remote = await place.remote()
      places = twoPlaces(() => prepare(project.root), remote)
    }, 60_000)
    afterAll(async () => {
      await place?.[Symbol.asyncDispose]()
      await project?.[Symbol.asyncDispose]()
    })

    /** Leaves the first half of a file's records in landing, and keeps the others for later. */
    async function halve(source: string): Promise<void> {
      const file = join(project.root, 'landing', `${source}.csv`)
      const [head = '', ...records] = (await readFile(file, 'utf8')).trimEnd().split('\n')
      const half = Math.ceil(records.length / 2)
      await writeFile(file, [head, ...records.slice(0, half), ''].join('\n'))
      await writeFile(join(later, `${source}-2.csv`), [head, ...records.slice(half), ''].join('\n'))
    }

    const comes = (file: string): Promise<void> =>
      rename(join(later, file), join(project.root, 'landing', file))

    async function same(): Promise<void> {
      expect(await places.differences()).toEqual([])
      expect(await inParity(await prepare(project.root), remote)).toEqual([])
    }

    const held = async (): Promise<number> =>
      (await project.query("select * from silver.quarantine where reasons::varchar like '%orphan%'")).length

    it('builds all of it', async () => {
      const { manifest } = await places.run()
      const models = Object.values(manifest?.models ?? {})
      expect(models.length).toBeGreaterThan(30)
      expect(models.every(({ certificate }) => certificate.certified)).toBe(true)
      expect(await held()).toBeGreaterThan(0)
      await same()
    }, 300_000)

    it('merges what is new, and does nothing where nothing is', async () => {
      await comes('OnlineTransactions-2.csv')
      await comes('Customers-2.csv')
      expect((await places.run()).outcome).toBe('published')
      await same()
      expect((await places.there()).outcome).toBe('unchanged')
    }, 300_000)

    it('lets in the sales of products that come late', async () => {
      const before = await held()
      await comes('Products-2.csv')
      expect((await places.run()).outcome).toBe('published')
      expect(await held()).toBeLessThan(before)
      await same()
    }, 300_000)

    it('takes away the stores that a full load lacks', async () => {
      const text = await readFile(join(project.root, 'landing', 'Stores.csv'), 'utf8')
      const [head = '', ...stores] = text.trimEnd().split('\n')
      await project.write('landing/Stores-2.csv', [head, ...stores.slice(0, -3), ''].join('\n'))
      const before = (await project.query('select * from silver.stores')).length
      expect((await places.run()).outcome).toBe('published')
      expect((await project.query('select * from silver.stores')).length).toBeLessThan(before)
      await same()
    }, 300_000)

    it('builds all of it anew, the same', async () => {
      const gold = await places.shown()
      expect((await places.run({ fullRefresh: true })).outcome).toBe('published')
      expect(await places.shown()).toEqual(gold)
      await same()
    }, 300_000)
  },
)
