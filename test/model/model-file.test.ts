import { describe, expect, test } from 'vitest'
import type { Problem } from '../../src/errors.ts'
import { compileModels, modelHash } from '../../src/model/compile.ts'
import { shippedModels } from '../../src/model/gold.ts'
import type { ModelFile } from '../../src/project/types.ts'

const GOOD = `/* orders_by_channel: how many
description: Orders per channel
grain: [channel]
reconciles:
  orders: count(fact_transactions) where is_sale
columns:
  channel: Where
  orders: How many
checks:
  - { name: some, expect: orders > 0, severity: warn }
rules: [counted_statuses]
*/
select channel, count(*) as orders
from fact_transactions
where is_sale
group by channel;
`

const file = (text: string, name = 'mine'): ModelFile => ({ name, file: `models/${name}.sql`, text })

async function compile(text: string) {
  const { models, problems } = await compileModels([file(text)])
  return { model: models[0], problems }
}

const short = ({ file: path, line, code, message, hint }: Problem): string =>
  `${path}:${line} ${code} ${message}${hint ? ` (${hint})` : ''}`

const changed = (from: string, to: string): string => {
  if (!GOOD.includes(from)) throw new Error(`no ${from}`)
  return GOOD.replace(from, to)
}

test('a model is its SELECT and what it promises', async () => {
  const { model, problems } = await compile(GOOD)
  expect(problems).toEqual([])
  expect(model).toMatchObject({
    name: 'mine',
    file: 'models/mine.sql',
    sqlLine: 13,
    description: 'Orders per channel',
    grain: ['channel'],
    columns: [
      { name: 'channel', description: 'Where' },
      { name: 'orders', description: 'How many' },
    ],
    checks: [{ name: 'some', expect: 'orders > 0', severity: 'warn', line: 10 }],
    rules: ['counted_statuses'],
    reads: [{ name: 'fact_transactions', line: 14 }],
  })
  expect(model?.sql).toMatch(/^select channel[\s\S]*group by channel$/)
})

test.each([
  [
    'rows: count(conformed.customers)',
    {
      terms: [
        { aggregate: 'count', relations: [{ schema: 'conformed', name: 'customers' }], expressions: [] },
      ],
    },
  ],
  [
    'orders: sum(f.amount * 2) where a = 1',
    { measure: 'orders', terms: [{ aggregate: 'sum', expressions: ['amount * 2'], where: 'a = 1' }] },
  ],
  [
    "orders where channel <> 'all': count(f) where is_sale and x is null + count_distinct(f.coalesce(a, ','), b) where y = ' + count(z)'",
    {
      measure: 'orders',
      where: "channel <> 'all'",
      terms: [
        { aggregate: 'count', where: 'is_sale and x is null' },
        { aggregate: 'count_distinct', expressions: ["coalesce(a, ',')", 'b'], where: "y = ' + count(z)'" },
      ],
    },
  ],
  [
    'rows: days(f.d, conformed.g.e)',
    {
      terms: [
        {
          aggregate: 'days',
          relations: [{ name: 'f' }, { schema: 'conformed', name: 'g' }],
          expressions: ['d', 'e'],
        },
      ],
    },
  ],
])('reconciles %s', async (text, expected) => {
  const { model, problems } = await compile(changed('orders: count(fact_transactions) where is_sale', text))
  expect(problems.map(short)).toEqual([])
  expect(model?.reconciles).toMatchObject([{ ...expected, line: 5 }])
})

describe('every mistake is told with its line', () => {
  test.each<[string, string, string]>([
    ['grain: [channel]\n', '', 'models/mine.sql:2 model_front_matter the front matter lacks `grain`'],
    [
      'description: Orders per channel\n',
      '',
      'models/mine.sql:2 model_front_matter the front matter lacks `description`',
    ],
    [
      'reconciles:\n  orders: count(fact_transactions) where is_sale\n',
      '',
      'models/mine.sql:2 model_front_matter the front matter lacks `reconciles`',
    ],
    [
      'grain: [channel]',
      'grian: [channel]',
      'models/mine.sql:3 model_unknown_key unknown key `grian` (did you mean `grain`?)',
    ],
    [
      'grain: [channel]',
      'grain: [chanel]',
      'models/mine.sql:3 model_columns the grain `chanel` is not a column of the result (did you mean `channel`?)',
    ],
    [
      'grain: [channel]',
      'grain: channel',
      'models/mine.sql:3 model_front_matter `grain` must be a list: `grain: [a, b]`',
    ],
    [
      '  orders: How many',
      '  ordres: How many',
      'models/mine.sql:8 model_columns the described `ordres` is not a column of the result (did you mean `orders`?)',
    ],
    [
      '  orders: count(',
      '  order: count(',
      'models/mine.sql:5 model_columns the measure `order` is not a column of the result (did you mean `orders`?)',
    ],
    [
      'count(fact_transactions)',
      'total(fact_transactions)',
      'models/mine.sql:5 model_reconciliation cannot read `orders`: `total(fact_transactions)` is none of',
    ],
    [
      'count(fact_transactions)',
      'count(fact_transactions.amount)',
      'models/mine.sql:5 model_reconciliation cannot read `orders`: count(..) counts the rows of a relation',
    ],
    [
      'count(fact_transactions)',
      'sum(fact_transactions)',
      'models/mine.sql:5 model_reconciliation cannot read `orders`: sum(..) needs a column',
    ],
    [
      'where is_sale\ncolumns',
      'where is_sale and\ncolumns',
      'models/mine.sql:5 model_sql cannot read `is_sale and`',
    ],
    [
      'where is_sale\ncolumns',
      'where x in (select y from t)\ncolumns',
      'models/mine.sql:5 model_sql `x in (select y from t)` must look at one row: no select in it',
    ],
    ['where is_sale\ncolumns', 'where a ilike b\ncolumns', 'models/mine.sql:5 model_not_portable `i like`'],
    [
      'expect: orders > 0',
      'expect: sum(orders) > 0',
      'models/mine.sql:10 model_sql `sum(orders) > 0` must look at one row: no sum in it',
    ],
    [
      'expect: orders > 0',
      'expects: orders > 0',
      'models/mine.sql:10 model_unknown_key unknown key `expects` (did you mean `expect`?)',
    ],
    [
      'severity: warn',
      'severity: loud',
      'models/mine.sql:10 model_front_matter `severity` must be `warn` or `fail`',
    ],
    [
      'description: Orders per channel',
      'description: Orders: per channel',
      'models/mine.sql:2 model_front_matter the front matter is not YAML',
    ],
    [
      'select channel, count(*) as orders',
      'select channel, dayname(x) as orders',
      'models/mine.sql:13 model_not_portable the function `dayname`',
    ],
    [
      'select channel, count(*) as orders',
      'select channel, count(*)',
      'models/mine.sql:13 model_columns column 2 of the result has no name',
    ],
    [
      'select channel, count(*) as orders',
      'select *',
      'models/mine.sql:13 model_columns column 1 of the result has no name',
    ],
    [
      'select channel, count(*) as orders',
      'select channel, channel, count(*) as orders',
      'models/mine.sql:13 model_columns the result has two columns `channel`',
    ],
    ['where is_sale\ngroup', 'where\ngroup', 'models/mine.sql:16 model_sql'],
    [
      'group by channel;',
      'group by channel; select 1 as a',
      'models/mine.sql:13 model_sql 2 statements where one SELECT is expected',
    ],
    [
      GOOD.slice(GOOD.indexOf('select')),
      'delete from fact_transactions',
      'models/mine.sql:13 model_sql a SELECT is expected, not delete',
    ],
    [
      GOOD.slice(0, GOOD.indexOf('select')),
      '',
      'models/mine.sql:1 model_front_matter the model has no front matter',
    ],
  ])('%j -> %j', async (from, to, expected) => {
    const { model, problems } = await compile(changed(from, to))
    expect(model).toBeUndefined()
    expect(problems.map(short).find((text) => text.startsWith(expected))).toBeDefined()
  })

  test('several at once, in order', async () => {
    const { problems } = await compile(GOOD.replace('grain: [channel]\n', '').replace('count(*)', 'avg(x)'))
    expect(problems.map(({ line, code }) => [line, code])).toEqual([
      [2, 'model_front_matter'],
      [12, 'model_not_portable'],
    ])
  })

  test('a column without a description is a warning and stops nothing', async () => {
    const { model, problems } = await compile(changed('  orders: How many\n', ''))
    expect(model?.columns[1]).toEqual({ name: 'orders', description: '' })
    expect(problems).toMatchObject([{ severity: 'warn', message: 'no description for `orders`' }])
  })

  test('lines are right with Windows line ends', async () => {
    const { problems } = await compile(changed('is_sale\ngroup', 'a ilike b\ngroup').replaceAll('\n', '\r\n'))
    expect(problems.map(({ line }) => line)).toEqual([15])
  })
})

describe('the cache', () => {
  test('a known text is not compiled again, a changed one is', async () => {
    const { cache } = await compileModels([file(GOOD)])
    const kept = JSON.parse(JSON.stringify(cache))
    const marked = { ...kept[modelHash(file(GOOD))].model, description: 'from the cache' }
    const again = await compileModels([file(GOOD)], {
      [modelHash(file(GOOD))]: { model: marked, problems: [] },
    })
    expect(again.models[0]?.description).toBe('from the cache')
    const edited = await compileModels([file(changed('Orders per', 'Sales per'))], kept)
    expect(edited.models[0]?.description).toBe('Sales per channel')
    expect(Object.keys(edited.cache)).toHaveLength(1)
  })

  test('problems are kept as well', async () => {
    const bad = file(changed('grain', 'grian'))
    const first = await compileModels([bad])
    const second = await compileModels([bad], JSON.parse(JSON.stringify(first.cache)))
    expect(second.problems).toEqual(first.problems)
    expect(second.problems.length).toBeGreaterThan(0)
  })
})

test('shipped models compile without a word and describe every column', async () => {
  const { models, problems } = await compileModels(shippedModels())
  expect(problems).toEqual([])
  expect(models.map(({ name }) => name)).toContain('customer_360')
  for (const { columns } of models) for (const { description } of columns) expect(description).not.toBe('')
})

const COLUMNS = {
  average_order_value_by_product:
    'product_id, product_name, category, orders, total_sales, average_order_value',
  average_order_value_by_category: 'category, orders, total_sales, average_order_value',
  average_order_value_by_store: 'store_id, store_location, orders, total_sales, average_order_value',
  average_order_value_by_channel: 'channel, orders, total_sales, average_order_value',
  customer_segmentation:
    'customer_id, customer_name, online_spend, in_store_spend, total_spend, purchase_frequency, tier_level, customer_segment',
  peak_times: 'channel, day_of_week, iso_weekday, hour_of_day, transaction_count',
  agent_performance:
    'agent_id, agent_name, total_interactions, resolved_interactions, resolution_success_rate, rate_low, rate_high',
}

test.each(Object.entries(COLUMNS))('%s has the columns others build on', async (name, columns) => {
  const { models } = await compileModels(shippedModels().filter((model) => model.name === name))
  expect(models[0]?.columns.map((column) => column.name).join(', ')).toBe(columns)
})
