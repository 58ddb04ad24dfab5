import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../../src/cli/command.ts'
import { kind } from '../../src/cli/export-synapse.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import type { Json } from './support.ts'

describe('the command', () => {
  let project: TestProject
  let out: string
  const printed: string[] = []
  const context = (values: Context['values'] = {}, json = false): Context => ({
    positionals: ['synapse'],
    values: { out, ...values },
    project: project.root,
    json,
    print: (text) => void printed.push(text),
    note: () => {},
    paint: (_, text) => text,
    interactive: false,
    signal: new AbortController().signal,
  })
  beforeAll(async () => {
    project = await retailProject()
    out = await mkdtemp(join(tmpdir(), 'c360-synapse-'))
  })
  afterAll(async () => {
    await project[Symbol.asyncDispose]()
    await rm(out, { recursive: true, force: true })
  })

  test('writes the workspace, says what it leaves undone, and the second time changes nothing', async () => {
    expect(await kind.run(context())).toBe(0)
    expect(printed.join('\n')).toContain('9 data flows, one pipeline')
    expect(printed.join('\n')).toMatch(
      /online_transactions: loads rows that a run holds back: .*Status not in its list/,
    )
    expect(printed.join('\n')).toMatch(/ProductID without its parent/)
    printed.length = 0
    expect(await kind.run(context({}, true))).toBe(0)
    expect(JSON.parse(printed.join(''))).toMatchObject({
      created: [],
      changed: [],
      removed: [],
      kept: [],
      leftOut: [],
    })
  })

  test('does not overwrite what somebody edited', async () => {
    const path = join(out, 'pipeline', 'c360_load.json')
    const mine = (await readFile(path, 'utf8')).replace('"coreCount": 8', '"coreCount": 16')
    await writeFile(path, mine)
    expect(await kind.run(context())).toBe(0)
    expect(await readFile(path, 'utf8')).toBe(mine)
    await rm(join(project.root, 'contracts', 'loyalty_transactions.yaml'))
    printed.length = 0
    expect(await kind.run(context())).not.toBe(0)
    expect(printed.join('\n')).toMatch(/pipeline\/c360_load\.json\n[\s\S]*- .*"coreCount": 16/)
    expect(await readFile(path, 'utf8')).toBe(mine)
    expect(await kind.run(context({ force: true }))).toBe(0)
    expect(await readFile(path, 'utf8')).not.toContain('loyalty_transactions')
  })

  test('takes places and secrets from c360.yaml: a password is named, never written', async () => {
    await project.edit(
      'c360.yaml',
      'landing: landing',
      'landing: "az://acme/raw/shop/in"\ntargets:\n  bi: { engine: azure_sql, server: acme.database.windows.net, database: shop, user: loader, schema_prefix: p_, password: "${keyvault:acme-vault/loader-password}" }',
    )
    expect(await kind.run(context({ target: 'bi', force: true }))).toBe(0)
    const json = async (path: string): Promise<Json> => JSON.parse(await readFile(join(out, path), 'utf8'))
    const sql = (await json('linkedService/c360_sql.json')).properties
    expect(sql.typeProperties.password).toMatchObject({
      type: 'AzureKeyVaultSecret',
      store: { referenceName: 'c360_key_vault' },
    })
    expect(sql.parameters).toMatchObject({
      server: { defaultValue: 'acme.database.windows.net' },
      user: { defaultValue: 'loader' },
      secret: { defaultValue: 'loader-password' },
    })
    const vault = (await json('linkedService/c360_key_vault.json')).properties
    expect(vault.parameters.vault.defaultValue).toBe('https://acme-vault.vault.azure.net')
    const { parameters } = (await json('pipeline/c360_load.json')).properties
    expect(parameters).toMatchObject({
      container: { defaultValue: 'raw' },
      landing: { defaultValue: 'shop/in/' },
    })
    expect((await json('dataset/table_customers.json')).properties.typeProperties.schema).toBe('p_synapse')
    await expect(kind.run(context({ target: 'nobody' }))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
