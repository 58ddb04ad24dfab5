import { isScalar, type Node } from 'yaml'
import { SECRET_PATTERN } from './config-azure.ts'
import { scalarText } from './merge.ts'
import { boolean, choice, mapping, number, type Shape, text } from './shape.ts'
import type { TargetEngine } from './types.ts'
import { seconds, textLike } from './values.ts'

/** What is written is checked by `config-references.ts`; here it only has to be a text. */
const secret: Shape<string> = {
  schema: { type: 'string', pattern: SECRET_PATTERN },
  read: text('a reference, for example `${keyvault:lakehouse-token}`').read,
}

const REFERENCE = /^\$\{[^{}]+\}$/

/** A text that must pass `test`, or a reference that is looked up when the target is used. */
const given = (test: RegExp, expected: string, hint?: string): Shape<string> => {
  const plain = textLike(test, expected, hint)
  const isReference = (node: Node): boolean => isScalar(node) && REFERENCE.test(scalarText(node))
  return {
    schema: plain.schema,
    read: (node, at) => (isReference(node) ? text() : plain).read(node, at),
  }
}

const host = given(
  /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/,
  'the name of a host',
  'write the name alone, without `https://`, port and path',
)
const filled = given(/^\S(.*\S)?$/, 'a text without spaces around it')
const identifier = given(/^[^\s"'`;.][^"'`;.]{0,254}$/, 'the name of an object, without quotes')
const url = given(
  /^[a-z][a-z0-9+.-]*:\/[^\s?#]*$/,
  'a URL without a query',
  'for example `abfss://lake@acme.dfs.core.windows.net/c360`',
)
const prefix = textLike(
  /^([A-Za-z][A-Za-z0-9_]{0,39})?$/,
  'letters, digits and `_`, beginning with a letter',
  'for example `c360_`',
)
const port = number({ min: 1, max: 65_535, integer: true })

const engine = <const E extends TargetEngine>(name: E) => ({
  engine: { shape: choice([name]), required: true, doc: 'Which engine it is.' } as const,
})

const timeout = {
  statement_timeout: {
    shape: seconds,
    doc: 'The engine ends a statement that takes longer, for example `30 minutes`. Default: as long as it takes.',
  },
} as const

const schemaPrefix = {
  schema_prefix: {
    shape: prefix,
    doc: 'What the schemas begin with: `c360_` gives c360_bronze, c360_silver and c360_gold.',
  },
} as const

const ingest = {
  ingest: {
    shape: choice(['runner', 'engine']),
    doc: 'Who reads the landing files: `runner` (this program, and sends the rows), or `engine` (no row passes through this program). Default runner.',
  },
  lake_url: {
    shape: url,
    doc: 'How the engine names the `lake` of the project, where it can read it.',
  },
  landing_url: {
    shape: url,
    doc: 'How the engine names the `landing` of the project; needed for `ingest: engine` where it is a folder.',
  },
} as const

const thriftKeys = {
  port: { shape: port, doc: 'Default 10001 for Spark, 443 for Databricks.' },
  catalog: { shape: identifier, doc: 'The catalog the schemas lie in. Default: that of the session.' },
  ...schemaPrefix,
  ...ingest,
  ...timeout,
} as const

export const databricksKeys = {
  ...engine('databricks'),
  host: {
    shape: host,
    required: true,
    doc: 'Host of the workspace, from the Connection details of its SQL warehouse.',
  },
  http_path: {
    shape: filled,
    required: true,
    doc: 'HTTP path of the SQL warehouse or cluster, from the same place.',
  },
  token: {
    shape: secret,
    required: true,
    doc: 'Where the access token lies, for example `${keyvault:lakehouse-token}`.',
  },
  ...thriftKeys,
} as const

export const sparkKeys = {
  ...engine('spark'),
  host: { shape: host, required: true, doc: 'Host of the Thrift server, which listens in HTTP mode.' },
  http_path: { shape: filled, doc: 'hive.server2.thrift.http.path of the server. Default cliservice.' },
  tls: { shape: boolean, doc: 'Whether it listens by HTTPS. Default false.' },
  user: { shape: filled, doc: 'Who enters. Default anonymous.' },
  password: { shape: secret, doc: 'Where the password of `user` lies, a reference.' },
  token: { shape: secret, doc: 'Where a bearer token lies, a reference; instead of `user` and `password`.' },
  ...thriftKeys,
} as const

const schemaName = textLike(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'a name of letters, digits and `_`')

const layer = (name: string) => ({ shape: schemaName, doc: `Schema of the layer. Default ${name}.` })

export const SNOWFLAKE_SCHEMAS = {
  bronze: 'BRONZE_LAYER',
  silver: 'SILVER_LAYER',
  conformed: 'CONFORMED_LAYER',
  rules: 'RULES_LAYER',
  gold: 'GOLD_LAYER',
  work: 'WORK_LAYER',
} as const

export const snowflakeKeys = {
  ...engine('snowflake'),
  account: { shape: host, required: true, doc: 'Identifier of the account, for example acme-eu1.' },
  user: { shape: filled, required: true, doc: 'Who enters; a service user with a key pair is best.' },
  private_key: { shape: secret, doc: 'Where the private key (PEM, PKCS 8) of the user lies, a reference.' },
  private_key_passphrase: { shape: secret, doc: 'Where the pass phrase of `private_key` lies, a reference.' },
  password: {
    shape: secret,
    doc: 'Where the password of the user lies, a reference; instead of `private_key`.',
  },
  warehouse: { shape: identifier, required: true, doc: 'The warehouse that computes.' },
  database: { shape: identifier, required: true, doc: 'The database the schemas lie in.' },
  role: { shape: identifier, doc: 'The role to act as. Default: that of the user.' },
  host: { shape: host, doc: 'Host of the account where it is not <account>.snowflakecomputing.com.' },
  port: { shape: port, doc: 'Default 443.' },
  lake_stage: {
    shape: given(/^[A-Za-z0-9_$.]+(\/[^'\\\s]*)?$/, 'the name of a stage, with a path if need be'),
    doc: 'An external stage over the `lake` of the project, for example `LAKE.PUBLIC.STAGE/c360`: Snowflake then reads bronze itself, and no row is sent.',
  },
  schemas: {
    shape: mapping({
      bronze: layer(SNOWFLAKE_SCHEMAS.bronze),
      silver: layer(SNOWFLAKE_SCHEMAS.silver),
      conformed: layer(SNOWFLAKE_SCHEMAS.conformed),
      rules: layer(SNOWFLAKE_SCHEMAS.rules),
      gold: layer(SNOWFLAKE_SCHEMAS.gold),
      work: layer(SNOWFLAKE_SCHEMAS.work),
    }),
    doc: 'Names of the schemas by layer.',
  },
  ...timeout,
} as const

export const azureSqlKeys = {
  ...engine('azure_sql'),
  server: { shape: host, required: true, doc: 'Name of the server, for example acme.database.windows.net.' },
  port: { shape: port, doc: 'Default 1433.' },
  database: { shape: identifier, required: true, doc: 'The database the schemas lie in.' },
  auth: {
    shape: choice(['password', 'default']),
    doc: '`password` (`user` and `password`), or `default` (managed identity, `az login`). Default: password where there is one.',
  },
  user: { shape: filled, doc: 'Who enters, for `auth: password`.' },
  password: { shape: secret, doc: 'Where the password of `user` lies, a reference.' },
  encrypt: { shape: boolean, doc: 'Whether the connection is encrypted. Default true.' },
  trust_server_certificate: {
    shape: boolean,
    doc: 'Takes a certificate nobody vouches for: for a server of your own on this machine. Default false.',
  },
  ...schemaPrefix,
  ...timeout,
} as const

/** Whole texts only: what stands between `shape` and YAML is read by `mapping`. */
export const targetShapes = {
  databricks: mapping(databricksKeys),
  spark: mapping(sparkKeys),
  snowflake: mapping(snowflakeKeys),
  azure_sql: mapping(azureSqlKeys),
} as const

export const ENGINES = ['databricks', 'spark', 'snowflake', 'azure_sql'] as const
