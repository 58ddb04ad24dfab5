import { afterEach, beforeEach, expect, test } from 'vitest'
import { compileModels } from '../../src/model/compile.ts'
import type { GoldModel } from '../../src/model/gold-model.ts'
import { certificateOf } from '../../src/plan/certify.ts'
import { Warehouse } from './warehouse.ts'

let warehouse: Warehouse
beforeEach(async () => {
  warehouse = await Warehouse.open()
  await warehouse.run(`create table gold.facts as select * from (values
    ('a', 1.10::decimal(18,2), true), ('a', 2.20, true), ('b', 4.00, true), ('b', 8.00, false), (null, 16.00, true)) t(k, amount, counts)`)
})
afterEach(() => warehouse[Symbol.asyncDispose]())

async function model(front: string): Promise<GoldModel> {
  const text = `/* m\ndescription: M\ngrain: [k]\n${front}\ncolumns: { k: K, total: T }\n*/\nselect k, sum(amount) as total from facts where counts and k is not null group by k`
  const { models, problems } = await compileModels([{ name: 'm', file: 'models/m.sql', text }])
  if (!models[0]) throw new Error(JSON.stringify(problems))
  return models[0]
}

const RECONCILES = 'reconciles: { total: sum(facts.amount) where counts and k is not null }'

test('says what was expected, what is there, and what the population leaves out', async () => {
  const good = await model(RECONCILES)
  await warehouse.build([good])
  expect(await warehouse.certify(good)).toEqual({
    certified: true,
    problems: [],
    checks: [
      { name: 'k', kind: 'grain', severity: 'fail', ok: true, failing: 0 },
      {
        name: 'total',
        kind: 'reconciliation',
        severity: 'fail',
        ok: true,
        expected: '7.30',
        actual: '7.30',
        remainder: '24.00',
      },
    ],
  })
})

test.each([
  ["insert into gold.m values ('a', 0)", ['1 keys (k) are NULL or stand for several rows']],
  ['insert into gold.m values (null, 0)', ['1 keys (k) are NULL or stand for several rows']],
  ["delete from gold.m where k = 'a'", ['total is 4.00, and 7.30 was expected']],
  ["update gold.m set total = total + 0.01 where k = 'a'", ['total is 7.31, and 7.30 was expected']],
  ['update gold.m set total = null', ['total is 0.00, and 7.30 was expected']],
  ['delete from gold.facts', ['total is 7.30, and 0.00 was expected']],
])('refuses after %s', async (sql, messages) => {
  const good = await model(RECONCILES)
  await warehouse.build([good])
  await warehouse.run(sql)
  const certificate = await warehouse.certify(good)
  expect(certificate.certified).toBe(false)
  expect(certificate.problems.map(({ message }) => message)).toEqual(messages)
})

test('the check reads the facts, not the SQL of the model', async () => {
  const fanned = {
    ...(await model(RECONCILES)),
    sql: 'select f.k, sum(f.amount) as total from facts f join facts g on g.k = f.k where f.counts group by f.k',
  }
  await warehouse.build([fanned])
  expect((await warehouse.certify(fanned)).certified).toBe(false)
})

test('row checks must be true: NULL is not; a warning does not refuse', async () => {
  const checked = await model(
    `${RECONCILES}\nchecks:\n  - { name: small, expect: total < 4 }\n  - { name: known, expect: "k <> 'b' -- not b", severity: warn }`,
  )
  await warehouse.build([checked])
  await warehouse.run("insert into gold.m values ('c', null)")
  const { certified, checks, problems } = await warehouse.certify(checked)
  expect(certified).toBe(false)
  expect(checks.slice(2).map(({ name, severity, ok, failing }) => [name, severity, ok, failing])).toEqual([
    ['small', 'fail', false, 2],
    ['known', 'warn', false, 1],
  ])
  expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
    ['row_check', undefined],
    ['row_check', 'warn'],
  ])
  await warehouse.run("delete from gold.m where k <> 'a'; delete from gold.facts where k = 'b'")
  expect(await warehouse.certify(checked)).toMatchObject({ certified: true })
})

test('counts, distinct combinations and spans of days add up', async () => {
  await warehouse.run(`create table gold.visits as select * from (values
    ('a', 1, date '2025-01-01'), ('a', 1, date '2025-01-03'), ('a', 2, date '2025-01-02'), ('b', null, null)) t(k, n, d)`)
  const counting = await model(
    `reconciles:\n  rows: count(visits) where n is null + count_distinct(visits.k, n) where n is not null\n  rows where k = 'b': count(visits) where k = 'b'\n  total: days(visits.d)`,
  )
  await warehouse.run(
    "create table gold.m as select * from (values ('a', 3), ('b', 0), ('c', 0)) t(k, total)",
  )
  const { checks } = await warehouse.certify(counting)
  expect(checks.slice(1).map(({ expected, actual, ok }) => [expected, actual, ok])).toEqual([
    ['3', '3', true],
    ['1', '1', true],
    ['3', '3', true],
  ])
})

test('names and texts are quoted', async () => {
  const odd = await model(`${RECONCILES}\nchecks: [{ name: "it's", expect: "k <> 'it''s'" }]`)
  await warehouse.build([odd])
  expect((await warehouse.certify(odd)).checks.map(({ name }) => name)).toContain("it's")
})

test('no answer is no certificate', () => {
  expect(certificateOf(undefined).certified).toBe(false)
})
