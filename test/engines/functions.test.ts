import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sparkTarget } from '../../src/engines/spark/sql-target.ts'
import { sparkTraits } from '../../src/engines/spark/traits.ts'
import { notPortable } from '../../src/sql/portable.ts'
import { printed } from '../../src/sql/print.ts'
import { ratioMacro } from '../../src/sql/ratio.ts'
import { BIGINT, type Columns, TEXT } from '../../src/sql/types.ts'
import { COLUMNS } from '../sql/print-columns.ts'
import { parsed } from '../sql/printing.ts'
import { type Spark, sparkWhenAsked, startSpark } from '../support/spark.ts'

const found = await sparkWhenAsked()
const home = 'python' in found ? found : undefined
const reason = 'python' in found ? '' : ` (SKIPPED: ${found.skipped})`

const COLUMNS_OF_EDGES: Columns = [['id', BIGINT], ...COLUMNS, ['digits', TEXT], ['iso', TEXT]]

/** NULL, zero, halves on both sides, month ends, leap days, week 53, before 1970, unicode, empty and padded texts. */
const EDGES = [
  "(1, 1, 2, 0.00, 0.000001, 0.125, 'a', 'a ', true, false, '2024-01-31', '2024-01-31 23:59:59.999999', '1', '2024-02-29')",
  "(2, -1, 200, 0.05, -0.000001, -0.125, '', ' a', false, true, '2024-02-29', '2024-02-29 00:00:00', '-12', '2021-01-03')",
  "(3, 5, 2, -0.05, 0.5, 2.5, 'Ab', 'ab', true, null, '2023-02-28', '2023-12-31 12:30:45.5', '007', '1969-12-31')",
  "(4, -5, 2, 2.25, -0.5, -2.5, 'äöü', 'ÄÖÜ', null, true, '2020-12-31', '2021-01-03 06:07:08', '2147483647', '2020-12-31')",
  "(5, 0, 7, 2.35, 999.999999, 0.285, '100%[x]', '100\\%[x]', false, false, '1969-12-31', '1969-12-31 23:59:58.9', '0', '1900-01-01')",
  "(6, 2147483647, 1, 999999.99, 123.456789, 1.005, 'a_c', 'abc', true, true, '2025-03-30', '2025-03-30 02:30:00', '+5', '9999-12-31')",
  '(7, null, null, null, null, null, null, null, null, null, null, null, null, null)',
  "(8, 3, -3, -999999.99, 1.000000, 3.5, 'x''y\\z', 'ß', false, null, '2024-03-31', '2024-12-30 01:00:00', '-0', '0001-01-01')",
  "(9, 15, 10, 0.01, 0.333333, -0.005, '🙂🙃', 'a🙂', true, false, '2000-02-29', '2000-01-01 00:00:00.000001', '99', '2000-02-29')",
  "(10, -15, -10, 1.15, -0.333333, 999.99, 'a b', 'A B', false, true, '1900-03-01', '1900-01-01 00:00:00', '10', '2024-12-30')",
]

/** Everything a row can be asked. */
const ROWWISE = [
  ...[
    'a + b',
    'b - a',
    'price + rate',
    'price - a',
    'price * rate',
    'price * b',
    'rate * rate',
    '- a',
    '- price',
    'x + price',
  ],
  ...[
    'x / cast(nullif(b, 0) as double)',
    'cast(a as double) / cast(3 as double)',
    'a - b - 1',
    '1 - (b - 2)',
    '2 * (b + 1)',
  ],
  ...[
    "name || '/' || code",
    'code || b',
    'name || is_sale',
    'code || day',
    "code || ''",
    'code || price',
    'code || null',
  ],
  ...[
    'a = b',
    'a <> b',
    'a < b',
    'a <= b',
    'price > rate',
    'x >= rate',
    "code = 'a'",
    'code = name',
    'code < name',
    "day >= '2024-01-31'",
    'is_sale = is_web',
  ],
  ...[
    'is_sale and not is_web or a = 1',
    'not (is_sale or is_web)',
    'not is_sale',
    'is_sale and is_web',
    'null and is_sale',
    'is_sale or null',
  ],
  ...[
    "code in ('a', 'Ab', null)",
    "code not in ('a', 'b')",
    'a not in (1, null)',
    'a between 1 and b',
    'price not between -1 and 1',
    'a is null',
    'is_sale is not null',
  ],
  ...[
    "code like 'a%'",
    "code like 'a_c'",
    "code not like '100\\%[x]'",
    "code like '100%[x]'",
    'name like code',
    "code like ''",
    "code like '_'",
  ],
  ...[
    "case a when 1 then 'one' when 5 then 'five' else null end",
    'case when is_sale then a = 1 end',
    "case when code is null then 1 when code = '' then 2 else 3 end",
    'case when a = 1 then 1 else 2.50 end',
  ],
  ...[
    'cast(a as decimal(18,2))',
    'cast(price as bigint)',
    'cast(x as decimal(5,2))',
    'cast(x as decimal(38,6))',
    'cast(x as bigint)',
    'cast(x as integer)',
    'cast(rate as double)',
    'cast(price as decimal(38,1))',
    'cast(rate as decimal(9,2))',
    'cast(rate as integer)',
  ],
  ...[
    'cast(digits as integer)',
    'cast(digits as bigint)',
    'cast(digits as decimal(18,2))',
    'cast(digits as double)',
    'cast(iso as date)',
    'cast(moment as date)',
    'cast(day as timestamp)',
    'cast(a as varchar)',
    'cast(moment as varchar)',
    'cast(is_sale as integer)',
    'cast(a as boolean)',
    'cast(null as varchar)',
  ],
  ...['year', 'quarter', 'month', 'week', 'day', 'isodow', 'hour', 'minute', 'second'].flatMap((part) => [
    `extract(${part} from moment)`,
    `extract(${part} from day)`,
  ]),
  ...['year', 'quarter', 'month', 'day', 'hour'].flatMap((part) => [
    `date_trunc('${part}', moment)`,
    `date_trunc('${part}', day)`,
  ]),
  ...['day', 'hour', 'minute', 'second'].flatMap((part) => [
    `date_diff('${part}', moment, cast('2000-06-15 12:30:30.5' as timestamp))`,
    `date_diff('${part}', day, moment)`,
  ]),
  ...[
    'day + to_days(cast(id as integer))',
    'day - to_days(31)',
    'moment + to_days(-1)',
    'day + to_months(1)',
    'day - to_months(12)',
    'moment + to_months(-13)',
    'day + 1',
    'day - 60',
    'cast(day + to_months(1) as date)',
  ],
  ...[
    'ratio(a, b, 2)',
    'ratio(a, 3, 6)',
    'ratio(price, 3, 2)',
    'ratio(price, b, 0)',
    'ratio(b, a, 1)',
    'ratio(price, rate, 6)',
    'ratio(rate, price, 3)',
    'ratio(100 * id, 8, 1)',
    'ratio(cast(99999999999999999999999999.99 as decimal(38,2)), 3, 2)',
    'cast(99999999999999999999999999.99 as decimal(38,2)) * rate',
    'cast(12345678901234567890.123456 as decimal(38,6)) + price',
    'ratio(rate, 2, 6)',
    'ratio(a, 0, 2)',
  ],
  ...[
    "coalesce(code, 'none')",
    'coalesce(a, 1.5)',
    'coalesce(is_sale, a = 1, false)',
    "coalesce(day, '2000-01-01')",
    'nullif(a, 0)',
    "nullif(code, '')",
    'nullif(price, 0)',
    'abs(a)',
    'abs(price)',
    'abs(x)',
  ],
  ...[
    'floor(price)',
    'ceil(price)',
    'floor(rate)',
    'ceil(rate)',
    'floor(x)',
    'ceil(x)',
    'floor(b)',
    'round(price, 1)',
    'round(price)',
    'round(rate, 3)',
    'round(x, 2)',
    'round(x)',
    'round(b, -1)',
    'round(price, -1)',
    'round(x * 10, -1)',
    'sqrt(abs(x))',
    'sqrt(4)',
  ],
  ...[
    'trim(name)',
    'length(name)',
    'length(code)',
    "lower('ABC' || code)",
    'upper(digits)',
    'substring(code, 1, 2)',
    'substring(name, 2)',
    'substring(code, 3, 0)',
    'substring(code, 9, 1)',
    "replace(code, 'a', '')",
    "replace(code, '', 'x')",
    "replace(name, 'A', 'z')",
    "replace(code, '\\', '/')",
  ],
  ...[
    'greatest(a, b)',
    'least(a, b, 3)',
    'greatest(price, rate)',
    'greatest(code, name)',
    "least(day, date '2020-01-01')",
    'greatest(null, a)',
  ],
  ...[
    'true',
    'false',
    "'it''s'",
    "'back\\slash'",
    "'Zürich 🙂'",
    '12345678901',
    '1.50',
    '1e3',
    "date '2025-01-31'",
    "timestamp '2025-01-31 10:00:00.25'",
  ],
  ...[
    '(select max(a) from edges)',
    '(select count(*) from edges u where u.a > edges.a)',
    'exists (select 1 from edges u where u.b = edges.a)',
    'not exists (select 1 from edges u where u.a = edges.b)',
  ],
  ...[
    'row_number() over (order by a desc, id)',
    'row_number() over (partition by is_sale order by code, id desc)',
    'rank() over (order by is_sale)',
    'dense_rank() over (order by b desc nulls first)',
    'rank() over (order by x nulls first)',
  ],
  ...[
    'lag(a) over (order by id)',
    'lead(price, 2, 0) over (order by id)',
    "lag(code, 1, '-') over (partition by is_web order by id)",
    'sum(a) over (order by id)',
    'sum(price) over (order by is_sale)',
    'sum(b) over (order by id rows between 1 preceding and 1 following)',
    'count(*) over ()',
    'min(day) over (partition by is_sale)',
    'max(is_sale) over (order by id rows between current row and unbounded following)',
  ],
]

/** Everything a whole table can be asked, with and without rows. */
const WHOLE = [
  ...[
    'count(*)',
    'count(a)',
    'count(distinct code)',
    'count(distinct is_sale)',
    'sum(a)',
    'sum(price)',
    'sum(rate)',
    'sum(distinct b)',
    'sum(rate * price)',
    'sum(price) * max(rate)',
  ],
  ...[
    'min(code)',
    'max(code)',
    'min(is_sale)',
    'max(is_web)',
    'min(day)',
    'max(moment)',
    'max(x)',
    'coalesce(sum(a), 0)',
    'ratio(sum(price), count(*), 2)',
    'cast(sum(case when is_sale then 1 else 0 end) as bigint)',
    'sum(sum(a)) over ()',
  ],
]

describe.skipIf(home === undefined)(`what expressions come to in DuckDB and in Spark${reason}`, () => {
  let folder: string
  let spark: Spark
  const duck = DuckDBInstance.create(':memory:').then((instance) => instance.connect())

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'c360-functions-'))
    const file = join(folder, 'edges.parquet')
    const columns = COLUMNS_OF_EDGES.map(([name]) => name).join(', ')
    const types =
      'bigint integer bigint decimal(18,2) decimal(9,6) double varchar varchar boolean boolean date timestamp varchar varchar'.split(
        ' ',
      )
    const casts = COLUMNS_OF_EDGES.map(([name], i) => `cast(${name} as ${types[i]}) as ${name}`).join(', ')
    const connection = await duck
    await connection.run(ratioMacro())
    await connection.run(
      `create table edges as select ${casts} from (values ${EDGES.join(', ')}) v(${columns})`,
    )
    await connection.run(`copy edges to '${file}' (format parquet)`)
    if (!home) return
    spark = await startSpark(home, folder)
    for (const statement of sparkTraits.prepare) await spark.sql(statement)
    await spark.sql(`create temp view spark_edges as select * from parquet.\`${file}\``)
  })

  afterAll(async () => {
    await spark?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  const print = async (sql: string) => {
    const tree = await parsed(sql)
    expect(notPortable(tree), sql).toEqual([])
    return printed(
      tree,
      sparkTarget,
      (name) => `\`spark_${name}\``,
      (name) => (name === 'edges' ? COLUMNS_OF_EDGES : undefined),
    )
  }

  const here = async (sql: string): Promise<Record<string, unknown>[]> =>
    (await (await duck).runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[]

  /** All expressions in one statement: a statement costs Spark more than an expression. Doubles as they are, all else as text. */
  async function differences(list: readonly string[], from: string): Promise<string[]> {
    const items: string[] = []
    for (const [index, expression] of list.entries()) {
      const { columns } = await print(`select ${expression} as it from edges`)
      const isDouble = columns[0]?.[1].kind === 'double'
      items.push(isDouble ? `${expression} as v${index}` : `cast((${expression}) as varchar) as v${index}`)
    }
    const sql = `select ${items.join(', ')} ${from}`
    const [own, there] = [byFirst(await here(sql)), byFirst(await spark.sql((await print(sql)).sql))]
    expect(there).toHaveLength(own.length)
    return list.flatMap((expression, index) => {
      const values = (rows: readonly Record<string, unknown>[]) => rows.map((row) => row[`v${index}`])
      const [a, b] = [values(own), values(there)]
      const differing = a.flatMap((value, row) =>
        same(value, b[row]) ? [] : [`${row + 1}: ${value} / ${b[row]}`],
      )
      return differing.length > 0 ? [`${expression}: ${differing.join('; ')}`] : []
    })
  }

  test('row by row', async () => {
    expect(await differences(['id', ...ROWWISE], 'from edges')).toEqual([])
  })

  test('over all rows, and over none', async () => {
    expect(await differences(WHOLE, 'from edges')).toEqual([])
    expect(await differences(WHOLE, 'from edges where a > b and a < b')).toEqual([])
  })

  test.each([
    'select distinct is_sale as v from edges',
    'select is_sale as v, count(*) as n from edges group by is_sale having count(*) > 1',
    'select length(code) > 1 as v, sum(a) as n from edges group by length(code) > 1',
    'select code as v from edges union select name as v from edges',
    'select a as v from edges except select b as v from edges',
    'select b as v from edges intersect select a as v from edges',
    'select price as v from edges union all select rate as v from edges',
    "select 1 as v, 'a' as w union all select 2 as v, null as w",
    'with x as (select a, id from edges), y (k) as (select x.a + 1 from x where x.id < 5) select y.k as v, e.code as w from y left join edges e on e.a = y.k',
    'select l.id as v, r.id as w from edges l full join edges r on l.a = r.b',
    'select a + 0 as twice, twice * 2 as v from edges where twice < 100',
  ])('%s', async (sql) => {
    const sorted = (rows: readonly Record<string, unknown>[]) =>
      rows.map((row) => Object.values(row).map(text).join(' | ')).sort()
    expect(sorted(await spark.sql((await print(sql)).sql))).toEqual(sorted(await here(sql)))
  })

  test.each([
    'cast(100000000000000000000.00 as decimal(38,2)) * cast(10000000000000000000.000000 as decimal(38,6))',
    'ratio(cast(99999999999999999999999999999999 as decimal(38,0)), 3, 6)',
    'sqrt(-1)',
    '2147483647 + 1',
    'cast(1000 as decimal(5,2))',
    'cast(cast(1000 as double) as decimal(5,2))',
    "cast('x' as integer)",
  ])('%s is an error in both', async (expression) => {
    const sql = `select ${expression} as v from edges`
    await expect(here(sql)).rejects.toThrow()
    await expect(spark.sql((await print(sql)).sql)).rejects.toThrow()
  })
})

const text = (value: unknown): string => (value === null || value === undefined ? 'NULL' : String(value))

/** A query has no order: the first column tells the rows apart. */
const byFirst = (rows: readonly Record<string, unknown>[]): Record<string, unknown>[] =>
  [...rows].sort((a, b) => Number(a.v0) - Number(b.v0))

function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-12 * Math.abs(a)
  return text(a) === text(b)
}
