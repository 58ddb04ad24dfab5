import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialect } from '../../src/engines/duckdb/dialect.ts'
import { ask } from '../../src/semantic/ask.ts'
import { describe as describeCatalogue } from '../../src/semantic/catalogue.ts'
import type { Context } from '../../src/semantic/context.ts'
import { explainMeasure } from '../../src/semantic/explain.ts'
import type { Query } from '../../src/semantic/types.ts'
import { fillSample } from '../model/sample.ts'
import { goldModels, Warehouse } from '../model/warehouse.ts'
import { randomFrom } from '../support/random.ts'
import { answered, asRows, compiled, contextOf, figure, type Run } from './support.ts'

let warehouse: Warehouse
let run: Run
let context: Context
beforeAll(async () => {
  warehouse = await Warehouse.open()
  await fillSample(warehouse)
  await warehouse.build(await goldModels())
  run = (sql) => warehouse.rows(sql)
  context = await contextOf(run)
}, 60_000)
afterAll(() => warehouse?.[Symbol.asyncDispose]())

const problems = (query: unknown): readonly { code: string; message: string; hint?: string }[] => {
  const asking = ask(query as Query, dialect, context)
  return asking.ok ? [] : asking.problems
}

describe('the SQL', () => {
  test('one figure over one fact', () => {
    expect(compiled({ measures: ['aov'] }, context).sql).toMatchInlineSnapshot(`
      "with sales as (
      select sum(f."amount") as a1, count(case when f."shared_order" is null then 1 end) as a2, count(distinct f."shared_order") as a3
      from gold."fact_transactions" f
      where f."is_sale"
      ),
      together as (
      select coalesce(a1, 0) as a1, coalesce(a2, 0) as a2, coalesce(a3, 0) as a3
      from sales
      ),
      figures as (
      select ratio(a1, (a2 + a3), 2) as "aov"
      from together
      )
      select "aov"
      from figures
      limit 10001"
    `)
  })

  test('two facts are aggregated each for itself; a filter reaches the one that knows the dimension', () => {
    const query: Query = {
      measures: ['revenue', 'sessions'],
      by: [{ dimension: 'date', grain: 'week' }],
      filters: { range: { from: '2025-01-06', to: '2025-02-03' }, values: { channel: ["o'line", null] } },
    }
    expect(compiled(query, context).sql).toMatchInlineSnapshot(`
      "with sales as (
      select cast(f."local_date" - to_days(cast(extract(isodow from f."local_date") as integer) - 1) as date) as "date", sum(f."amount") as a1
      from gold."fact_transactions" f
      where f."local_date" >= cast('2025-01-06' as date) and f."local_date" < cast('2025-02-03' as date)
        and (f."channel" in ('o''line') or f."channel" is null)
        and f."is_sale"
      group by 1
      ),
      sessions as (
      select cast(f."local_date" - to_days(cast(extract(isodow from f."local_date") as integer) - 1) as date) as "date", count(*) as a2
      from gold."fact_web_sessions" f
      where f."local_date" >= cast('2025-01-06' as date) and f."local_date" < cast('2025-02-03' as date)
      group by 1
      ),
      buckets as (
      select cast(cast('2025-01-06' as date) + to_days(7 * n) as date) as "date" from (select cast(range as integer) as n from range(4))
      ),
      together as (
      select "date", coalesce(max(a1), 0) as a1, coalesce(max(a2), 0) as a2
      from (
      select "date", a1, null as a2 from sales
      union all
      select "date", null as a1, a2 from sessions
      union all
      select "date", null as a1, null as a2 from buckets
      ) u
      group by 1
      ),
      figures as (
      select "date", a1 as "revenue", a2 as "sessions"
      from together
      )
      select "date", "revenue", "sessions"
      from figures
      order by "date" nulls last
      limit 10001"
    `)
    expect(compiled(query, context).unfiltered).toEqual({ sessions: ['channel'] })
  })

  test('labels are joined when the rows are chosen', () => {
    const query: Query = {
      measures: ['repeat_rate'],
      by: [{ dimension: 'product' }],
      order: [{ by: 'repeat_rate', descending: true }],
      limit: 5,
    }
    expect(compiled(query, context).sql).toMatchInlineSnapshot(`
      "with sales as (
      select "product", count(case when (coalesce(a1, 0) + coalesce(a2, 0)) >= 2 then 1 end) as a1
      from (
      select f."product_id" as "product", f."customer_id" as k, count(case when f."shared_order" is null then 1 end) as a1, count(distinct f."shared_order") as a2
      from gold."fact_transactions" f
      where f."is_sale"
        and f."customer_id" is not null
        and ((f."shared_order" is null) or (f."shared_order" is not null))
        and f."customer_id" is not null
      group by 1, 2
      ) g
      group by 1
      ),
      sales_2 as (
      select f."product_id" as "product", count(distinct f."customer_id") as a2
      from gold."fact_transactions" f
      where f."is_sale"
        and ((f."customer_id" is not null))
      group by 1
      ),
      together as (
      select "product", coalesce(max(a1), 0) as a1, coalesce(max(a2), 0) as a2
      from (
      select "product", a1, null as a2 from sales
      union all
      select "product", null as a1, a2 from sales_2
      ) u
      group by 1
      ),
      figures as (
      select "product", ratio(100 * a1, a2, 2) as "repeat_rate"
      from together
      )
      select t."product", l_product."name" as "product.label", t."repeat_rate"
      from (select * from figures order by "repeat_rate" desc nulls last, "product" nulls last limit 6) t
      left join gold."dim_products" l_product on l_product."product_id" = t."product"
      order by t."repeat_rate" desc nulls last, t."product" nulls last"
    `)
  })
})

describe('what cannot be asked', () => {
  test.each<[string, unknown, string, string | undefined]>([
    ['a misspelt measure', { measures: ['revenu'] }, 'unknown_measure', 'did you mean `revenue`?'],
    ['no measure', { measures: [] }, 'no_measure', undefined],
    [
      'a misspelt dimension',
      { measures: ['aov'], by: [{ dimension: 'chanel' }] },
      'unknown_dimension',
      'did you mean `channel`?',
    ],
    [
      'a grain for a channel',
      { measures: ['aov'], by: [{ dimension: 'channel', grain: 'week' }] },
      'wrong_grain',
      'only `date` has',
    ],
    [
      'an unknown grain',
      { measures: ['aov'], by: [{ dimension: 'date', grain: 'decade' }] },
      'wrong_grain',
      undefined,
    ],
    [
      'sessions by category',
      { measures: ['sessions'], by: [{ dimension: 'category' }] },
      'not_related',
      undefined,
    ],
    [
      'a comparison without a range',
      { measures: ['aov'], compare: 'prev' },
      'compare_needs_range',
      undefined,
    ],
    [
      'a change without a comparison',
      { measures: ['aov'], order: [{ by: 'aov.change' }] },
      'unknown_order',
      'a change needs `compare`',
    ],
    [
      'a day that is none',
      { measures: ['aov'], filters: { range: { from: '2025-02-30', to: '2025-03-01' } } },
      'wrong_range',
      undefined,
    ],
    [
      'a range backwards',
      { measures: ['aov'], filters: { range: { from: '2025-03-02', to: '2025-03-01' } } },
      'wrong_range',
      undefined,
    ],
    [
      'an hour that is none',
      { measures: ['aov'], filters: { values: { hour: ['1 or 1=1'] } } },
      'wrong_value',
      undefined,
    ],
    ['twice the same', { measures: ['aov', 'aov'] }, 'twice', undefined],
    [
      'too much',
      {
        measures: ['aov'],
        by: ['channel', 'store', 'product', 'hour', 'weekday'].map((dimension) => ({ dimension })),
      },
      'too_many',
      undefined,
    ],
  ])('%s', (_, query, code, hint) => {
    const found = problems(query)
    expect(found.map((problem) => problem.code)).toContain(code)
    if (hint !== undefined) expect(found[0]?.hint).toBe(hint)
  })

  test('a problem never repeats a value, which may be personal', () => {
    const query = { measures: ['aov'], filters: { values: { hour: ['ann@example.com'] } } }
    expect(JSON.stringify(problems(query))).not.toContain('ann')
  })
})

test('garbage gives problems or SQL that runs; no text of it becomes SQL', async () => {
  const random = randomFrom(3)
  const texts = [
    "'; drop table gold.fact_transactions; --",
    '"',
    "\\'",
    '$$',
    'revenue',
    '\u0000',
    'a\nb',
    '%',
    "x' or '1'='1",
  ]
  const junk = (): unknown =>
    random.pick([
      null,
      7,
      -1,
      1e99,
      true,
      [],
      {},
      ...texts,
      { dimension: random.pick(texts) },
      [random.pick(texts)],
    ])
  let asked = 0
  for (let n = 0; n < 300; n++) {
    const dimension = random.pick([
      'channel',
      'product',
      'customer',
      'city',
      'hour',
      'status',
      'cohort_month',
    ])
    const query: Record<string, unknown> = {
      measures: ['revenue'],
      filters: {
        values: { [dimension]: [random.pick(texts), random.chance(0.5) ? null : random.pick(texts)] },
      },
    }
    if (random.chance(0.5))
      query[random.pick(['measures', 'by', 'filters', 'order', 'limit', 'compare'])] = junk()
    const asking = ask(query as never, dialect, context)
    if (!asking.ok) {
      expect(asking.problems.length).toBeGreaterThan(0)
      continue
    }
    asked += 1
    await run(asking.asked.sql)
  }
  expect(asked).toBeGreaterThan(50)
  expect(await run('select count(*) > 0 as there from gold.fact_transactions')).toEqual([{ there: true }])
  const odd = { revenue: 0 }
  expect(
    asRows(
      await answered(
        run,
        { measures: ['revenue'], filters: { values: { channel: texts.slice(0, 5) } } },
        context,
      ),
    ),
  ).toEqual([odd])
})

test('rows of one fact never change what is measured over another', async () => {
  const query: Query = {
    measures: ['revenue', 'orders', 'aov', 'interactions', 'sessions', 'customers'],
    by: [{ dimension: 'segment' }],
  }
  const before = asRows(await answered(run, query, context))
  await warehouse.run('begin')
  await warehouse.run('insert into gold.fact_web_sessions from gold.fact_web_sessions')
  await warehouse.run('insert into gold.fact_service_interactions from gold.fact_service_interactions')
  const after = asRows(await answered(run, query, context))
  await warehouse.run('rollback')
  expect(after).toEqual(
    before.map((row) => ({
      ...row,
      sessions: 2 * Number(row.sessions),
      interactions: 2 * Number(row.interactions),
    })),
  )
})

test('every measure says what it is made of and whether there is data', () => {
  const { measures, dimensions } = describeCatalogue(context)
  const revenue = measures.find(({ name }) => name === 'revenue')
  expect(revenue).toMatchObject({
    additive: true,
    hasData: true,
    rules: ['counted_statuses'],
    format: 'money',
  })
  expect(revenue?.dimensions).toEqual([
    'date',
    'weekday',
    'hour',
    'channel',
    'store',
    'store_city',
    'store_state',
    'product',
    'category',
    'payment_method',
    'status',
    'amount_band',
    'segment',
    'tier',
    'activity',
    'churn',
    'customer',
    'city',
    'state',
  ])
  expect(measures.find(({ name }) => name === 'aov')?.additive).toBe(false)
  expect(dimensions.find(({ name }) => name === 'payment_method')?.hasData).toBe(false)
  expect(dimensions.find(({ name }) => name === 'product')).toMatchObject({
    labelled: true,
    parent: 'category',
    hasData: true,
  })
  expect(dimensions.filter(({ asOfVersion }) => asOfVersion).map(({ name }) => name)).toEqual([
    'segment',
    'tier',
    'activity',
    'churn',
  ])
})

test('the rows that a measure counted add up to it', async () => {
  const filters = { range: { from: '2025-01-10', to: '2025-02-10' }, values: { channel: ['online', null] } }
  const explained = explainMeasure('revenue', filters, dialect, 10_000)
  if (!explained.ok) throw new Error('refused')
  const [counted] = explained.counted
  expect(counted).toMatchObject({ table: 'fact_transactions', key: ['source', 'transaction_id'] })
  const rows = await run(counted?.sql ?? '')
  const sum = rows.reduce((total, row) => total + Math.round(Number(row.amount) * 100), 0)
  expect(sum / 100).toBe(await figure(run, context, 'revenue', { filters }))
  expect(explainMeasure('nothing', {}, dialect, 1)).toMatchObject({ ok: false })
})
