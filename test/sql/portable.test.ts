import { describe, expect, test } from 'vitest'
import { parseExpression, parseQuery } from '../../src/sql/parse.ts'
import { notPortable } from '../../src/sql/portable.ts'

async function refusals(sql: string): Promise<string[]> {
  const parsed = await parseQuery(sql)
  if (!parsed.ok) throw new Error(parsed.message)
  return notPortable(parsed.query).map(
    ({ message, line }) => `${line}: ${message.replace(' is not in the portable subset', '')}`,
  )
}

describe('the portable subset', () => {
  test.each([
    'select a, sum(b) as b from t where c is not null and d <> 1 group by a having sum(b) > 0',
    'with x as (select a from t union all select a from u) select distinct x.a from x left join t on t.a = x.a',
    "select cast(a as decimal(18,2)) as a, extract(isodow from d) as w, date_diff('day', d, e) as n from t",
    'select row_number() over (partition by a order by b desc, c) as n, count(*) over (partition by a) as m from t',
    'select cast(d + to_days(3) as date) as d, ratio(a, b, 2) as r, cast(a as double) / b as q from t',
    'select a from t where exists (select 1 from u where u.a = t.a) and b in (1, 2) and c between 1 and 2',
    "select case a when 1 then 'x' else null end as a, coalesce(b, 0) as b, nullif(c, '') as c, -d as d, a || b as e from t",
    'select (select max(a) from t) as a from t cross join u',
    'select (select a from t union select b from t) as a from t intersect (select 1 as a)',
    "select 'x' || (a + 1) as a, round(b, -1) as b, lag(c, 2, 0) over (order by c) as c from t",
    'select sum(a) over (partition by b order by c rows between unbounded preceding and 1 following) as a from t',
    'select trim(a) as a, lower(b) as b, upper(c) as c, length(d) as d, substring(e, 1, 2) as e, abs(f) as f from t',
  ])('has %s', async (sql) => {
    expect(await refusals(sql)).toEqual([])
  })

  test.each([
    ['select a from t qualify row_number() over (order by b) = 1', '1: `qualify`'],
    ['select a from t group by all', '1: `group by all`'],
    ['select a from t group by 1', '1: grouping by position'],
    ['select distinct on (a) b from t', '1: `distinct on`'],
    ['select sum(a) filter (where b) as a from t', '1: `filter`'],
    ['select a from t limit 1', '1: `limit`'],
    ['select a from t order by a', '1: `order by`'],
    ['select a from t, u', '1: a comma between tables'],
    ['select a from t join u using (b)', '1: `using`'],
    ['select a from t natural join u', '1: a natural join'],
    ['select a from t\nsemi join u on t.a = u.a', '2: a semi join'],
    ['select a from t asof join u on t.a >= u.a', '1: a asof join'],
    ["select a from read_csv('x.csv')", '1: a function in place of a table'],
    ['select [1] as a', '1: `array func`'],
    ["select {'a': 1} as a", '1: `map func`'],
    ['select a[1] as a from t', '1: `subscript`'],
    ['select a % 2 as a from t', '1: `mod`'],
    ['select a / b as a from t', '1: `/` between whole numbers or decimals'],
    ['select avg(a) as a from t', '1: `avg`'],
    ['select\n\n dayname(d) as a from t', '3: the function `dayname`'],
    ['select a,\n arg_max(a, b) as c from t', '2: `arg max`'],
    ['select current_date as a', '1: the function `current_date`'],
    ['select now() as a', '1: the function `now`'],
    ['select my_udf(a) as a from t', '1: the function `my_udf`'],
    ['select extract(dow from d) as a from t', '1: the date part `DayOfWeek` in extract'],
    ["select date_diff('week', d, e) as a from t", '1: the date part `week` in date_diff'],
    ['select try_cast(a as integer) as a from t', '1: `try cast`'],
    ['select cast(a as json) as a from t', '1: the type `json`'],
    ["select d + interval '1' day as a from t", '1: `interval`'],
    ["select a from t where a ilike 'x%'", '1: `i like`'],
    ['with recursive r as (select 1 as a) select a from r', '1: `with recursive`'],
    ['select a from t union by name select a from u', '1: `by name`'],
    ['select a is not distinct from b as a from t', '1: `null safe eq`'],
    ['select * exclude (a) from t', '1: `except`'],
    ['select a from t where a in (select b from t)', '1: `query`'],
    ['select a from t except all select b from t', '1: `except all`'],
    ['select a from t intersect all select b from t', '1: `intersect all`'],
    [
      'select a from t union select b from t intersect select c from t',
      '1: `intersect` after another set operation',
    ],
    ["select 'x' || a + 1 as a from t", '1: `||` beside arithmetic without brackets'],
    ["select a - b || 'x' as a from t", '1: `||` beside arithmetic without brackets'],
    ['select a = b is null as a from t', '1: a condition inside a comparison without brackets'],
    ['select a in (1) = b as a from t', '1: a condition inside a comparison without brackets'],
    ["select x'ab' as a from t", '1: a hex string'],
    ["select e'a' as a from t", '1: a escape string'],
    ['select round(a, b) as a from t', '1: the places of round as anything but a whole number'],
    [
      'select substring(a, 0, 1) as a from t',
      '1: the start of substring as anything but a whole number from 1 on',
    ],
    ['select substring(a, 1, b) as a from t', '1: the length of substring as anything but a whole number'],
    [
      'select lag(a, b) over (order by a) as a from t',
      '1: the distance of lag as anything but a whole number',
    ],
    ['select ratio(a, b, c) as a from t', '1: a scale of ratio that is not written out'],
    ['select ratio(a, b, 7) as a from t', '1: a scale of ratio that is not written out'],
    ['select count(distinct a) over () as a from t', '1: `distinct` in a window'],
    ['select sum(a) over w as a from t window w as (order by a)', '1: a named window'],
    [
      'select sum(a) over (order by a range between 1 preceding and current row) as a from t',
      '1: a frame other than `rows between`',
    ],
  ])('has not %s', async (sql, refusal) => {
    expect(await refusals(sql)).toContain(refusal)
  })

  test('says what to write instead', async () => {
    const parsed = await parseQuery('select median(a) as a, avg(b) as b from t qualify true')
    const hints = parsed.ok ? notPortable(parsed.query).map(({ hint }) => hint) : []
    expect(hints).toHaveLength(3)
    for (const hint of hints) expect(hint).toMatch(/row_number|ratio|CTE/)
  })
})

describe('what is not one SELECT', () => {
  test.each([
    ['insert into t values (1)', 'a SELECT is expected, not insert'],
    ['select 1 as a; select 2 as a', '2 statements where one SELECT is expected'],
    ['drop table t', 'a SELECT is expected, not drop_table'],
    ["copy t to 'x'", 'a SELECT is expected, not copy'],
    ['', 'there is no statement'],
  ])('%s', async (sql, message) => {
    expect(await parseQuery(sql)).toMatchObject({ ok: false, message })
  })

  test('a syntax error names its line', async () => {
    expect(await parseQuery('select a\nfrom t\nwhere a =')).toMatchObject({ ok: false, line: 3 })
  })
})

test.each([
  'a) or (b',
  'a then 2 when b',
  'a, b',
  'a from t',
  'a end from t; select 1',
  '',
  'a then 2 else case when b',
])('an expression cannot break out: %s', async (sql) => {
  expect(await parseExpression(sql)).toMatchObject({ ok: false })
})

test.each(["a = 'x then y'", 'a -- with a comment', 'true', 'a between 1 and 2 and b is null', 'not a'])(
  'is an expression: %s',
  async (sql) => {
    expect(await parseExpression(sql)).toMatchObject({ ok: true })
  },
)
