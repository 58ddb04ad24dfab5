import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { projectFrom } from '../../src/project/load.ts'

const HEAD = [
  'version: 1',
  'name: shop',
  'time_zone: UTC',
  'currency: GBP',
  'rules: { counted_statuses: all }',
  'azure: { key_vault: acme }',
]

const configOf = (lines: readonly string[]): string => [...HEAD, 'targets:', ...lines, ''].join('\n')

const read = (...lines: readonly string[]) => {
  const contract = 'entity: customer\nfiles: c*.csv\nkey: [customer_id]\ncolumns:\n  ID: customer_id\n'
  const { project, problems } = projectFrom({
    root: '/shop',
    config: { path: 'c360.yaml', bytes: Buffer.from(configOf(lines)) },
    contracts: [{ path: 'contracts/customers.yaml', bytes: Buffer.from(contract) }],
    models: [],
  })
  return { targets: project?.targets, problems }
}

/** Lines of c360.yaml begin behind the head and `targets:`. */
const told = (...lines: readonly string[]) =>
  read(...lines).problems.map(
    ({ code, line = 0, message }) => `${code} ${line - HEAD.length - 1}: ${message}`,
  )

const vault = (name: string, key: string, line: number) => ({
  from: 'keyvault',
  name,
  vault: 'https://acme.vault.azure.net',
  key,
  line: line + HEAD.length + 1,
})

const FULL = [
  '  lakehouse:',
  '    engine: databricks',
  '    host: adb-1.2.azuredatabricks.net',
  '    http_path: /sql/1.0/warehouses/ab',
  '    token: ${keyvault:dbx}',
  '    catalog: main',
  '    ingest: engine',
  '    landing_url: abfss://landing@acme.dfs.core.windows.net/in',
  '    lake_url: abfss://lake@acme.dfs.core.windows.net/c360',
  '    statement_timeout: 30 minutes',
  '  cluster: { engine: spark, host: 127.0.0.1, user: me, password: "${keyvault:spark}", schema_prefix: "" }',
  '  snow:',
  '    { engine: snowflake, account: acme-eu1, user: c360, private_key: "${keyvault:k}", warehouse: w,',
  '    database: retail, role: loader, schemas: { gold: GOLD } }',
  '  mssql: { engine: azure_sql, server: acme.database.windows.net, database: retail }',
]

test('a target holds what is written, its defaults, and references in place of secrets', () => {
  const { targets, problems } = read(...FULL)
  expect(problems).toEqual([])
  expect(targets).toEqual({
    lakehouse: {
      engine: 'databricks',
      host: 'adb-1.2.azuredatabricks.net',
      httpPath: '/sql/1.0/warehouses/ab',
      token: vault('dbx', 'targets.lakehouse.token', 5),
      catalog: 'main',
      schemaPrefix: 'c360_',
      ingest: 'engine',
      landingUrl: 'abfss://landing@acme.dfs.core.windows.net/in',
      lakeUrl: 'abfss://lake@acme.dfs.core.windows.net/c360',
      statementSeconds: 1800,
    },
    cluster: {
      engine: 'spark',
      host: '127.0.0.1',
      httpPath: 'cliservice',
      tls: false,
      user: 'me',
      password: vault('spark', 'targets.cluster.password', 11),
      schemaPrefix: '',
      ingest: 'runner',
    },
    snow: {
      engine: 'snowflake',
      account: 'acme-eu1',
      user: 'c360',
      privateKey: vault('k', 'targets.snow.private_key', 13),
      warehouse: 'w',
      database: 'retail',
      role: 'loader',
      schemas: {
        bronze: 'BRONZE_LAYER',
        silver: 'SILVER_LAYER',
        conformed: 'CONFORMED_LAYER',
        rules: 'RULES_LAYER',
        gold: 'GOLD',
        work: 'WORK_LAYER',
      },
    },
    mssql: {
      engine: 'azure_sql',
      server: 'acme.database.windows.net',
      database: 'retail',
      auth: 'default',
      encrypt: true,
      trustServerCertificate: false,
      schemaPrefix: '',
    },
  })
})

test('any text may be a reference, and is looked up when the target is used', () => {
  const { targets, problems } = read(
    '  a: { engine: databricks, host: "${env:NOT_SET_ANYWHERE}", http_path: "${file:path}", token: "${env:T}" }',
  )
  expect(problems).toEqual([])
  expect(targets?.a).toMatchObject({
    host: { from: 'env', name: 'NOT_SET_ANYWHERE', key: 'targets.a.host' },
    httpPath: { from: 'file', name: '/shop/path' },
  })
})

describe('what is wrong is told by its line', () => {
  const SNOW = 'engine: snowflake, account: a, user: u, warehouse: w, database: d'
  test.each<[string, string[], string[]]>([
    [
      'an unknown engine',
      ['  a: { engine: snowflik }'],
      [
        'unknown_engine 1: `engine` must be `databricks`, `spark`, `snowflake` or `azure_sql`, not `snowflik`',
      ],
    ],
    ['no engine', ['  a: { host: h }'], ['missing_key 1: target `a` has no `engine`']],
    ['no mapping', ['  a: spark'], ['wrong_type 1: target `a` must be a mapping of keys to values']],
    [
      'a key of another engine',
      ['  a:', '    engine: spark', '    host: h', '    warehouse: w'],
      ['unknown_key 4: unknown key `warehouse`'],
    ],
    [
      'a missing key',
      ['  a: { engine: databricks, host: h, token: "${env:T}" }'],
      ['missing_key 1: target `a` has no `http_path`'],
    ],
    [
      'a secret in clear',
      ['  a: { engine: spark, host: h, tls: true, user: u, password: hunter22 }'],
      ['secret_in_clear 1: `targets.a.password` holds a secret in clear'],
    ],
    [
      'a URL as host',
      ['  a: { engine: spark, host: "https://h:1/x" }'],
      ['bad_value 1: `host` must be the name of a host, not `https://h:1/x`'],
    ],
    [
      'a prefix that would need quotes',
      ['  a: { engine: spark, host: h, schema_prefix: "a-b`" }'],
      ['bad_value 1: `schema_prefix` must be letters, digits and `_`, beginning with a letter, not `a-b``'],
    ],
    [
      'two ways in',
      [`  a: { ${SNOW}, password: "\${env:P}", private_key: "\${env:K}" }`],
      ['two_ways_in 1: target `a` has both `private_key` and `password`'],
    ],
    [
      'no way in',
      [`  a: { ${SNOW} }`],
      ['missing_key 1: target `a` has neither `private_key` nor `password`'],
    ],
    [
      'a password without its user',
      ['  a: { engine: azure_sql, server: s, database: d, password: "${env:P}" }'],
      ['missing_key 1: target `a` has no `user`'],
    ],
    [
      'the name of the embedded engine',
      ['  duckdb: { engine: spark, host: h }'],
      ['bad_value 1: no target can be called `duckdb`: so is the embedded engine'],
    ],
    [
      'an engine that is to read a folder of this machine',
      ['  a: { engine: spark, host: h, ingest: engine }'],
      ['missing_key 1: target `a` is to read the landing files itself, and nothing says how it names them'],
    ],
    [
      'an engine that reads no files',
      ['  a: { engine: azure_sql, server: s, database: d, ingest: engine }'],
      ['unknown_key 1: unknown key `ingest`'],
    ],
    [
      'an engine that is sent rows, or reads the lake',
      [
        '  a: { engine: snowflake, account: a, user: u, warehouse: w, database: d, password: "${env:P}", ingest: engine }',
      ],
      ['unknown_key 1: unknown key `ingest`'],
    ],
    [
      'a secret over a connection anybody can read',
      ['  a: { engine: spark, host: h, token: "${env:T}" }'],
      ['not_encrypted 1: target `a` sends its secret without encryption'],
    ],
  ])('%s', (_, lines, problems) => expect(told(...lines)).toEqual(problems))
})

test('editors know the same', () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/c360.schema.json'), 'utf8'))
  const validate = new Ajv({ strict: false }).compile(schema)
  const accepts = (...lines: readonly string[]) => validate(parse(configOf(lines)))
  expect(accepts(...FULL)).toBe(true)
  expect(accepts('  a: { engine: spark, host: h, warehouse: w }')).toBe(false)
  expect(accepts('  a: { engine: oracle }')).toBe(false)
  expect(accepts('  a: { engine: databricks, host: h, http_path: p, token: plain }')).toBe(false)
})
