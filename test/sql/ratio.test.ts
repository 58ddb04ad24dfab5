import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { ratioMacro } from '../../src/sql/ratio.ts'

const connection = await (await DuckDBInstance.create(':memory:')).connect()
await connection.run(ratioMacro())

const one = async (sql: string): Promise<unknown> => {
  const rows = (await connection.runAndReadAll(`select ${sql} as x`)).getRowsJson()
  return rows[0]?.[0]
}

test.each([
  ['ratio(1, 200, 2)', '0.010000'],
  ['ratio(-1, 200, 2)', '-0.010000'],
  ['ratio(1, -200, 2)', '-0.010000'],
  ['ratio(-1, -200, 2)', '0.010000'],
  ['ratio(49, 10000, 2)', '0.000000'],
  ['ratio(51, 10000, 2)', '0.010000'],
  ['ratio(5, 2, 0)', '3.000000'],
  ['ratio(-5, 2, 0)', '-3.000000'],
  ['ratio(1, 3, 6)', '0.333333'],
  ['ratio(2, 3, 6)', '0.666667'],
  ['ratio(1.005::decimal(18,3), 1, 2)', '1.010000'],
  ['ratio(324.65::decimal(18,2), 2, 2)', '162.330000'],
  ['ratio(1.5::decimal(18,2), 0.01::decimal(9,2), 2)', '150.000000'],
  ['ratio(0, 7, 2)', '0.000000'],
  ['ratio(1, 0, 2)', null],
  ['ratio(0, 0, 2)', null],
  ['ratio(null, 1, 2)', null],
  ['ratio(1, null, 2)', null],
  ['ratio(99999999999999999999.99::decimal(38,2), 3, 2)', '33333333333333333333.330000'],
  [
    'ratio((select sum(x) from (values (0.10::decimal(18,2)), (0.20), (0.30)) t(x)), 3::bigint, 2)',
    '0.200000',
  ],
  ['typeof(ratio(1, 2, 2))', 'DECIMAL(38,6)'],
])('%s is %s', async (sql, expected) => {
  expect(await one(sql)).toBe(expected)
})

test('a scale it does not have is an error, not a guess', async () => {
  await expect(one('ratio(1, 3, 7)')).rejects.toThrow('scale')
})

test('agrees with exact arithmetic on many halves', async () => {
  const wrong = `select count(*) from (select i, ratio(i, 200, 2) as r from range(-3001, 3002, 2) t(i))
    where r <> cast(case when i < 0 then -((-i + 1) // 2) else (i + 1) // 2 end as decimal(18,0)) * 0.01::decimal(3,2)`
  expect(await one(`(${wrong})`)).toBe('0')
})
