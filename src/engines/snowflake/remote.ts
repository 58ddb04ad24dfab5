import type { Layer } from '../../sql/dialect.ts'
import { printed } from '../../sql/print.ts'
import type { Remote } from '../engine.ts'
import { snowflakeDialect } from './dialect.ts'
import { dotted } from './literals.ts'
import { loadRows } from './load.ts'
import { marksIn } from './marks.ts'
import { connectSnowflake, type SnowflakeSettings } from './session.ts'
import { showBySwap } from './show.ts'
import { snowflakeTarget } from './sql-target.ts'
import { loadStaged } from './staged.ts'

/** Where in a Snowflake a target keeps its schemas. */
export interface SnowflakePlace {
  readonly account: string
  readonly host?: string
  readonly database: string
  /** Schemas by layer; `gold` is the one that readers look at. */
  readonly schemas: Readonly<Record<Layer, string>>
  /** Folder of this machine for what waits to be sent. */
  readonly scratch: string
  /** External stage over the project's lake, with a path if need be: `LAKE_DB.PUBLIC.LAKE/c360`. */
  readonly lakeStage?: string
}

/**
 * A Snowflake as one target names it. Models are built in `<gold>_TABLES`; what they and silver held when a version was
 * committed lies in `<gold>_KEPT`; readers find views of it in `<gold>`. `settings` is asked for at every connection: secrets
 * are in it.
 */
export function snowflakeRemote(place: SnowflakePlace, settings: () => Promise<SnowflakeSettings>): Remote {
  const { account, host, database, schemas, scratch, lakeStage } = place
  const [built, kept, next] = ['TABLES', 'KEPT', 'NEXT'].map((part) => `${schemas.gold}_${part}`) as [
    string,
    string,
    string,
  ]
  const dialect = snowflakeDialect(database, { ...schemas, gold: built })
  const [shown, hidden] = [dotted(database, schemas.gold), dotted(database, next)]
  const stage = dialect.table('work', 'c360_load')
  const names = (columns: readonly (readonly [name: string, type: string])[]) => columns.map(([name]) => name)
  return {
    engine: 'snowflake',
    where: `Snowflake at ${host ?? account}`,
    dialect,
    shown: (model) => dotted(database, schemas.gold, model),
    showing: [shown, hidden, dotted(database, kept)].map((schema) => `create schema if not exists ${schema}`),
    showAll: (session, models, signal) =>
      showBySwap(session, { database, shown: schemas.gold, next }, models, signal),
    marks: marksIn(dotted(database, kept)),
    print: (query, table, columns) => printed(query, snowflakeTarget, table, columns),
    connect: async (signal) => connectSnowflake(await settings(), signal),
    ...(lakeStage === undefined ? {} : { lakeUrl: `@${lakeStage}` }),
    loadFiles: (session, into, files, signal) => loadStaged(session, into, files, dialect, signal),
    load: (session, into, batches, signal) =>
      loadRows({ session, stage, scratch, signal }, into.table, names(into.columns), batches),
  }
}
