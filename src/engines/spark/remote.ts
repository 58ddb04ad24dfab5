import type { Layer } from '../../sql/dialect.ts'
import { printed } from '../../sql/print.ts'
import type { LoadInto, Remote } from '../engine.ts'
import { sparkDialect } from './dialect.ts'
import { sparkFiles } from './files.ts'
import { dotted, ident } from './literals.ts'
import { loadFiles, loadRows } from './load.ts'
import { marks } from './marks.ts'
import { connectSpark, type SparkSettings } from './session.ts'
import { sparkTarget } from './sql-target.ts'
import { databricksTraits, sparkTraits } from './traits.ts'

/** Where in its catalog a target keeps its schemas. */
export interface SparkPlace {
  readonly catalog?: string
  /** Before the name of every schema: `c360_` gives `c360_silver`. */
  readonly schemaPrefix: string
  /** How it names the project's lake, where it can read it. */
  readonly lakeUrl?: string
  /** How it names the project's landing place, if it is to read the files there itself. */
  readonly landingUrl?: string
}

/** What a statement waits for is mostly its turn and its answer: several keep a small cluster busy. */
const AT_ONCE = 4

/**
 * A Spark or Databricks as one target names it. Models are built in `<prefix>gold_tables`; readers find views of the same names
 * in `<prefix>gold`, each at the version that was published. `settings` is asked for at every connection: secrets are in it.
 */
export function sparkRemote(
  engine: SparkSettings['engine'],
  host: string,
  place: SparkPlace,
  settings: () => Promise<SparkSettings>,
): Remote {
  const { title } = engine === 'databricks' ? databricksTraits : sparkTraits
  const inCatalog = (name: string) =>
    `${place.catalog === undefined ? '' : `${place.catalog}.`}${place.schemaPrefix}${name}`
  const schemas: Record<Layer, string> = {
    bronze: inCatalog('bronze'),
    silver: inCatalog('silver'),
    conformed: inCatalog('conformed'),
    rules: inCatalog('rules'),
    gold: inCatalog('gold_tables'),
    work: inCatalog('work'),
  }
  const shown = dotted(inCatalog('gold'))
  const dialect = sparkDialect(schemas)
  const typed = ({ columns }: LoadInto) => columns.map(([name, type]) => ({ name, type: dialect.type(type) }))
  return {
    engine,
    where: `${title} at ${host}`,
    dialect,
    shown: (model) => `${shown}.${ident(model)}`,
    showing: [`create schema if not exists ${shown}`],
    marks,
    atOnce: AT_ONCE,
    print: (query, table, columns) => printed(query, sparkTarget, table, columns),
    connect: async (signal) => connectSpark(await settings(), signal),
    ...(place.lakeUrl === undefined ? {} : { lakeUrl: place.lakeUrl }),
    ...(place.landingUrl === undefined ? {} : { files: sparkFiles(place.landingUrl) }),
    loadFiles: (session, into, files, signal) => loadFiles(session, into.table, typed(into), files, signal),
    load: (session, into, batches, signal) => loadRows(session, into.table, typed(into), batches, signal),
  }
}
