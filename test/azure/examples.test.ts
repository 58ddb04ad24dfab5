import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generators } from '../../src/samples/index.ts'
import { differences } from '../support/compare.ts'
import { isLong } from '../support/long.ts'
import { projectIn, type TestProject } from '../support/project.ts'
import { type Cloud, databaseOf, emptyFolder, inTheCloud, openCloud } from './cloud.ts'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))

/** The second one has files of both kinds. */
const both = [
  { name: 'choice', later: 'Transaction.xlsx' },
  { name: 'unified', later: 'OnlineTransactions.csv' },
] as const

describe.each(isLong ? both : both.slice(1))('the $name example on Azure Storage', ({ name, later }) => {
  let cloud: Cloud
  beforeAll(async () => {
    cloud = await openCloud()
  }, 60_000)
  afterAll(() => cloud?.[Symbol.asyncDispose]())

  /** The example's own files, and its places on a folder or in the account. */
  const projectAt = async (root: string, where: 'folder' | 'azure'): Promise<TestProject> => {
    await cp(join(examples, name, 'contracts'), join(root, 'contracts'), { recursive: true })
    const text = await readFile(join(examples, name, 'c360.yaml'), 'utf8')
    const { account, blobEndpoint } = cloud.azurite
    const project = projectIn(root)
    await project.write('c360.yaml', where === 'folder' ? text : inTheCloud(text, account, blobEndpoint))
    return project
  }

  test('is what it is on a folder: the first run, none, and one more file', async () => {
    await using files = await emptyFolder()
    await using here = await emptyFolder()
    await using there = await emptyFolder()
    await generators[name](join(files.path, 'first'), { customers: 60, seed: 7 })
    await generators[name](join(files.path, 'more'), { customers: 70, seed: 8 })
    const local = await projectAt(here.path, 'folder')
    const remote = await projectAt(there.path, 'azure')
    await mkdir(join(here.path, 'landing'))
    await cp(join(files.path, 'first'), join(here.path, 'landing'), { recursive: true })
    await cloud.land(join(files.path, 'first'))
    const both = async (): Promise<string[]> => {
      const outcomes = [await local.run(), await remote.run()].map(({ outcome }) => outcome)
      const apart = await differences(await databaseOf(remote), await databaseOf(local), ['_run_id'])
      return [...outcomes, ...apart]
    }
    expect(await both()).toEqual(['published', 'published'])
    expect(await both()).toEqual(['unchanged', 'unchanged'])
    const another = later.replace('.', '_2.')
    const text = await readFile(join(files.path, 'more', later))
    await local.write(`landing/${another}`, text)
    await cloud.put(another, text)
    expect(await both()).toEqual(['published', 'published'])
  })
})
