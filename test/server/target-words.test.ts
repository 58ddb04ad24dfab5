import { afterAll, beforeAll, expect, test } from 'vitest'
import { azureSqlTarget } from '../../src/engines/azure-sql/sql-target.ts'
import { dialect } from '../../src/engines/duckdb/dialect.ts'
import { duckdbTarget } from '../../src/engines/duckdb/sql-target.ts'
import { snowflakeTarget } from '../../src/engines/snowflake/sql-target.ts'
import { sparkTarget } from '../../src/engines/spark/sql-target.ts'
import { goldTypes } from '../../src/run/target/gold-types.ts'
import { toAnswer } from '../../src/semantic/answer.ts'
import { ask } from '../../src/semantic/ask.ts'
import { type Context, contextSql, scannedContextSql, toContext } from '../../src/semantic/context.ts'
import { askable, inWordsThere, type Place } from '../../src/server/direct/words.ts'
import { printed } from '../../src/sql/print.ts'
import type { Target } from '../../src/sql/target.ts'
import type { Columns } from '../../src/sql/types.ts'
import { fillSample } from '../model/sample.ts'
import { goldModels, Warehouse } from '../model/warehouse.ts'
import { randomQuery, type Values, valuesIn } from '../semantic/random-queries.ts'
import { answered } from '../semantic/support.ts'
import { randomFrom } from '../support/random.ts'

let warehouse: Warehouse
let context: Context
let values: Values
let types: ReadonlyMap<string, Columns>
const run = (sql: string) => warehouse.rows(sql)

beforeAll(async () => {
  warehouse = await Warehouse.open()
  await fillSample(warehouse)
  const models = await goldModels()
  await warehouse.build(models)
  types = await goldTypes({
    models: models.map((model) => ({ ...model, hash: '', certify: '', at: { file: '', line: 1 } })),
  })
  context = toContext(await run(contextSql(dialect)))
  values = await valuesIn(run)
}, 60_000)
afterAll(() => warehouse?.[Symbol.asyncDispose]())

/** Where a question is put: only what words it is put in matters. */
const placeFor = (target: Target): Place => ({
  remote: {
    where: target.name,
    dialect: { ...dialect, table: (_, name) => `gold.${target.ident(name)}` },
    marks: { at: (table: string) => `select * from ${table}` },
    print: (query, table, columns) => printed(query, target, table, columns),
  },
  gold: Object.fromEntries([...types.keys()].map((name) => [name, '1'])),
  types,
})

test('what the compiler must know of a version is learned in words that every engine has', async () => {
  const { sql } = await inWordsThere(scannedContextSql(dialect), placeFor(duckdbTarget))
  expect(toContext(await run(sql))).toEqual({ ...context, rollups: [] })
}, 60_000)

test('every question can be put in every engine, and the answer is the same', async () => {
  const random = randomFrom(23)
  const others = [sparkTarget, snowflakeTarget, azureSqlTarget].map(placeFor)
  for (let n = 0; n < 40; n++) {
    const query = randomQuery(random, values, { from: '2025-01-01', to: '2025-04-10' })
    const asking = ask(query, askable, context)
    if (!asking.ok) throw new Error(JSON.stringify(asking.problems))
    const { asked } = asking
    for (const place of others) expect((await inWordsThere(asked.sql, place)).sql).toMatch(/^(with|select)/)
    const { sql } = await inWordsThere(asked.sql, placeFor(duckdbTarget))
    const rows = await run(sql)
    const answer = toAnswer(
      asked,
      rows.map((row) => asked.columns.map(({ name }) => row[name])),
    )
    expect(answer, JSON.stringify(query)).toEqual(await answered(run, query, context))
  }
}, 120_000)

test('order and pages are written as each engine has them', async () => {
  const sql =
    'select channel, count(*) as n from gold.fact_transactions group by 1 order by n desc nulls last, channel limit 5 offset 10'
  const texts = await Promise.all(
    [sparkTarget, snowflakeTarget, azureSqlTarget].map(
      async (target) => (await inWordsThere(sql, placeFor(target))).sql,
    ),
  )
  expect(texts).toEqual([
    'select `channel`, count(*) as `n`\nfrom (select * from gold.`fact_transactions`) as `fact_transactions`\ngroup by `channel`\norder by `n` desc nulls last, `channel` asc nulls last\nlimit 5 offset 10',
    expect.stringMatching(/order by "N" desc nulls last, "CHANNEL" (asc )?nulls last\nlimit 5 offset 10$/i),
    expect.stringMatching(/\noffset 10 rows fetch next 5 rows only$/),
  ])
})

test.each([
  'select * from gold.customer_360 qualify row_number() over (order by customer_id) = 1',
  "select * from read_csv('/etc/passwd')",
  'select * from silver.customers',
  'select * from gold.nothing',
  'select list(customer_id) from gold.customer_360',
  "select regexp_extract(email, '@.*') from gold.customer_360",
  'select * from gold.customer_360 limit 5 + 5',
])('what engines do not share is refused, never passed on: %s', async (sql) => {
  await expect(inWordsThere(sql, placeFor(sparkTarget))).rejects.toMatchObject({
    code: expect.stringMatching(/CONFLICT|INTERNAL/),
  })
})
