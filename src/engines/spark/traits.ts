/** How Spark and Databricks differ where we talk to them; the SQL is the same. */
export interface SparkTraits {
  readonly name: 'spark' | 'databricks'
  /** As it is called in messages. */
  readonly title: string
  readonly port: number
  readonly path: string | undefined
  readonly tls: boolean
  /** The newest protocol we ask for: Databricks has versions, and a field, of its own. */
  readonly protocol: { readonly field: number; readonly version: number }
  /** Who is not told who we are says `anonymous`. */
  readonly user: string | undefined
  /** What every session begins with. */
  readonly prepare: readonly string[]
}

export const sparkTraits: SparkTraits = {
  name: 'spark',
  title: 'Spark',
  port: 10001,
  path: 'cliservice',
  tls: false,
  protocol: { field: 1, version: 9 },
  user: 'anonymous',
  prepare: [
    "SET TIME ZONE 'UTC'",
    'SET spark.sql.ansi.enabled = true',
    // Otherwise `${..}` in a text, of a statement or of a row, is replaced by settings and variables of the server.
    'SET spark.sql.variable.substitute = false',
  ],
}

export const databricksTraits: SparkTraits = {
  name: 'databricks',
  title: 'Databricks',
  port: 443,
  path: undefined,
  tls: true,
  protocol: { field: 1282, version: 0xa508 },
  user: undefined,
  // A SQL warehouse knows few settings, by names of its own.
  prepare: ["SET TIME ZONE 'UTC'", 'SET ANSI_MODE = true'],
}
