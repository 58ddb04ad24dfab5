import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { duckdb } from '../engines/duckdb/index.ts'
import type { Session } from '../engines/engine.ts'
import { C360Error, type Problem } from '../errors.ts'
import { relationOf } from '../plan/names.ts'
import type { Contract, Project } from '../project/types.ts'
import { all } from '../run/execute.ts'
import { publishedDatabase } from '../run/history.ts'
import { masked, withoutValues } from '../run/masked.ts'
import type { Prepared } from '../run/prepare.ts'
import { connectTo } from '../run/work.ts'
import { accountings } from './accounting.ts'
import { bindView, type LegacyView } from './bind.ts'
import { compareRows, LEGACY_ROWS } from './compare.ts'
import { blocksOf, joinFindings } from './joins.ts'
import { type GoldColumns, isMeasure, type Mapping, mapView, type Pair } from './mapping.ts'
import type { Ask } from './measure.ts'
import { nameGroupings } from './names.ts'
import { readSettings, type Settings } from './settings.ts'
import { legacySources } from './sources.ts'
import { PRELUDE } from './tsql/prelude.ts'
import { outName } from './tsql/result.ts'
import { quoted } from './tsql/scope.ts'
import type { Reconciliation } from './types.ts'

export interface ReconcileOptions {
  readonly signal?: AbortSignal
}

/**
 * Runs a legacy view in T-SQL over the published version's silver, under the sources' own names, and compares it with
 * a certified gold model. `file` is its name in Problems. PROJECT_INVALID carries what in the view is not understood;
 * SQL_FAILED what fails while it runs, without values; NOT_FOUND before the first run.
 */
export async function reconcile(
  { project, catalogue }: Pick<Prepared, 'project' | 'catalogue'>,
  text: string,
  file: string,
  options: ReconcileOptions = {},
): Promise<Reconciliation> {
  const sources = legacySources(duckdb.dialect, project)
  const view = await bindView(text, file, sources.find)
  if ('code' in view) throw refused([view])
  const settings = readSettings(view.settings, file)
  if (isProblems(settings)) throw refused(settings)
  const { version, path } = await publishedDatabase(project)
  const made = [...sources.statements([view.query.sql, ...view.stages]), ...view.stages]
  await using session = await openSandbox(project, path)
  const ask = remembering((sql) => all(session, sql, options.signal))
  try {
    const gold = await goldColumns(ask)
    const mapping = mapView(view, settings, catalogue, gold, file)
    if (isProblems(mapping)) throw refused(mapping)
    const key = await uniqueKey(ask, mapping)
    if (!key) throw refused([notUnique(mapping, file)])
    await materialize(session, [...made, materialized(view)], file, options)
    return await findings({ ask, project, catalogue, gold, view, settings, mapping, key, file, version })
  } catch (error) {
    throw withoutValues(error)
  }
}

const isProblems = (value: unknown): value is readonly Problem[] => Array.isArray(value)

const refused = (problems: readonly Problem[]): C360Error =>
  new C360Error('PROJECT_INVALID', 'The view cannot be reconciled:', {
    problems,
    hint: 'See docs/reconcile.md for the T-SQL that is understood.',
  })

/** Nothing changes once the view has run: what two findings ask is asked once. */
function remembering(ask: Ask): Ask {
  const answers = new Map<string, ReturnType<Ask>>()
  return (sql) => {
    const answer = answers.get(sql) ?? ask(sql)
    answers.set(sql, answer)
    return answer
  }
}

async function openSandbox(project: Project, database: string): Promise<Session> {
  // Only needed where rows do not fit into memory: a project that may only be read is no reason to fail.
  await mkdir(join(project.root, '.c360'), { recursive: true }).catch(() => undefined)
  const session = await connectTo(project, { database, readOnly: true })
  await session.execute([
    "set search_path = 'gold,main'",
    ...PRELUDE,
    'set enable_external_access = false',
    'set lock_configuration = true',
  ])
  return session
}

async function goldColumns(ask: Ask): Promise<GoldColumns> {
  const rows = await ask(
    "select table_name as t, column_name as c, data_type as d from duckdb_columns() where schema_name = 'gold' and database_name = current_database() order by column_index",
  )
  const tables = new Map<string, Map<string, string>>()
  for (const { t, c, d } of rows) {
    const columns = tables.get(String(t)) ?? new Map<string, string>()
    tables.set(String(t), columns.set(String(c), String(d)))
  }
  return tables
}

const materialized = ({ query, columns }: LegacyView): string =>
  `create temp table ${LEGACY_ROWS} as select row_number() over () as _row, ${query.columns
    .map(({ name }, index) => `${outName(name, index)} as ${quoted(columns[index]?.name ?? '')}`)
    .join(', ')} from (${query.sql}) q`

/** Runs the view once, its sources and parts first. What the engine's binder refuses is a mistake in the view. */
async function materialize(
  session: Session,
  statements: readonly string[],
  file: string,
  { signal }: ReconcileOptions,
): Promise<void> {
  try {
    await session.execute(statements, signal ? { signal } : {})
  } catch (error) {
    if (!(error instanceof C360Error) || error.code !== 'SQL_FAILED' || !/^Binder Error/.test(error.message))
      throw error
    throw refused([
      { code: 'legacy_sql', message: `the view does not run: ${masked(error.message)}`, file, line: 1 },
    ])
  }
}

/** A key must tell the model's rows apart. */
async function uniqueKey(ask: Ask, { model, keys }: Mapping): Promise<readonly Pair[] | undefined> {
  for (const key of keys) {
    const list = key.map(({ certified }) => quoted(certified)).join(', ')
    const [row] = await ask(
      `select count(*) as n from (select 1 from gold.${quoted(model.name)} group by ${list} having count(*) > 1) d`,
    )
    if (Number(row?.n) === 0) return key
  }
  return undefined
}

const notUnique = ({ model, keys }: Mapping, file: string): Problem => ({
  code: 'legacy_settings',
  message: `${keys[0]?.map(({ legacy }) => `\`${legacy.name}\``).join(', ')} does not tell the rows of \`${model.name}\` apart`,
  hint: `its grain is ${model.grain.join(', ')}: name the columns, /* reconcile: key: [..] */`,
  file,
  line: 1,
})

interface Work {
  readonly ask: Ask
  readonly project: Project
  readonly catalogue: Prepared['catalogue']
  readonly gold: GoldColumns
  readonly view: LegacyView
  readonly settings: Settings
  readonly mapping: Mapping
  readonly key: readonly Pair[]
  readonly file: string
  readonly version: number
}

async function findings(work: Work): Promise<Reconciliation> {
  const { ask, project, catalogue, gold, view, settings, mapping, key, file, version } = work
  const { model, pairs } = mapping
  const { rows, columns, grain, largest } = await compareRows(ask, mapping, key, view.columns, settings)
  const measures = pairs.filter((pair) => !key.includes(pair) && isMeasure(pair) && !pair.legacy.hidden)
  const sourcesOf = (relation: string) => sourcesBehind(project, catalogue, relation)
  const names = view.columns.map(({ name }) => name)
  const books = {
    ask,
    query: view.query,
    rows: LEGACY_ROWS,
    mapping,
    catalogue,
    gold,
    sourcesOf,
    columns: names,
  }
  const blocks = blocksOf(view.query)
  return {
    view: view.name,
    file,
    model: model.name,
    version,
    assumed: [...mapping.assumed, ...keyAssumed(settings, key)],
    differs: rows.onlyLegacy + rows.onlyCertified + rows.different > 0 || grain.repeatedKeys > 0,
    columns,
    unmapped: names.filter((name) => !pairs.some(({ legacy }) => legacy.name === name)),
    rows,
    grain,
    largest,
    measures: await accountings(books, measures),
    joins: await inTurn(blocks, (block) => joinFindings(ask, block)),
    names: await inTurn(blocks, (block) => nameGroupings(ask, block)),
  }
}

const keyAssumed = ({ key }: Settings, pairs: readonly Pair[]): string[] =>
  key.length > 0 ? [] : [`rows matched by ${pairs.map(({ legacy }) => legacy.name).join(', ')}`]

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R[]>): Promise<R[]> {
  const found: R[] = []
  for (const item of items) found.push(...(await work(item)))
  return found
}

/** The sources whose rows a fact holds: those of the entities it reads the conformed relations of. */
function sourcesBehind(
  project: Project,
  catalogue: Prepared['catalogue'],
  relation: string,
): ReadonlySet<string> {
  const reads = catalogue.find(({ name }) => name === relation)?.reads ?? []
  const holds = ({ entity, key }: Contract) =>
    reads.some(({ schema, name }) => schema === 'conformed' && name === relationOf[entity]) && key.length > 0
  return new Set(project.contracts.filter(holds).map(({ source }) => source))
}
