import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { dialect } from '../../src/engines/duckdb/dialect.ts'
import { compileModels } from '../../src/model/compile.ts'
import { entities } from '../../src/model/entities.ts'
import { shippedModels } from '../../src/model/gold.ts'
import type { GoldModel } from '../../src/model/gold-model.ts'
import { orderModels } from '../../src/model/order.ts'
import type { FieldType } from '../../src/model/types.ts'
import { type Certificate, certificateOf, certifySql } from '../../src/plan/certify.ts'
import { ruleNames, ruleRelations } from '../../src/plan/rules.ts'
import { projectFrom } from '../../src/project/load.ts'
import type { Project } from '../../src/project/types.ts'
import { ratioMacro } from '../../src/sql/ratio.ts'

export type Row = Record<string, unknown>

export interface RuleOptions {
  readonly statuses?: readonly string[]
  readonly percentile?: number
  readonly population?: 'all_customers' | 'buyers'
  readonly asOf?: string
  readonly more?: readonly string[]
}

/** A project with these lines below `rules:`; it must be without mistakes. */
function projectOf(rules: readonly string[]): Project {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const lines = rules.map((line) => `  ${line}\n`).join('')
  const config = `version: 1\nname: test\ntime_zone: UTC\ncurrency: USD\nrules:\n${lines}`
  const contract = 'files: c.csv\nentity: customer\nkey: [customer_id]\ncolumns: { ID: customer_id }\n'
  const { project, problems } = projectFrom({
    root: '/project',
    config: { path: 'c360.yaml', bytes: bytes(config) },
    contracts: [{ path: 'contracts/customers.yaml', bytes: bytes(contract) }],
    models: [],
  })
  if (!project) throw new Error(JSON.stringify(problems))
  return project
}

const TYPES: Record<FieldType, string> = {
  text: 'varchar',
  integer: 'bigint',
  decimal: 'decimal(18,2)',
  date: 'date',
  timestamp: 'timestamp',
  boolean: 'boolean',
}

const plural = (name: string): string => (name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`)

export const RULES = ruleNames.map((name) => `rules.${name}`)
export const EXTERNALS = [...entities.map(({ name }) => `conformed.${plural(name)}`), ...RULES]

/** The shipped models in the order they are built. */
export async function goldModels(): Promise<readonly GoldModel[]> {
  const { models, problems } = await compileModels(shippedModels())
  const ordered = orderModels(models, EXTERNALS)
  const all = [...problems, ...ordered.problems]
  if (all.length > 0) throw new Error(JSON.stringify(all, null, 1))
  return ordered.models
}

/** A warehouse in memory with empty inputs and usual rules. */
export class Warehouse implements AsyncDisposable {
  readonly connection: DuckDBConnection

  private constructor(connection: DuckDBConnection) {
    this.connection = connection
  }

  static async open(): Promise<Warehouse> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
    const warehouse = new Warehouse(await instance.connect())
    for (const schema of ['conformed', 'rules', 'gold', 'shadow'])
      await warehouse.run(`create schema ${schema}`)
    await warehouse.run(ratioMacro())
    for (const { name, fields } of entities) {
      const columns = fields.map((field) => `${field.name} ${TYPES[field.type]}`)
      const locals = fields
        .filter(({ type }) => type === 'timestamp')
        .map((field) => `${field.name}_local timestamp`)
      await warehouse.run(
        `create table conformed.${plural(name)} (${[...columns, ...locals, 'source varchar'].join(', ')})`,
      )
    }
    await warehouse.rules()
    await warehouse.run("set search_path = 'gold,main'")
    return warehouse
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.closeSync()
  }

  async run(sql: string): Promise<void> {
    await this.connection.run(sql)
  }

  /** Rows with exact texts for decimals and dates. */
  async rows(sql: string): Promise<Row[]> {
    return (await this.connection.runAndReadAll(sql)).getRowObjectsJson() as Row[]
  }

  /** The tables of `rules`, as the planner makes them from c360.yaml; `more` are further lines below `rules:`. */
  async rules(options: RuleOptions = {}): Promise<void> {
    const { statuses = ['Completed'], percentile, population, asOf, more = [] } = options
    const written = [
      `counted_statuses: ${JSON.stringify(statuses)}`,
      ...(asOf === undefined ? [] : [`as_of: ${asOf}`]),
      ...more,
    ]
    const project = projectOf(written)
    const { highValue } = project.rules
    const rules = {
      ...project.rules,
      highValue: {
        percentile: percentile ?? highValue.percentile,
        population: population ?? highValue.population,
      },
    }
    for (const { statements } of ruleRelations(dialect, { ...project, rules }))
      for (const statement of statements) await this.run(statement)
  }

  /** Adds rows to an input; fields that are not given are NULL, `<field>_local` is the same wall clock. */
  async add(name: string, rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      const locals = Object.entries(row)
        .filter(([key]) => ['occurred_at', 'opened_at', 'resolved_at', 'started_at'].includes(key))
        .map(([key, value]) => [`${key}_local`, value])
      const all = Object.entries({ source: 'test', ...Object.fromEntries(locals), ...row })
      const values = all.map(([, value]) =>
        value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`,
      )
      await this.run(
        `insert into conformed.${name} (${all.map(([key]) => key).join(', ')}) values (${values.join(', ')})`,
      )
    }
  }

  /** Sales with the order as the transaction where none is given. */
  async sell(rows: readonly Row[]): Promise<void> {
    const usual = { channel: 'online', occurred_at: '2025-03-01 10:00:00', status: 'Completed' }
    await this.add(
      'transactions',
      rows.map((row) => ({ order_id: row.transaction_id, ...usual, ...row })),
    )
  }

  async build(models: readonly GoldModel[]): Promise<void> {
    for (const { name, sql } of models) await this.run(`create or replace table gold."${name}" as ${sql}`)
  }

  async certify(model: GoldModel): Promise<Certificate> {
    const [row] = await this.rows(certifySql(model))
    return certificateOf(row)
  }

  /** Checks that are not ok, over all models, as `model: kind name`. */
  async failures(models: readonly GoldModel[]): Promise<string[]> {
    const failures: string[] = []
    for (const model of models) {
      const { checks } = await this.certify(model)
      const broken = checks.filter(({ ok, severity }) => !ok && severity === 'fail')
      failures.push(...broken.map(({ kind, name }) => `${model.name}: ${kind} ${name}`))
    }
    return failures
  }
}
