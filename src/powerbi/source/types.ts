/** Where the rows of the model come from. Texts become parameters of the model; none of them is a secret. */
export type Source =
  | { readonly kind: 'csv' | 'parquet'; readonly folder: string }
  /** The folder `gold` of the lake, as `lake_export: [gold]` writes it. */
  | { readonly kind: 'adls'; readonly url: string }
  | SqlSource
  | { readonly kind: 'odata'; readonly url: string }

export type SqlSource =
  | {
      readonly kind: 'azure_sql'
      readonly server: string
      readonly database: string
      readonly schema: string
    }
  | {
      readonly kind: 'snowflake'
      readonly server: string
      readonly warehouse: string
      readonly database: string
      readonly schema: string
    }
  | {
      readonly kind: 'databricks'
      readonly host: string
      readonly httpPath: string
      readonly catalog: string
      readonly schema: string
    }

export type SourceKind = Source['kind']

export const SOURCES: readonly SourceKind[] = [
  'parquet',
  'csv',
  'adls',
  'azure_sql',
  'snowflake',
  'databricks',
  'odata',
]

/** Sources that answer each question themselves, without a copy in the model. */
export const DIRECT: readonly SourceKind[] = ['azure_sql', 'snowflake', 'databricks']

/** Sources that can be asked a SELECT, or whose files this program writes. */
export const MAKES: readonly SourceKind[] = ['csv', 'parquet', ...DIRECT]

/** Stand for the schema of gold and for its catalog in a SELECT, until the parameters are put there. */
export const GOLD_MARK = '__c360_gold__'
export const CATALOG_MARK = '__c360_catalog__'
