import { expect, test } from 'vitest'
import { parseQuery } from '../../src/sql/parse.ts'
import { outputColumns, tablesRead } from '../../src/sql/reads.ts'

async function query(sql: string) {
  const parsed = await parseQuery(sql)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.query
}

const reads = async (sql: string): Promise<string[]> =>
  tablesRead(await query(sql)).map(({ schema, name, line }) => `${schema ? `${schema}.` : ''}${name}:${line}`)

test.each([
  ['select a from t', ['t:1']],
  ['select a from s.t\njoin u on true\ncross join "Big T"', ['s.t:1', 'u:2', 'Big T:3']],
  ['select a from t join T on true', ['t:1']],
  ['with x as (select a from t) select a from x', ['t:1']],
  ['with x as (select a from t), y as (select a from x) select a from y', ['t:1']],
  // A CTE sees those before it, so its own name means the table.
  ['with t as (select a from t) select a from t', ['t:1']],
  ['with x as (select a from y), y as (select a from t) select a from x', ['y:1', 't:1']],
  ['with recursive x as (select 1 as a union all select a from x) select a from x', []],
  // A schema always means a table.
  ['with x as (select 1 as a) select a from s.x', ['s.x:1']],
  // The inner CTE hides the outer one; outside of its subquery the name is the table again.
  ['select a from (with t as (select a from u) select a from t) q join t on true', ['u:1', 't:1']],
  [
    'with x as (select 1 as a) select a from (with x as (select a from t) select a from x) q join x on true',
    ['t:1'],
  ],
  [
    'select (select max(a) from t) as m from u where exists (select 1 from v) and b in (select b from w)',
    ['t:1', 'u:1', 'v:1', 'w:1'],
  ],
  ['select a from t union all select a from u except select a from v', ['t:1', 'u:1', 'v:1']],
  ['with x as (select a from t) select a from x union all select a from x join u on true', ['t:1', 'u:1']],
])('%s', async (sql, expected) => {
  expect((await reads(sql)).sort()).toEqual([...expected].sort())
})

test.each([
  ['select a, t.b, c as d, sum(e) as f from t', ['a', 'b', 'd', 'f']],
  ['select 1 + 1, a from t', [undefined, 'a']],
  ['select * from t', [undefined]],
  ['with x as (select z from t) select a from x union all select b from t', ['a']],
])('columns of %s', async (sql, expected) => {
  expect(outputColumns(await query(sql))).toEqual(expected)
})
