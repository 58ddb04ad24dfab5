import type { EntityName, FieldType, Pii } from '../model/types.ts'

/** What the user wrote, checked. Plain data; paths are absolute unless they say otherwise. */
export interface Project {
  readonly root: string
  readonly name: string
  readonly timeZone: string
  readonly currency: string
  /** An absolute folder, or `az://account/container/path`; so are `lake` and `warehouse`. */
  readonly landing: string
  readonly lake: string
  readonly warehouse: string
  readonly azure: AzureSettings
  readonly watch: WatchSettings
  /** DuckDB's memory limit, for example `2GB`; absent = DuckDB's own default. */
  readonly memory?: string
  readonly threads?: number
  /**
   * How many published versions are kept, and for how many days at most; for how many days the lake keeps files that only
   * readers of older table versions need.
   */
  readonly keep: { readonly versions: number; readonly days: number; readonly lakeDays: number }
  /** Layers that every publication also writes to the lake, as Delta tables. */
  readonly lakeExport: readonly ('silver' | 'gold')[]
  readonly rules: Rules
  /** Further engines by the names `--target` knows them by. */
  readonly targets: Readonly<Record<string, Target>>
  readonly contracts: readonly Contract[]
  readonly models: readonly ModelFile[]
}

/** A value that c360.yaml names and does not hold: `${env:NAME}`, `${file:path}`, `${keyvault:name}`, `${keyvault:vault/name}`. */
export interface SecretRef {
  readonly from: 'env' | 'file' | 'keyvault'
  /** Name of the variable or secret; absolute path of the file. */
  readonly name: string
  /** The vault's URL, for `keyvault` only. */
  readonly vault?: string
  /** Where it is used, for messages: `azure.storage.acme.account_key`. */
  readonly key: string
  /** Line in c360.yaml. */
  readonly line: number
}

/** A text, or a reference that is resolved when the target is used: a laptop need not know it. */
export type Setting = string | SecretRef

/** How landing files get into an engine. */
export interface EngineIngest {
  /** `engine`: it reads them itself. */
  readonly ingest: 'runner' | 'engine'
  /** URLs by which the engine knows the project's lake and landing zone. */
  readonly lakeUrl?: Setting
  readonly landingUrl?: Setting
}

interface ThriftTarget extends EngineIngest {
  readonly host: Setting
  readonly port?: number
  readonly httpPath: Setting
  readonly catalog?: Setting
  /** What the names of the schemas begin with. */
  readonly schemaPrefix: string
  /** Seconds after which the engine ends a statement. */
  readonly statementSeconds?: number
}

export interface DatabricksTarget extends ThriftTarget {
  readonly engine: 'databricks'
  readonly token: SecretRef
}

export interface SparkTarget extends ThriftTarget {
  readonly engine: 'spark'
  readonly tls: boolean
  readonly user?: Setting
  readonly password?: SecretRef
  /** Instead of user and password. */
  readonly token?: SecretRef
}

export interface SnowflakeTarget {
  readonly engine: 'snowflake'
  readonly account: Setting
  readonly user: Setting
  /** One of `privateKey` (PEM) and `password` is there. */
  readonly privateKey?: SecretRef
  readonly privateKeyPassphrase?: SecretRef
  readonly password?: SecretRef
  readonly warehouse: Setting
  readonly database: Setting
  readonly role?: Setting
  /** Absent = <account>.snowflakecomputing.com. */
  readonly host?: Setting
  readonly port?: number
  /** External stage over the lake, with a path if need be. */
  readonly lakeStage?: Setting
  /** Names of the schemas by layer. */
  readonly schemas: Readonly<Record<'bronze' | 'silver' | 'conformed' | 'rules' | 'gold' | 'work', string>>
  readonly statementSeconds?: number
}

export interface AzureSqlTarget {
  readonly engine: 'azure_sql'
  readonly server: Setting
  readonly port?: number
  readonly database: Setting
  /** `default`: DefaultAzureCredential; `password`: user and password are there. */
  readonly auth: 'password' | 'default'
  readonly user?: Setting
  readonly password?: SecretRef
  readonly encrypt: boolean
  readonly trustServerCertificate: boolean
  readonly schemaPrefix: string
  readonly statementSeconds?: number
}

/** An engine of the user's besides the embedded one. */
export type Target = DatabricksTarget | SparkTarget | SnowflakeTarget | AzureSqlTarget
export type TargetEngine = Target['engine']

/** How an account of Azure Storage is entered; nothing = DefaultAzureCredential (managed identity, `az login`, ..). */
export interface AzureAccount {
  /** Base URL of its Blob endpoint; absent = https://<account>.blob.core.windows.net. */
  readonly endpoint?: string
  /** Base URL of its Queue endpoint; absent = https://<account>.queue.core.windows.net. */
  readonly queueEndpoint?: string
  readonly sas?: SecretRef
  readonly accountKey?: SecretRef
  readonly connectionString?: SecretRef
}

export interface AzureSettings {
  /** URL of the vault that `${keyvault:name}` means. */
  readonly keyVault?: string
  /** By the account's name, as in `az://account/..`. */
  readonly accounts: Readonly<Record<string, AzureAccount>>
}

/** How new landing files are noticed by `c360 watch`. */
export interface WatchSettings {
  /** The queue of Azure Storage that Event Grid writes to. */
  readonly queue?: { readonly account: string; readonly name: string }
  /** Seconds that new files must have been left alone. */
  readonly settle: number
  /** Seconds between two looks that nothing asked for. */
  readonly poll: number
}

/** The business rules of c360.yaml: every figure that depends on one can name it. */
export interface Rules {
  /** Which transaction statuses are sales; `all` counts every status. */
  readonly countedStatuses: readonly string[] | 'all'
  /** Lowest tier first. */
  readonly tierOrder: readonly string[]
  readonly championTiers: readonly string[]
  /** Points at which a tier begins, by its name; only tiers whose beginning is known. */
  readonly tierPoints: Readonly<Record<string, number>>
  readonly highValue: { readonly percentile: number; readonly population: 'all_customers' | 'buyers' }
  readonly activeWithinMonths: number
  readonly churnedAfterDays: number
  /** Shortest first; the last has no end. */
  readonly sessionCategories: readonly SessionCategory[]
  /** Resolution rates in percent from which an agent is fair, and good. */
  readonly resolutionTiers: { readonly fair: number; readonly good: number }
  /** In order: the first whose condition a customer meets is suggested. */
  readonly suggestedActions: readonly SuggestedAction[]
  /** ISO date the figures are seen from; absent = the newest counted fact. */
  readonly asOf?: string
}

/** Web sessions longer than the category before, and up to so many seconds. */
export interface SessionCategory {
  readonly name: string
  readonly upToSeconds?: number
}

/** What to do about a customer, and when; days are counted back from the as-of day. */
export type SuggestedAction = { readonly action: string } & (
  | { readonly when: 'open_ticket'; readonly olderThanDays: number }
  /** A high-value customer without activity for more days than these. */
  | { readonly when: 'high_value_silent'; readonly silentForDays: number }
  /** Exactly one order, so many days ago; both ends count. */
  | { readonly when: 'one_purchase'; readonly fromDays: number; readonly toDays: number }
  | { readonly when: 'near_next_tier'; readonly withinPoints: number }
)

export type LoadMode = 'append' | 'upsert' | 'full'

/** One source: its files, their format, and how its columns map onto the model. */
export interface Contract {
  readonly source: string
  /** Path of the YAML file, relative to the project root. */
  readonly file: string
  /** Globs relative to the landing folder. */
  readonly files: readonly string[]
  readonly format: SourceFormat
  readonly entity: EntityName
  readonly idSpace: string
  /** Lower wins when two contracts describe the same thing. */
  readonly precedence: number
  /** Canonical field names; may be empty in `append` mode only. */
  readonly key: readonly string[]
  /** Canonical field names, most significant first; the newest (largest) wins. */
  readonly order: readonly string[]
  readonly load: LoadMode
  /** strftime pattern of the date in the file name of a full load, for example `%Y-%m-%d`. */
  readonly dated?: string
  /** Largest share (0..1) of keys a full load may delete without a person's word. */
  readonly maxDelete: number
  /** A source without a new delivery for this many hours is reported as stale. */
  readonly freshnessHours?: number
  readonly timeZone: string
  /** Field -> constant text, for example `channel: online`. */
  readonly set: Readonly<Record<string, string>>
  readonly columns: readonly Column[]
}

export type SourceFormat = CsvFormat | XlsxFormat | JsonFormat | ParquetFormat

/** How numbers are written as text in a file. */
export interface NumberStyle {
  /** Decimal separator. */
  readonly decimal: '.' | ','
  /** Thousands separator, or '' for none. */
  readonly thousands: string
}

/** A sheet of an Excel workbook. */
export interface XlsxFormat extends NumberStyle {
  readonly type: 'xlsx'
  /** Name of the sheet (compared without case); absent = the workbook's only visible one. */
  readonly sheet?: string
  /** Sheet row (1 = first) the header stands in; absent = the first row with a value in it. */
  readonly headerRow?: number
  readonly header: boolean
}

/** An array of objects, or one object per line (NDJSON): the file's first character tells which. */
export interface JsonFormat extends NumberStyle {
  readonly type: 'json'
  /** Where in a document the array lies, keys joined by dots; absent = the document itself is the array. */
  readonly records?: string
}

export interface ParquetFormat {
  readonly type: 'parquet'
}

export interface CsvFormat extends NumberStyle {
  readonly type: 'csv'
  readonly delimiter: string
  /** One character, or '' for none. */
  readonly quote: string
  /** One character: the quote itself (doubled quotes), or for example a backslash. */
  readonly escape: string
  readonly header: boolean
  readonly encoding: 'utf-8' | 'utf-16' | 'latin-1'
}

export interface Column {
  /** The header in the file, exactly (compared without case and surrounding spaces). */
  readonly name: string
  /** Canonical field of the entity, or the snake_case name of an extra column. */
  readonly field: string
  readonly type: FieldType
  readonly required: boolean
  /** Optional columns may be missing from a file. */
  readonly optional: boolean
  readonly clean: readonly CleanStep[]
  /** Also fills first_name/last_name or city/state. */
  readonly split?: 'name' | 'city_state'
  /** strptime patterns, tried in turn; empty = ISO 8601. */
  readonly formats: readonly string[]
  readonly unit?: string
  readonly oneOf?: readonly string[]
  readonly min?: number
  readonly max?: number
  /** The column holds the id of a thing. */
  readonly references?: { readonly entity: EntityName; readonly orphan: 'infer' | 'quarantine' }
  /** The column holds a value by which the thing is found. */
  readonly lookup?: Lookup
  readonly pii: Pii
  /** Line in the contract file. */
  readonly line: number
}

/** A reference that goes by a value: to the one thing that has it, to nothing where none or several have. */
export interface Lookup {
  readonly entity: EntityName
  readonly by: 'email' | 'phone'
  /** The reference it fills where there is no id; absent for a column of one's own, which is matched and counted only. */
  readonly fills?: string
}

/** Cleaning of one text value, in order. `trim` and empty -> NULL always come first by themselves. */
export type CleanStep =
  | { readonly op: 'trim' }
  | { readonly op: 'collapse_spaces' }
  | { readonly op: 'lower' }
  | { readonly op: 'upper' }
  | { readonly op: 'title_case' }
  | { readonly op: 'email' }
  /** Digits only, with `+` and the default country prefix where there is none. */
  | { readonly op: 'phone'; readonly country: string }
  | { readonly op: 'strip_prefix'; readonly prefix: string }
  /** The sign or code of the project's currency taken off, accounting brackets turned into a minus. */
  | { readonly op: 'money' }
  | { readonly op: 'state_code' }
  | { readonly op: 'state_name' }
  /** These words mean NULL (compared without case). */
  | { readonly op: 'nulls'; readonly words: readonly string[] }

/** A user's gold model as text; it is parsed by model/. */
export interface ModelFile {
  /** File name without `.sql`. */
  readonly name: string
  /** Path relative to the project root (or `c360:` for a shipped one). */
  readonly file: string
  readonly text: string
}
