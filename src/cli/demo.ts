import { cp, mkdir, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { duckdb } from '../engines/duckdb/index.ts'
import { all } from '../run/execute.ts'
import { publishedDatabase } from '../run/history.ts'
import { prepare } from '../run/prepare.ts'
import { run } from '../run/run.ts'
import { manifestFolder, readManifest } from '../samples/index.ts'
import { type Command, type Context, toJson } from './command.ts'
import { generate, wholeNumber } from './generate.ts'
import { progressFor } from './progress.ts'
import { runReport } from './report.ts'
import { count, table } from './style.ts'

const example = fileURLToPath(new URL('../../examples/retail', import.meta.url))

export const command: Command = {
  usage: '[DIR] [--customers N] [--seed S]',
  help: `
Makes a project in DIR (default: demo) from the retail example with generated files, runs it and shows what came of it.
Done again on the same folder it just runs: nothing changed, and it says so.
`,
  options: { customers: { type: 'string' }, seed: { type: 'string' } },
  async run(context) {
    const dir = resolve(context.positionals[0] ?? 'demo')
    const landing = join(dir, 'landing')
    if (!(await exists(join(landing, 'Customers.csv')))) await makeProject(context, dir, landing)
    else context.note(`${shown(dir)} is there already: running it again.`)
    const prepared = await prepare(dir)
    const { onEvent, done } = progressFor(context)
    const result = await run(prepared, { signal: context.signal, onEvent }).finally(done)
    const figures = await headlines(prepared.project.root)
    if (context.json) context.print(toJson({ outcome: result.outcome, version: result.version, figures }))
    else {
      context.print(`\n${runReport(prepared.project, result, context.paint)}\n`)
      context.print(
        figures
          .map(
            ({ title, columns, rows }) =>
              `${context.paint('bold', title)}\n${table(columns, rows, context.paint)}`,
          )
          .join('\n\n'),
      )
      context.print(await planted(landing))
      context.print(next(dir, context))
    }
    return 0
  },
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const shown = (dir: string): string => relative(process.cwd(), dir) || '.'

async function makeProject(context: Context, dir: string, landing: string): Promise<void> {
  const customers = wholeNumber(context, 'customers', 10_000)
  context.note(`Making a retailer with ${count(customers)} customers in ${shown(dir)}/landing ...`)
  await mkdir(dir, { recursive: true })
  for (const name of ['c360.yaml', 'contracts'])
    await cp(join(example, name), join(dir, name), { recursive: true })
  await generate(context, landing, { customers, seed: wholeNumber(context, 'seed', 1), dirt: true })
}

interface Figures {
  readonly title: string
  readonly columns: readonly { title: string; align?: 'left' | 'right' }[]
  readonly rows: readonly (readonly string[])[]
}

const questions: readonly { title: string; sql: string }[] = [
  {
    title: 'Average order value (counted orders only)',
    sql: 'select channel, orders, total_sales, average_order_value from average_order_value_by_channel order by orders',
  },
  {
    title: 'Customers by segment',
    sql: `select customer_segment as segment, count(*) as customers, sum(total_spend) as spend,
          cast(100 * sum(total_spend) / sum(sum(total_spend)) over () as decimal(5,1)) as "% of spend"
          from customer_segmentation group by customer_segment order by spend desc`,
  },
  {
    title: 'Busiest hours',
    sql: `select channel, day_of_week, hour_of_day as hour, transaction_count as transactions from peak_times
          qualify row_number() over (partition by channel order by transaction_count desc, iso_weekday, hour_of_day) <= 3 order by channel, transactions desc`,
  },
]

async function headlines(root: string): Promise<Figures[]> {
  const { path } = await publishedDatabase((await prepare(root)).project)
  await using session = await duckdb.connect({ database: path, readOnly: true })
  await session.execute(["set search_path = 'gold,main'"])
  const figures: Figures[] = []
  for (const { title, sql } of questions) {
    const rows = await all(session, sql)
    const names = Object.keys(rows[0] ?? {})
    const columns = names.map((name) => ({
      title: name.replaceAll('_', ' '),
      align: isNumber(rows[0]?.[name]) ? ('right' as const) : ('left' as const),
    }))
    figures.push({ title, columns, rows: rows.map((row) => names.map((name) => cell(row[name]))) })
  }
  return figures
}

const isNumber = (value: unknown): boolean => typeof value !== 'string' || /^-?[\d.]+$/.test(value)

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string' && /^-?\d+\.\d\d$/.test(value))
    return Number(value).toLocaleString('en-US', { minimumFractionDigits: 2 })
  return typeof value === 'bigint' || typeof value === 'number' ? count(Number(value)) : String(value)
}

/** The generator's own word on what it planted, to hold against what was found. */
async function planted(landing: string): Promise<string> {
  const manifest = await readManifest(manifestFolder(landing)).catch(() => undefined)
  if (!manifest) return ''
  const sum = (of: 'quarantined' | 'superseded') =>
    Object.values(manifest.files).reduce((total, file) => total + file[of], 0)
  const { completedOnly } = manifest.truth
  return [
    '',
    `The generator says: ${count(sum('quarantined'))} rows were broken on purpose, ${count(sum('superseded'))} made to be replaced;`,
    `${count(completedOnly.orders)} counted orders worth ${Number(completedOnly.amount).toLocaleString('en-US', { minimumFractionDigits: 2 })}. Compare with the figures above.`,
  ].join('\n')
}

function next(dir: string, context: Context): string {
  const at = shown(dir)
  const c360 = 'npx c360'
  return [
    '',
    context.paint('bold', 'Where everything lies'),
    `  ${at}/landing     the files as they came`,
    `  ${at}/lake        bronze: every row as text, Delta tables any Spark or delta-rs reads`,
    `  ${at}/warehouse   silver and gold: one DuckDB file per version`,
    `  ${at}/contracts   what each source means; change one and run again`,
    '',
    context.paint('bold', 'What to do next'),
    `  ${c360} quarantine list -p ${at}`,
    `  ${c360} sql -p ${at} "select * from customer_360 order by total_spend desc limit 5"`,
    `  ${c360} plan -p ${at}          after you changed a contract or a file`,
    '  npm run demo                   again: nothing changed',
  ].join('\n')
}
