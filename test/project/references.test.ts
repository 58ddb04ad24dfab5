import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadMentions, loadProject } from '../../src/project/load.ts'
import type { SecretRef } from '../../src/project/types.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'c360-references-'))
  await mkdir(join(root, 'contracts'))
  const contract = 'files: S.csv\nentity: store\nkey: store_id\ncolumns: { StoreID: }\n'
  await writeFile(join(root, 'contracts/stores.yaml'), contract)
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** Loads c360.yaml with these values behind its references, by `from:vault host/name`. */
async function load(yaml: string, values: Readonly<Record<string, string>> = {}) {
  await writeFile(join(root, 'c360.yaml'), yaml)
  const asked: SecretRef[] = []
  const loaded = await loadProject(root, async (ref) => {
    asked.push(ref)
    const id = ref.vault === undefined ? ref.name : `${new URL(ref.vault).host}/${ref.name}`
    const value = values[`${ref.from}:${id.replace(`${root}/`, '')}`]
    return value === undefined
      ? { ok: false, message: `nothing for ${ref.from}:${id}`, hint: '' }
      : { ok: true, value }
  })
  return { ...loaded, asked: asked.map(({ from, name }) => `${from}:${name.replace(`${root}/`, '')}`).sort() }
}

const HEAD = 'version: 1\nname: n\ntime_zone: UTC\ncurrency: EUR\nrules: { counted_statuses: all }\n'

describe('settings', () => {
  test('take what their references stand for, as if it were typed there', async () => {
    const { project, problems, asked } = await load(
      `version: 1
name: \${keyvault:shop-name}, \${env:TOWN}
description: $\${not} a reference
time_zone: \${file:secrets/zone}
currency: \${env:CURRENCY}
landing: abfss://landing@\${env:ACCOUNT}.dfs.core.windows.net/\${env:TOWN}
threads: \${env:THREADS}
memory: "\${env:MEMORY}"
rules: { counted_statuses: [\${env:STATUS}, "2"], as_of: \${env:DAY}, high_value: { percentile: \${env:SHARE} } }
x-notes: { \${env:UNASKED}: \${env:UNASKED} }
azure:
  key_vault: \${env:VAULT}
  storage:
    \${env:ACCOUNT}: { account_key: \${keyvault:other-vault/lake-key}, endpoint: \${env:ENDPOINT} }
`,
      {
        'keyvault:acme-vault.vault.azure.net/shop-name': 'Acme',
        'env:TOWN': 'york',
        'file:secrets/zone': 'Europe/London',
        'env:CURRENCY': 'GBP',
        'env:ACCOUNT': 'acmelake',
        'env:THREADS': '3',
        'env:MEMORY': '2GB',
        'env:STATUS': '1',
        'env:DAY': '2025-06-30',
        'env:SHARE': '0.8',
        'env:VAULT': 'acme-vault',
        'env:ENDPOINT': 'https://acmelake.blob.storage.example/',
      },
    )
    expect(problems).toEqual([])
    expect(asked).not.toContain('env:UNASKED')
    expect(asked).not.toContain('keyvault:lake-key')
    expect(asked).toHaveLength(new Set(asked).size)
    expect(project).toMatchObject({
      name: 'Acme, york',
      timeZone: 'Europe/London',
      currency: 'GBP',
      landing: 'az://acmelake/landing/york',
      threads: 3,
      memory: '2GB',
      rules: { countedStatuses: ['1', '2'], asOf: '2025-06-30', highValue: { percentile: 0.8 } },
      azure: {
        keyVault: 'https://acme-vault.vault.azure.net',
        accounts: {
          acmelake: {
            endpoint: 'https://acmelake.blob.storage.example',
            accountKey: {
              from: 'keyvault',
              name: 'lake-key',
              vault: 'https://other-vault.vault.azure.net',
              key: 'azure.storage.acmelake.account_key',
              line: 14,
            },
          },
        },
      },
    })
  })

  test('a value that does not fit is called by its reference, at every place', async () => {
    const long = `CANARY${'x'.repeat(90)}`
    const { problems } = await load(
      `version: 1
name: n
time_zone: \${env:ZONE}
currency: \${env:CODE}
landing: https://\${env:WRONG}.blob.core.windows.net/landing
threads: \${env:WRONG}
memory: a\${env:LONG}
keep: \${env:LONG}
rules:
  counted_statuses: \${env:LONG}
  tier_order: [Silver, \${env:WRONG}, \${env:WRONG}]
  champion_tiers: [\${env:CODE}]
  tier_points: { Silver: \${env:WRONG} }
  churned_after: \${env:WRONG}
azure: { key_vault: "\${env:WRONG}.\${env:LONG}", storage: { \${env:WRONG}: {}, lake: { endpoint: \${env:WRONG} } } }
targets: { a: \${env:WRONG} }
`,
      { 'env:ZONE': 'Europe/CANARY', 'env:CODE': 'cnr', 'env:WRONG': 'CANARY_wrong', 'env:LONG': long },
    )
    const text = JSON.stringify(problems)
    expect(text).not.toMatch(/CANARY|cnr/i)
    const lines = new Set(problems.map(({ line }) => line))
    expect([...lines]).toEqual([3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16])
    expect(problems.find(({ line }) => line === 4)).toEqual({
      code: 'bad_currency',
      file: 'c360.yaml',
      line: 4,
      message: '`currency`: there is no currency `${env:CODE}`',
      hint: 'use the three letters of ISO 4217, for example `GBP`',
    })
  })

  test('a value is not read for references of its own', async () => {
    const { project, asked } = await load(HEAD.replace('name: n', 'name: ${env:A}'), {
      'env:A': '${env:B} $${C}',
    })
    expect(project?.name).toBe('${env:B} $${C}')
    expect(asked).toEqual(['env:A'])
  })

  test('what is no mistake of the user stops the load', async () => {
    await writeFile(join(root, 'c360.yaml'), HEAD.replace('name: n', 'name: ${env:A}'))
    const broken = loadProject(root, () => Promise.reject(new Error('no network')))
    await expect(broken).rejects.toThrow('no network')
  })
})

describe('secrets', () => {
  test('stay references: nothing is asked, and targets hold them where they were written', async () => {
    const { project, problems, asked } = await load(
      `${HEAD}azure: { key_vault: "https://acme.vault.usgovcloudapi.net/" }
targets:
  snow:
    { engine: snowflake, account: acme-eu1, warehouse: w, database: d, user: \${keyvault:other/user},
    private_key: &key \${keyvault:snow-key},
    role: \${env:ROLE} }
  mssql: { engine: azure_sql, user: u, password: *key, server: \${env:HOST}.example.com, database: \${file:/run/db} }
`,
      { 'env:HOST': 'db' },
    )
    expect(problems).toEqual([])
    expect(asked).toEqual(['env:HOST'])
    const acme = { from: 'keyvault', vault: 'https://acme.vault.usgovcloudapi.net' }
    expect(project?.targets).toMatchObject({
      snow: {
        account: 'acme-eu1',
        privateKey: { ...acme, name: 'snow-key', key: 'targets.snow.private_key', line: 10 },
        role: { from: 'env', name: 'ROLE', key: 'targets.snow.role', line: 11 },
        user: {
          from: 'keyvault',
          name: 'user',
          vault: 'https://other.vault.usgovcloudapi.net',
          key: 'targets.snow.user',
          line: 9,
        },
      },
      mssql: {
        password: { ...acme, name: 'snow-key', key: 'targets.mssql.password', line: 12 },
        server: 'db.example.com',
        database: { from: 'file', name: '/run/db', key: 'targets.mssql.database', line: 12 },
      },
    })
  })

  test('a file is found from the project, wherever the program was started', async () => {
    const { mentions } = await (async () => {
      await writeFile(
        join(root, 'c360.yaml'),
        `${HEAD}azure: { storage: { lake: { sas: \${file:secrets/sas} } } }\n`,
      )
      return loadMentions(root)
    })()
    expect(mentions.map(({ ref }) => ref.name)).toEqual([join(root, 'secrets/sas')])
  })

  test('circles and thousands of aliases end', async () => {
    const bomb = Array.from({ length: 12 }, (_, i) => `  a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`)
    const { problems } = await load(`${HEAD}targets:\n  a0: &a0 [\${env:X}, *a0]\n${bomb.join('\n')}\n`)
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['wrong_type']))
  })
})

describe('locations', () => {
  test.each([
    ['az://acmelake/landing', 'az://acmelake/landing'],
    ['az://acmelake/landing/retail/2025/', 'az://acmelake/landing/retail/2025'],
    ['abfs://landing@acmelake.dfs.core.windows.net', 'az://acmelake/landing'],
    ['abfss://landing@acmelake.dfs.core.windows.net/retail/', 'az://acmelake/landing/retail'],
    ['https://acmelake.blob.core.windows.net/landing/a%20b', 'az://acmelake/landing/a b'],
    ['https://acmelake.dfs.core.windows.net/landing', 'az://acmelake/landing'],
    ['ABFSS://landing@acmelake.dfs.core.windows.net/Retail', 'az://acmelake/landing/Retail'],
  ])('%s', async (written, place) => {
    const { project, problems } = await load(`${HEAD}landing: ${written}\n`)
    expect(problems).toEqual([])
    expect(project?.landing).toBe(place)
  })

  test.each([
    'az://ac/landing',
    'az://acmelake',
    'az://acmelake/',
    'az:/acmelake/landing',
    'az://acmelake/a--b',
    'az://acmelake/landing//x',
    'az://acmelake/landing/../x',
    'az://acmelake/landing?x=1',
    'abfss://acmelake.dfs.core.windows.net/landing',
    'abfss://landing@acmelake.blob.core.windows.net',
    'https://acmelake.blob.core.windows.net',
    'https://acmelake.blob.core.windows.net/landing/%zz',
    'https://acmelake.blob.core.windows.net/landing/%2e%2e/x',
  ])('%s is refused', async (written) => {
    const { problems } = await load(`${HEAD}landing: ${written}\n`)
    expect(problems).toMatchObject([
      { code: 'bad_location', line: 6, hint: expect.stringContaining('write `') },
    ])
  })

  test('one container may hold two of them, side by side', async () => {
    const { problems } = await load(`${HEAD}landing: az://acmelake/data/lan\nlake: az://acmelake/data/land\n`)
    expect(problems).toEqual([])
  })
})
