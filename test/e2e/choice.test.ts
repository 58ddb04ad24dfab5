import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChoiceManifest, generateChoice } from '../../src/samples/index.ts'
import { describeActivity } from './activity.ts'
import { misjudged, type Planted, planted, wronged } from './planted.ts'

describe('the choice example over generated workbooks', () => {
  let it: Planted<ChoiceManifest>
  beforeAll(async () => {
    it = await planted('choice', (landing, manifest) =>
      generateChoice(landing, { customers: 1500, seed: 7, manifest }),
    )
  })
  afterAll(() => it?.[Symbol.asyncDispose]())

  test('every planted defect has its fate and exactly its own reason; no good row suffers', () => {
    expect(it.result.outcome).toBe('published')
    expect(new Set(it.defects.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(20)
    expect(misjudged(it)).toEqual([])
    expect(wronged(it)).toEqual([])
  })

  describeActivity(() => ({ project: it.project, truth: it.manifest.truth }))

  test('cents, long ids, all words of a name, names of states', async () => {
    const [sales] = await it.project.query(
      "select count(distinct transaction_id)::int as ids, count(*)::int as rows, count(case when state is not null and length(state) = 2 then 1 end)::int as codes, bool_or(amount <> floor(amount)) as cents from fact_transactions where channel = 'store'",
    )
    expect(sales).toEqual({
      ids: it.manifest.truth.transactions.orders,
      rows: it.manifest.truth.transactions.orders,
      codes: 0,
      cents: true,
    })
    const names = await it.project.query(
      "select count(*)::int as n from dim_customers where name <> first_name || coalesce(' ' || last_name, '')",
    )
    expect(names).toEqual([{ n: 0 }])
    expect(
      await it.project.query("select count(*)::int as n from dim_customers where last_name like '% %'"),
    ).not.toEqual([{ n: 0 }])
  })

  test('without agents there is nobody to rate, and nothing breaks', async () => {
    expect(await it.project.query('select * from agent_performance')).toEqual([])
  })
})
