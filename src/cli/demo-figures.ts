import { duckdb } from '../engines/duckdb/index.ts'
import type { Project } from '../project/types.ts'
import { all } from '../run/execute.ts'
import { publishedDatabase } from '../run/history.ts'
import type { RunResult } from '../run/run.ts'
import { type GeneratorName, type Manifest, manifestFolder, readManifest } from '../samples/index.ts'
import { count } from './style.ts'

/** A small table for people. */
export interface Figures {
  readonly title: string
  readonly columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[]
  readonly rows: readonly (readonly string[])[]
}

interface Question {
  readonly title: string
  readonly sql: string
}

const channels: Question = {
  title: 'Average order value (counted orders only)',
  sql: 'select channel, orders, total_sales, average_order_value from average_order_value_by_channel order by orders',
}
const segments: Question = {
  title: 'Customers by segment',
  sql: `select customer_segment as segment, count(*) as customers, sum(total_spend) as spend,
        cast(100 * sum(total_spend) / sum(sum(total_spend)) over () as decimal(5,1)) as "% of spend"
        from customer_segmentation group by customer_segment order by spend desc`,
}
const actions: Question = {
  title: 'Suggested actions (rules of c360.yaml)',
  sql: `select suggested_action as action, count(*) as customers from customer_360
        where suggested_action is not null group by suggested_action order by customers desc`,
}
const tickets: Question = {
  title: 'Tickets by time to resolution',
  sql: 'select resolution_bucket as "time to resolution", tickets, share as "% of tickets" from tickets_by_resolution_time order by bucket_rank',
}

const questions: Readonly<Record<GeneratorName, readonly Question[]>> = {
  unified: [channels, segments, tickets, actions],
  retail: [channels, segments],
  choice: [channels, tickets, actions],
}

/** What a user of the project would look at first, from the published version. */
export async function headlines(project: Project, name: GeneratorName): Promise<Figures[]> {
  const figures: Figures[] = []
  for (const { title, sql } of questions[name]) {
    const rows = await published(project, sql)
    const names = Object.keys(rows[0] ?? {})
    figures.push({
      title,
      columns: names.map((column) => ({
        title: column.replaceAll('_', ' '),
        align: isNumber(rows[0]?.[column]) ? 'right' : 'left',
      })),
      rows: rows.map((row) => names.map((column) => cell(row[column]))),
    })
  }
  return figures
}

async function published(project: Project, sql: string): Promise<Record<string, unknown>[]> {
  const { path } = await publishedDatabase(project)
  await using session = await duckdb.connect({ database: path, readOnly: true })
  await session.execute(["set search_path = 'gold,main'"])
  return await all(session, sql)
}

const isNumber = (value: unknown): boolean => typeof value !== 'string' || /^-?[\d.]+$/.test(value)

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string' && /^-?\d+\.\d\d$/.test(value)) return amount(value)
  return typeof value === 'bigint' || typeof value === 'number' ? count(Number(value)) : String(value)
}

const amount = (value: string): string =>
  Number(value).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** The generator's own word on what it planted and what the data means, held against what was found. */
export async function comparison(
  project: Project,
  { manifest: version }: RunResult,
): Promise<{ readonly agrees: boolean; readonly text: string }> {
  const told = await readManifest(manifestFolder(project.landing)).catch(() => undefined)
  if (!told) return { agrees: true, text: 'What the generator planted is not known: its manifest is gone.' }
  const [all = {}] = await published(
    project,
    `select orders, total_sales from average_order_value_by_channel where channel = 'all'`,
  )
  const accounts = Object.values(version?.accounts ?? {}).flat()
  const found = {
    held: accounts.reduce((sum, { quarantined }) => sum + quarantined, 0),
    orders: Number(all.orders ?? 0),
    sales: String(all.total_sales ?? '0.00'),
  }
  const planted = {
    held: Object.values(told.files).reduce((sum, { quarantined }) => sum + quarantined, 0),
    ...countedSales(told),
  }
  const agrees =
    found.held === planted.held && found.orders === planted.orders && found.sales === planted.sales
  const words = ({ held, orders, sales }: typeof found) =>
    `${count(held)} rows to be held back, ${count(orders)} counted orders worth ${amount(sales)}`
  return {
    agrees,
    text: agrees
      ? `${words(found)}: exactly what the generator says it made.`
      : `Found: ${words(found)}. The generator says: ${words(planted)}. They should be equal, unless files or contracts were changed.`,
  }
}

function countedSales(told: Manifest): { orders: number; sales: string } {
  switch (told.generator) {
    case 'retail':
      return { orders: told.truth.completedOnly.orders, sales: told.truth.completedOnly.amount }
    case 'choice':
      return { orders: told.truth.transactions.orders, sales: told.truth.transactions.amount }
    case 'unified':
      return {
        orders: told.truth.activity.transactions.orders,
        sales: told.truth.activity.transactions.amount,
      }
  }
}
