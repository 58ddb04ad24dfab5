import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { GoldModel } from '../../src/model/gold-model.ts'
import type { TableRead } from '../../src/sql/reads.ts'
import { share } from '../support/long.ts'
import { fillSample } from './sample.ts'
import { goldModels, Warehouse } from './warehouse.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const models = await goldModels()

/** Models whose figures cannot change when rows of an input are doubled: days or months from the first to the last. */
const IMMUNE = ['dim_date', 'dim_month']

const pathOf = ({ schema, name }: TableRead): string => `${schema ?? 'gold'}.${name}`

let warehouse: Warehouse
beforeAll(async () => {
  warehouse = await Warehouse.open()
  await fillSample(warehouse)
  await warehouse.build(models)
})
afterAll(() => warehouse?.[Symbol.asyncDispose]())

/** The model's SQL with one of its inputs replaced. */
function reading(model: GoldModel, read: TableRead, replacement: string): string {
  const name = read.schema === undefined ? read.name : `${read.schema}.${read.name}`
  return model.sql.replaceAll(
    new RegExp(`\\b(from|join) ${name.replace('.', '\\.')}\\b`, 'g'),
    `$1 ${replacement}`,
  )
}

type Outcome = 'unchanged' | 'refused' | 'certified'

/** What becomes of a model that sees `rows` instead of the input, while the certificate looks at the real one. */
async function outcome(model: GoldModel, read: TableRead, rows: string): Promise<Outcome> {
  await warehouse.run(`create or replace table shadow.input as ${rows}`)
  const sql = reading(model, read, 'shadow.input')
  expect(sql).not.toBe(model.sql)
  await warehouse.run(`create or replace table shadow.result as ${sql}`)
  const difference = await warehouse.rows(`select count(*) as n from (
    (from shadow.result except all from gold.${model.name}) union all (from gold.${model.name} except all from shadow.result))`)
  if (difference[0]?.n === '0') return 'unchanged'
  return certifying(model, 'shadow.result')
}

async function certifying(model: GoldModel, table: string): Promise<Outcome> {
  await warehouse.run('begin')
  await warehouse.run(`create or replace table gold.${model.name} as from ${table}`)
  const { certified } = await warehouse.certify(model)
  await warehouse.run('rollback')
  return certified ? 'certified' : 'refused'
}

test('the sample itself is certified', async () => {
  expect(await warehouse.failures(models)).toEqual([])
})

describe.each(models.map((model) => ({ name: model.name, model })))('$name', ({ model }) => {
  test('is refused whenever doubled rows of an input change it', async () => {
    const outcomes: Outcome[] = []
    for (const read of model.reads) {
      const path = pathOf(read)
      const doubled = [`from ${path} union all from ${path}`]
      const [counted] = await warehouse.rows(`select count(*) as n from ${path}`)
      const step = Math.max(1, Math.floor(Number(counted?.n) / share(6)))
      for (let row = 0; row < Number(counted?.n); row += step)
        doubled.push(`from ${path} union all (from ${path} limit 1 offset ${row})`)
      for (const rows of doubled) {
        const result = await outcome(model, read, rows)
        expect({ path, rows, result }).not.toMatchObject({ result: 'certified' })
        outcomes.push(result)
      }
    }
    expect(outcomes.includes('refused')).toBe(!IMMUNE.includes(model.name))
  })

  test('is refused when a row of its own is lost or doubled', async () => {
    await warehouse.run(`create or replace table shadow.lost as from gold.${model.name} offset 1`)
    await warehouse.run(
      `create or replace table shadow.twice as from gold.${model.name} union all (from gold.${model.name} limit 1)`,
    )
    expect(await certifying(model, 'shadow.twice')).toBe('refused')
    expect(await certifying(model, 'shadow.lost')).toBe('refused')
  })
})

test('the join fan-out of the reference view is refused', async () => {
  const [model] = models.filter(({ name }) => name === 'customer_segmentation')
  if (!model) throw new Error('no customer_segmentation')
  await warehouse.run(`create or replace table shadow.fanned as
    with joined as (
      select c.customer_id, c.name, o.transaction_id, coalesce(case when o.channel = 'online' then o.amount end, 0) as online,
        coalesce(case when o.channel = 'in_store' then o.amount end, 0) as in_store, coalesce(o.amount, 0) as amount, a.tier
      from gold.dim_customers c
      left join gold.fact_transactions o on o.customer_id = c.customer_id and o.is_sale
      left join gold.dim_loyalty_accounts a on a.customer_id = c.customer_id)
    select customer_id, min(name) as customer_name, sum(online) as online_spend, sum(in_store) as in_store_spend,
      sum(amount) as total_spend, count(distinct transaction_id) as purchase_frequency, max(tier) as tier_level,
      'Regular Customer' as customer_segment
    from joined group by customer_id`)
  expect(await certifying(model, 'shadow.fanned')).toBe('refused')
})
