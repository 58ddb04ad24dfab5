import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generators } from '../../src/samples/index.ts'
import { projectIn } from '../support/project.ts'
import { drafted, goldOf } from './support.ts'

const example = fileURLToPath(new URL('../../examples/choice', import.meta.url))
const workbooks = ['Customer_master', 'Customer_support', 'Transaction', 'Web_Interactions']

describe('four workbooks, drafted', () => {
  let root: string
  let expected: Record<string, string[]>
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'c360-choice-'))
    for (const name of ['c360.yaml', 'contracts'])
      await cp(join(example, name), join(root, 'example', name), { recursive: true })
    await generators.choice(join(root, 'example', 'landing'), { customers: 80, seed: 11, dirt: false })
    const project = projectIn(join(root, 'example'))
    await project.run()
    expected = await goldOf(project)
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  for (const [name, rename] of Object.entries({
    'as they are': (file: string) => file,
    'files renamed': (file: string) => `Book${workbooks.indexOf(file) + 1} export`,
  }))
    test(`give the gold of the example's contracts: ${name}`, async () => {
      const exports = join(root, name)
      await mkdir(exports)
      for (const file of workbooks)
        await cp(join(root, 'example', 'landing', `${file}.xlsx`), join(exports, `${rename(file)}.xlsx`))
      const { project, made } = await drafted(exports, { time_zone: 'America/New_York', currency: 'USD' })
      await using _ = project
      expect(made.problems.filter(({ severity }) => severity !== 'warn')).toEqual([])
      const sales = made.draft.contracts.find(({ entity }) => entity === 'transaction')?.source
      // The one thing the files do not say: the example calls its shops `store`.
      await project.edit(`contracts/${sales}.yaml`, 'channel: in_store', 'channel: store')
      const result = await project.run()
      expect(result.files.filter(({ outcome }) => outcome !== 'delivered')).toEqual([])
      const gold = await goldOf(project)
      for (const [table, rows] of Object.entries(expected)) expect(gold[table], table).toEqual(rows)
    })
})
