import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { databricksBundle } from '../../src/run/target/bundle.ts'
import { csv, customers, HELD, ORDER, ordersWith, small } from '../history/small.ts'
import type { Lab } from '../support/lab.ts'
import { sparkWhenAsked } from '../support/spark.ts'

const run = promisify(execFile)
const defaults = { catalog: 'main', schemaPrefix: 'c360_', landing: '/Volumes/main/c360/landing' }
const models = ['dim_customers', 'fact_transactions', 'customer_purchases']
const contracts = {
  customers: customers(),
  orders: ordersWith(HELD, 'key: [transaction_id]', 'order: [occurred_at]'),
}

let lab: Lab
beforeAll(async () => {
  lab = await small(contracts, models)
})
afterAll(() => lab[Symbol.asyncDispose]())

describe('a Databricks Asset Bundle', () => {
  it('is the same for the same project, and its job has a task per layer', async () => {
    const files = await databricksBundle(await lab.prepared(), defaults)
    expect([...files]).toEqual([...(await databricksBundle(await lab.prepared(), defaults))])
    const bundle = parse(files.get('databricks.yml') ?? '')
    expect(bundle).toMatchObject({
      bundle: { name: expect.stringMatching(/^c360_/) },
      include: ['resources/*.yml'],
      variables: { catalog: { default: 'main' }, schema_prefix: { default: 'c360_' } },
    })
    const { c360: job } = parse(files.get('resources/c360.job.yml') ?? '').resources.jobs
    expect(job.schedule).toMatchObject({ quartz_cron_expression: '0 0 5 * * ?', pause_status: 'PAUSED' })
    expect(job.parameters.map(({ name }: { name: string }) => name)).toEqual([
      'catalog',
      'schema_prefix',
      'landing',
    ])
    for (const task of job.tasks) {
      expect(files.has(task.spark_python_task.python_file.replace('../', ''))).toBe(true)
      expect(task.environment_key).toBe(job.environments[0].environment_key)
    }
    expect(
      job.tasks.map(({ task_key, depends_on }: { task_key: string; depends_on?: { task_key: string }[] }) => [
        task_key,
        depends_on?.[0]?.task_key,
      ]),
    ).toEqual([
      ['bronze', undefined],
      ['silver', 'bronze'],
      ['gold', 'silver'],
    ])
  })

  it('refers to variables, parameters, tasks and environments that are there, and lies where only its owner writes', async () => {
    const files = await databricksBundle(await lab.prepared(), defaults)
    const { variables, targets } = parse(files.get('databricks.yml') ?? '')
    const yaml = files.get('resources/c360.job.yml') ?? ''
    const { tasks, parameters, environments } = parse(yaml).resources.jobs.c360
    const named = (list: readonly Record<string, string>[], key: string) => list.map((one) => one[key])
    const asked = (pattern: RegExp) =>
      [...new Set([...yaml.matchAll(pattern)].map(([, name]) => name))].sort()
    expect(asked(/\$\{var\.(\w+)\}/g)).toEqual(Object.keys(variables).sort())
    expect(asked(/\{\{job\.parameters\.(\w+)\}\}/g)).toEqual(named(parameters, 'name').sort())
    expect(asked(/\$\{(?!var\.)([^}]*)\}/g)).toEqual(['workspace.file_path'])
    for (const { depends_on = [], environment_key } of tasks) {
      expect(named(tasks, 'task_key')).toEqual(expect.arrayContaining(named(depends_on, 'task_key')))
      expect(named(environments, 'environment_key')).toContain(environment_key)
    }
    expect(targets.prod.workspace.root_path).toMatch(
      /^\/Workspace\/Users\/\$\{workspace\.current_user\.userName\}\//,
    )
  })

  it('names no place but by its variables, and a file per step', async () => {
    const files = await databricksBundle(await lab.prepared(), defaults)
    const sql = [...files].filter(([path]) => path.endsWith('.sql'))
    expect(sql.map(([path]) => path)).toEqual(
      expect.arrayContaining([
        'sql/silver/001_schemas.sql',
        'sql/silver/002_customers.sql',
        'sql/silver/003_orders.sql',
      ]),
    )
    for (const [, text] of sql) expect(text).not.toMatch(/`main`|`c360_(bronze|silver|gold|work)/)
    const gold = sql.find(([path]) => path.endsWith('dim_customers.sql'))?.[1] ?? ''
    expect(gold).toMatch(
      /^create or replace table `\$\{catalog\}`\.`\$\{prefix\}gold_tables`\.`dim_customers`/,
    )
    expect(gold).toMatch(/\n;\n-- certify `\$\{catalog\}`\.`\$\{prefix\}gold`\.`dim_customers` of /)
  })

  it('refuses what a job without a memory cannot do, at the lines of the contracts', async () => {
    await using other = await small({
      customers: customers('load: full'),
      orders: ordersWith('customer_id', 'key: [transaction_id]').replace('orders*.csv', 'orders*.xlsx'),
    })
    await expect(databricksBundle(await other.prepared(), defaults)).rejects.toMatchObject({
      code: 'PROJECT_INVALID',
      problems: [
        { code: 'bundle_full_load', file: 'contracts/customers.yaml', line: 1 },
        { code: 'bundle_format', file: 'contracts/orders.yaml', line: 1 },
      ],
    })
  })
})

const home = await sparkWhenAsked()

describe.skipIf('skipped' in home)(`its job${'skipped' in home ? ` (${home.skipped})` : ''}`, () => {
  it('builds in Spark the gold that the embedded engine builds', async () => {
    await lab.put(
      'customers-1.csv',
      csv('ID,Name', 'C1,"Ann ""A"", x"', 'C2,Bob', 'C2,Bobby', ',Nobody', 'C4,a,b'),
    )
    await lab.put('customers-2.csv', csv('Name,ID,City', 'Cy,C3,Graz', 'Di,C5'))
    await lab.put('orders-1.csv', csv(ORDER, '1,C1,2024-01-01,10', '2,C9,2024-01-02,20.005', '3,C1,soon,x'))
    await lab.put('orders-2.csv', csv(ORDER, '1,C2,2024-02-01,11', '4,C3,2024-02-02T10:00:00+02:00,5'))
    await lab.put('orders-3.csv', csv(ORDER, '1,C2,2024-02-01,11', '4,C3,2024-02-02T10:00:00+02:00,5'))
    await lab.run()
    const there = await rowsOfJob()
    for (const model of models) {
      const here = await lab.sql(`select * from gold.${model}`)
      expect(texts(there.get(model) ?? [])).toEqual(texts(here))
      expect(here.length).toBeGreaterThan(0)
    }
    const held = 'source, _source_file, _row_number'
    expect(
      texts(
        (there.get('quarantine') ?? []).map(({ source, _source_file, _row_number }) => ({
          source,
          _source_file,
          _row_number,
        })),
      ),
    ).toEqual(texts(await lab.sql(`select ${held} from silver.quarantine`)))
  }, 600_000)
})

type Row = Readonly<Record<string, unknown>>

/** Runs the bundle's scripts in Spark; rows of gold as readers see it, and of the quarantine. */
async function rowsOfJob(): Promise<Map<string, Row[]>> {
  if ('skipped' in home) return new Map()
  const folder = await mkdtemp(join(tmpdir(), 'c360-bundle-'))
  try {
    const bundle = join(folder, 'bundle')
    for (const [path, text] of await databricksBundle(await lab.prepared(), defaults)) {
      await mkdir(dirname(join(bundle, path)), { recursive: true })
      await writeFile(join(bundle, path), text)
    }
    const tables = [...models.map((name) => `job_gold.${name}`), 'job_silver.quarantine']
    const script = join(import.meta.dirname, 'bundle.py')
    const args = [
      '-B',
      script,
      bundle,
      `file:${join(lab.root, 'landing')}`,
      folder,
      tables.join(','),
      ...home.jars,
    ]
    const { stdout } = await run(home.python, args, { maxBuffer: 1e8 })
    const lines = stdout.split('\n').filter((line) => line.startsWith('ROWS '))
    return new Map(
      lines.map((line) => {
        const [table, rows] = JSON.parse(line.slice(5)) as [string, Row[]]
        return [table.split('.')[1] ?? '', rows]
      }),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Rows as sorted texts: numbers by their value. */
const texts = (rows: readonly Row[]): string[] =>
  rows
    .map((row) =>
      Object.entries(row)
        .map(([name, value]) => `${name}=${textOf(value)}`)
        .join(' '),
    )
    .sort()

function textOf(value: unknown): string {
  if (value === null) return '-'
  const text = String(value)
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text
}
