import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundleDefaults } from '../../src/cli/export-databricks.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { openTarget } from '../../src/run/target/open.ts'
import { retailProject, type TestProject } from '../support/project.ts'

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: references of c360.yaml
const targets = `
targets:
  snow: { engine: snowflake, account: "\${env:C360_TEST_PLACE}", user: me, password: "\${env:C360_TEST_NONE}", warehouse: w, database: SHOP }
  azure: { engine: azure_sql, server: "\${env:C360_TEST_PLACE}", database: shop, user: me, password: "\${env:C360_TEST_NONE}" }
  cluster: { engine: spark, host: "\${env:C360_TEST_PLACE}", user: me, password: "\${env:C360_TEST_NONE}" }
  lake: { engine: databricks, host: lake.example, http_path: /sql, token: "\${env:C360_TEST_NONE}", catalog: shop, landing_url: "\${env:C360_TEST_NONE}" }
`
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: references of c360.yaml

let project: TestProject

beforeAll(async () => {
  process.env.C360_TEST_PLACE = 'there.example'
  project = await retailProject()
  await project.write('c360.yaml', (await readFile(join(project.root, 'c360.yaml'), 'utf8')) + targets)
})
afterAll(() => project[Symbol.asyncDispose]())

it.each(['snow', 'azure', 'cluster'])(
  '%s is named by what its references say, before its secrets are asked for',
  async (name) => {
    const remote = await openTarget(await loadProjectOrFail(project.root), name)
    expect(remote.where).toContain('there.example')
    await expect(remote.connect()).rejects.toMatchObject({
      code: 'SECRET_MISSING',
      message: expect.stringContaining('C360_TEST_NONE'),
    })
  },
)

it('a bundle has what c360.yaml says, and the usual for what only a reference says', async () => {
  const defaults = async (name?: string) => bundleDefaults(await loadProjectOrFail(project.root), name)
  const usual = { catalog: 'shop', schemaPrefix: 'c360_', landing: '/Volumes/main/c360/landing' }
  expect(await defaults()).toEqual(usual)
  expect(await defaults('lake')).toEqual(usual)
  await expect(defaults('snow')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const url = 'abfss://in@acme.dfs.core.windows.net/x'
  await project.edit('c360.yaml', /landing_url: "[^"]*"/, `landing_url: "${url}"`)
  expect(await defaults()).toEqual({ ...usual, landing: url })
  await project.edit('c360.yaml', /, landing_url: "[^"]*"/, '')
  const read = await loadProjectOrFail(project.root)
  expect(bundleDefaults({ ...read, landing: 'az://acme/in/x/' })).toEqual({ ...usual, landing: url })
})
