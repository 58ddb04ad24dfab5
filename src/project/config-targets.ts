import { isMap } from 'yaml'
import type { SecretAt } from './config.ts'
import { isContainer } from './location.ts'
import { choice, type Named, type Place, type Read, reject, type Shape } from './shape.ts'
import { ENGINES, SNOWFLAKE_SCHEMAS, targetShapes } from './target-keys.ts'
import type {
  AzureSqlTarget,
  DatabricksTarget,
  EngineIngest,
  SecretRef,
  Setting,
  SnowflakeTarget,
  SparkTarget,
  Target,
} from './types.ts'
import { NAME } from './values.ts'
import type { YamlFile } from './yaml.ts'

type Shapes = typeof targetShapes

/** One target as far as it could be read. */
export type WrittenTarget = {
  readonly [E in keyof Shapes]: { readonly engine: E; readonly written: Read<Shapes[E]> }
}[keyof Shapes]

/** Its `engine` says which keys it may have. */
export const targetShape: Shape<WrittenTarget> = {
  schema: { anyOf: ENGINES.map((engine) => targetShapes[engine].schema) },
  read: (node, at) => {
    if (!isMap(node)) return reject(at, 'wrong_type', `${at.label} must be a mapping of keys to values`)
    const entry = at.file.entries(node).find(({ key }) => key === 'engine')
    if (!entry?.value)
      return reject(
        at,
        'missing_key',
        `${at.label} has no \`engine\``,
        `add \`engine:\`, one of ${ENGINES.join(', ')}`,
      )
    const place = { ...at, label: '`engine`', line: entry.line }
    const engine = choice(ENGINES, 'unknown_engine').read(entry.value, place)
    const written = engine && targetShapes[engine].read(node, at)
    return written ? ({ engine, written } as WrittenTarget) : undefined
  },
}

/** What a target is read with. */
interface Around {
  readonly at: Place
  /** A text or the reference that stands in its place. */
  readonly setting: (key: string, value: string | undefined) => Setting | undefined
  readonly secret: (key: string) => SecretRef | undefined
}

/** The targets by name; what one key means for another is told to `file`. `landing` and `lake` are the project's. */
export function targetsFrom(
  written: readonly Named<WrittenTarget>[],
  places: { readonly landing: string; readonly lake: string },
  file: YamlFile,
  secretAt: SecretAt,
): Readonly<Record<string, Target>> {
  const entries = written.flatMap(({ name, line, value }) => {
    const at = { file, label: `target \`${name}\``, line }
    if (!NAME.test(name) || name === EMBEDDED) refuseName(name, at)
    const around: Around = {
      at,
      setting: (key, text) => secretAt(['targets', name, key]) ?? text,
      secret: (key) => secretAt(['targets', name, key]),
    }
    const target = value && targetFrom(value, around)
    if (!target) return []
    if ('ingest' in target) checkIngest(target, places, around)
    return [[name, target] as const]
  })
  return Object.fromEntries(entries)
}

/** What `--target` and `c360 parity` call the engine that needs no target. */
const EMBEDDED = 'duckdb'

const refuseName = (name: string, at: Place): undefined =>
  name === EMBEDDED
    ? reject(at, 'bad_value', `no target can be called \`${EMBEDDED}\`: so is the embedded engine`)
    : reject(
        at,
        'bad_value',
        `${at.label}: a name has small letters, digits and \`_\``,
        'for example `lakehouse`',
      )

function targetFrom(target: WrittenTarget, around: Around): Target | undefined {
  switch (target.engine) {
    case 'databricks':
      return databricksFrom(target.written, around)
    case 'spark':
      return sparkFrom(target.written, around)
    case 'snowflake':
      return snowflakeFrom(target.written, around)
    case 'azure_sql':
      return azureSqlFrom(target.written, around)
  }
}

/** A key whose value may be absent is left out then. */
function some<K extends string, V>(key: K, value: V | undefined): { readonly [N in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [N in K]?: V }
}

interface Ingesting {
  readonly ingest?: 'runner' | 'engine' | undefined
  readonly lake_url?: string | undefined
  readonly landing_url?: string | undefined
}

const ingestFrom = (values: Ingesting, { setting }: Around): EngineIngest => ({
  ingest: values.ingest ?? 'runner',
  ...some('lakeUrl', setting('lake_url', values.lake_url)),
  ...some('landingUrl', setting('landing_url', values.landing_url)),
})

type Thrift = Read<Shapes['databricks']>['values'] | Read<Shapes['spark']>['values']

const thriftFrom = (values: Thrift, around: Around) => ({
  ...some('port', values.port),
  ...some('catalog', around.setting('catalog', values.catalog)),
  schemaPrefix: values.schema_prefix ?? 'c360_',
  ...ingestFrom(values, around),
  ...some('statementSeconds', values.statement_timeout),
})

function databricksFrom(
  { values }: Read<Shapes['databricks']>,
  around: Around,
): DatabricksTarget | undefined {
  const { setting, secret } = around
  const host = setting('host', values.host)
  const httpPath = setting('http_path', values.http_path)
  const token = secret('token')
  if (host === undefined || httpPath === undefined || !token) return undefined
  return { engine: 'databricks', host, httpPath, token, ...thriftFrom(values, around) }
}

function sparkFrom({ values, lines }: Read<Shapes['spark']>, around: Around): SparkTarget | undefined {
  const { at, setting, secret } = around
  const host = setting('host', values.host)
  if (host === undefined) return undefined
  const [token, password, user] = [secret('token'), secret('password'), setting('user', values.user)]
  const tls = values.tls ?? false
  if (lines.token !== undefined && lines.password !== undefined)
    reject(
      { ...at, line: lines.token },
      'two_ways_in',
      `${at.label} has both \`token\` and \`password\``,
      'keep one',
    )
  if ((token ?? password) && !tls && !(typeof host === 'string' && LOOPBACK.test(host))) warnPlain(at)
  return {
    engine: 'spark',
    host,
    httpPath: setting('http_path', values.http_path) ?? 'cliservice',
    tls,
    ...some('user', user),
    ...some('password', password),
    ...some('token', token),
    ...thriftFrom(values, around),
  }
}

const LOOPBACK = /^(localhost|127(\.\d+){3})$/

const warnPlain = ({ file, label, line }: Place): void =>
  file.report({
    code: 'not_encrypted',
    severity: 'warn',
    line,
    message: `${label} sends its secret without encryption`,
    hint: 'have the server listen by HTTPS, and write `tls: true`',
  })

function snowflakeFrom(
  { values, lines }: Read<Shapes['snowflake']>,
  around: Around,
): SnowflakeTarget | undefined {
  const { at, setting, secret } = around
  const must = (['account', 'user', 'warehouse', 'database'] as const).map((key) => setting(key, values[key]))
  const [account, user, warehouse, database] = must
  const [key, password] = [secret('private_key'), secret('password')]
  oneWayIn(at, lines, ['private_key', 'password'])
  if (account === undefined || user === undefined || warehouse === undefined || database === undefined)
    return undefined
  const schemas = values.schemas?.values ?? {}
  return {
    engine: 'snowflake',
    ...{ account, user, warehouse, database },
    ...some('privateKey', key),
    ...some('privateKeyPassphrase', secret('private_key_passphrase')),
    ...some('password', password),
    ...some('role', setting('role', values.role)),
    ...some('host', setting('host', values.host)),
    ...some('port', values.port),
    ...some('lakeStage', setting('lake_stage', values.lake_stage)),
    schemas: { ...SNOWFLAKE_SCHEMAS, ...withoutAbsent(schemas) },
    ...some('statementSeconds', values.statement_timeout),
  }
}

const withoutAbsent = <T>(values: { readonly [key: string]: T | undefined }): { readonly [key: string]: T } =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined))

/** Exactly one of two keys must be there. */
function oneWayIn(
  at: Place,
  lines: Readonly<Record<string, number | undefined>>,
  [one, other]: readonly [string, string],
): void {
  const both = lines[one] !== undefined && lines[other] !== undefined
  if (both)
    reject(
      { ...at, line: lines[other] ?? at.line },
      'two_ways_in',
      `${at.label} has both \`${one}\` and \`${other}\``,
      'keep one of them',
    )
  else if (lines[one] === undefined && lines[other] === undefined)
    reject(
      at,
      'missing_key',
      `${at.label} has neither \`${one}\` nor \`${other}\``,
      `add one of them: \`${one}: \${keyvault:..}\``,
    )
}

function azureSqlFrom(
  { values, lines }: Read<Shapes['azure_sql']>,
  { at, setting, secret }: Around,
): AzureSqlTarget | undefined {
  const [server, database] = [setting('server', values.server), setting('database', values.database)]
  const [user, password] = [setting('user', values.user), secret('password')]
  const auth = values.auth ?? (lines.password === undefined ? 'default' : 'password')
  if (auth === 'password' && (lines.user === undefined || lines.password === undefined))
    reject(
      at,
      'missing_key',
      `${at.label} has no \`${lines.user === undefined ? 'user' : 'password'}\``,
      'add it, or write `auth: default` to enter as the identity of this machine',
    )
  else if (auth === 'default' && lines.password !== undefined)
    reject(
      { ...at, line: lines.password ?? at.line },
      'two_ways_in',
      `${at.label} has both \`auth: default\` and \`password\``,
      'keep one of them',
    )
  if (server === undefined || database === undefined) return undefined
  return {
    engine: 'azure_sql',
    ...{ server, database, auth },
    ...some('port', values.port),
    ...some('user', user),
    ...some('password', password),
    encrypt: values.encrypt ?? true,
    trustServerCertificate: values.trust_server_certificate ?? false,
    schemaPrefix: values.schema_prefix ?? '',
    ...some('statementSeconds', values.statement_timeout),
  }
}

/** An engine that is to read the landing zone must be able to see it. */
function checkIngest(
  target: DatabricksTarget | SparkTarget,
  { landing }: { readonly landing: string },
  { at }: Around,
): void {
  if (target.ingest === 'runner' || target.landingUrl !== undefined || isContainer(landing)) return
  reject(
    at,
    'missing_key',
    `${at.label} is to read the landing files itself, and nothing says how it names them`,
    'add `landing_url:`, or write `ingest: runner`',
  )
}
