import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dialect } from '../engines/duckdb/dialect.ts'
import { duckdb } from '../engines/duckdb/index.ts'
import { C360Error } from '../errors.ts'
import type { GoldModel } from '../model/gold-model.ts'
import { plan } from '../plan/plan.ts'
import { relations } from '../plan/relations.ts'
import { silverFields } from '../plan/stage.ts'
import type { LakeState, Step } from '../plan/types.ts'
import { didYouMean } from '../project/words.ts'
import { publishedDatabase } from '../run/history.ts'
import { openLake, readLake } from '../run/lake-state.ts'
import type { Prepared } from '../run/prepare.ts'
import { lakeOf, readingLake } from '../run/stores.ts'
import { type Catalog, makeCatalog, ruleQueries } from './catalog.ts'
import type { RowsExplained } from './explained.ts'
import { type Lineage, type LineageInput, lineageOf } from './graph.ts'
import { makePrinter } from './print.ts'
import { explainRows } from './rows.ts'
import { same } from './scope.ts'
import { checkWhere } from './where.ts'

/** A table a person named: `gold.x`, `silver.x`, `conformed.x` or `rules.x`, and perhaps a column of it. */
export interface Subject {
  readonly schema: 'gold' | 'silver' | 'conformed' | 'rules'
  readonly table: string
  readonly column?: string
  readonly columns: readonly string[]
}

export interface Explainer {
  readonly catalog: Catalog
  readonly input: LineageInput
}

/** Everything lineage needs of a project. Nothing has to be published. */
export async function makeExplainer({ project, catalogue }: Prepared): Promise<Explainer> {
  const catalog = await makeCatalog(catalogue, ruleQueries(relations(dialect, project)))
  const text = await readFile(join(project.root, 'c360.yaml'), 'utf8')
  const lines = text.split('\n')
  const ruleLine = (key: string) => {
    const index = lines.findIndex((line) => new RegExp(`^\\s*${key}\\s*:`).test(line))
    return index < 0 ? undefined : index + 1
  }
  return { catalog, input: { catalog, project, ruleLine } }
}

/** Reads `table`, `table.column`, `schema.table` or `schema.table.column`. NOT_FOUND says what was probably meant. */
export function subjectOf({ catalog, input }: Explainer, text: string): Subject {
  const tables = new Map<string, readonly string[]>()
  for (const [name, { model }] of catalog.models)
    tables.set(
      `gold.${name}`,
      model.columns.map((column) => column.name),
    )
  for (const contract of input.project.contracts)
    tables.set(`silver.${contract.source}`, silverFields(contract))
  for (const { name } of relations(dialect, input.project)) tables.set(name, catalog.columns(name) ?? [])
  const parts = text.toLowerCase().split('.')
  const qualified = ['gold', 'silver', 'conformed', 'rules'].includes(parts[0] ?? '') && parts.length > 1
  const [schema = '', table = '', column] = qualified ? parts : ['gold', ...parts]
  const columns = tables.get(`${schema}.${table}`)
  if (!columns || parts.length > (qualified ? 3 : 2))
    throw notFound(
      `There is no table \`${text}\`.`,
      qualified ? `${schema}.${table}` : table,
      [...tables.keys()].map((name) => (qualified ? name : name.replace(/^gold\./, ''))),
    )
  const whole = { schema: schema as Subject['schema'], table, columns }
  if (column === undefined) return whole
  const named = columns.find((name) => same(name, column))
  if (named === undefined) throw notFound(`${schema}.${table} has no column \`${column}\`.`, column, columns)
  return { ...whole, column: named }
}

const notFound = (message: string, word: string, known: readonly string[]): C360Error => {
  const hint = didYouMean(word, known)
  return new C360Error('NOT_FOUND', message, {
    hint: hint ?? 'See `c360 explain --help`.',
    problems: [{ code: 'unknown_name', message, ...(hint === undefined ? {} : { hint }) }],
  })
}

/** One column of a subject, down to the files. */
export const explainColumn = ({ input }: Explainer, { schema, table }: Subject, column: string): Lineage =>
  lineageOf(input, schema === 'gold' ? table : `${schema}.${table}`, column)

export interface StepSql {
  readonly name: string
  readonly kind: Step['kind']
  readonly statements: readonly string[]
}

/** The statements a full rebuild runs for the tables of a lineage, in the order it runs them. */
export async function sqlOf({ project, models }: Prepared, lineage: Lineage): Promise<readonly StepSql[]> {
  const lake = await bronzeOf(project)
  const { steps } = plan({ project, models, dialect, lake, published: undefined, fullRefresh: true })
  const tables = new Set(lineage.nodes.map(({ layer, table }) => `${layer}.${table}`))
  const nameOf = ({ kind, name }: Step): string =>
    kind === 'model' ? `gold.${name.toLowerCase()}` : kind === 'source' ? `silver.${name}` : name
  return steps
    .filter((step) => tables.has(nameOf(step)))
    .map((step) => ({ name: nameOf(step), kind: step.kind, statements: step.statements }))
}

async function bronzeOf(project: Prepared['project']): Promise<LakeState> {
  await using session = readingLake(await duckdb.connect({}), project)
  return (await readLake(openLake(lakeOf(project), session, project.contracts))).state
}

export interface RowsOptions {
  readonly where: string | undefined
  readonly limit: number
  readonly reveal: boolean
}

/** The rows of the files behind rows of a gold model, as published. USAGE for a condition that cannot be used. */
export async function explainModelRows(
  { catalog }: Explainer,
  { project }: Prepared,
  { table, column }: Subject,
  { where, limit, reveal }: RowsOptions,
): Promise<RowsExplained & { readonly version: number }> {
  const model = catalog.models.get(table)?.model as GoldModel
  if (where !== undefined) await checkWhere(model, where)
  const { path, version } = await publishedDatabase(project)
  const lake = await bronzeOf(project)
  await using session = readingLake(await duckdb.connect({ database: path, readOnly: true }), project)
  const input = {
    d: dialect,
    project,
    catalog,
    printer: await makePrinter(),
    session,
    bronze: lake.sources,
    limit,
    reveal,
  }
  return { version, ...(await explainRows(input, model, where, column)) }
}
