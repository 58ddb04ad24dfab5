import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateUnified, type UnifiedManifest } from '../../src/samples/index.ts'
import { describeActivity } from './activity.ts'
import { misjudged, type Planted, planted, wronged } from './planted.ts'

describe('the unified example over generated files', () => {
  let it: Planted<UnifiedManifest>
  beforeAll(async () => {
    it = await planted('unified', (landing, manifest) =>
      generateUnified(landing, { customers: 1200, seed: 5, manifest }),
    )
  })
  afterAll(() => it?.[Symbol.asyncDispose]())

  test('every planted defect has its fate and exactly its own reason; no good row suffers', () => {
    expect(it.result.outcome).toBe('published')
    expect(misjudged(it)).toEqual([])
    expect(wronged(it)).toEqual([])
  })

  describeActivity(() => ({ project: it.project, truth: it.manifest.truth.activity }))

  test('three channels, each with its own sales', async () => {
    const { channels } = it.manifest.truth
    expect(
      await it.project.query(
        "select channel, orders::int as orders, total_sales as amount from average_order_value_by_channel where channel <> 'all' order by channel",
      ),
    ).toEqual(
      Object.entries(channels)
        .map(([channel, { orders, amount }]) => ({ channel, orders, amount }))
        .sort((a, b) => (a.channel < b.channel ? -1 : 1)),
    )
  })

  test('a customer of both sources is one, and Customers.csv is believed first', async () => {
    const { conflicts, onlyInMaster } = it.manifest.truth
    const both = 'silver.customers c join silver.customer_master m using (customer_id)'
    expect(
      await it.project.query(
        `select count(case when c.name <> m.name then 1 end)::int as name, count(case when c.email <> m.email then 1 end)::int as email from ${both}`,
      ),
    ).toEqual([conflicts])
    expect(
      await it.project.query(
        `select count(*)::int as n from ${both} join dim_customers d using (customer_id)
         where d.name is distinct from c.name or d.email is distinct from coalesce(c.email, m.email) or d.city is distinct from m.city`,
      ),
    ).toEqual([{ n: 0 }])
    expect(
      await it.project.query("select count(*)::int as n from dim_customers where source = 'customer_master'"),
    ).toEqual([{ n: onlyInMaster }])
  })

  test('tickets of both desks: those without a time are in no average', async () => {
    const [row] = await it.project.query(
      "select count(distinct source)::int as desks, count(case when source = 'customer_service_interactions' and resolution_seconds is not null then 1 end)::int as timed from fact_service_interactions",
    )
    expect(row).toEqual({ desks: 2, timed: 0 })
  })
})
