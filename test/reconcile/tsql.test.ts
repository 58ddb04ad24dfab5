import { describe, expect, test } from 'vitest'
import { tsql, tsqlRows } from './support.ts'

/** Values as T-SQL has them, of the expressions in one SELECT. */
const cases: Readonly<Record<string, readonly (readonly [expression: string, value: unknown])[]>> = {
  'division of whole numbers cuts towards zero': [
    ['7 / 2', 3n],
    ['-7 / 2', -3n],
    ['7 / -2', -3n],
    ['7 % 3', 1],
    ['-7 % 3', -1],
    ['1 / NULL', null],
  ],
  'division of decimals keeps six places and cuts the rest': [
    ['2.0 / 3', '0.666666'],
    ['-2.0 / 3', '-0.666666'],
    ['10.00 / 4', '2.500000'],
    ['CAST(1 AS DECIMAL(10,2)) / NULLIF(0, 0)', null],
  ],
  'CAST to DECIMAL rounds half away from zero': [
    ['CAST(2.345 AS DECIMAL(10,2))', '2.35'],
    ['CAST(-2.345 AS DECIMAL(10,2))', '-2.35'],
    ['CAST(162.325 AS DECIMAL(10,2))', '162.33'],
    ['CONVERT(DECIMAL(10,2), 0.005)', '0.01'],
    ["CAST('1.5' AS DECIMAL(10,2))", '1.50'],
    ['CAST(NULL AS DECIMAL(10,2))', null],
    ['ROUND(2.345, 2)', '2.35'],
    ['ROUND(-2.5, 0)', '-3'],
  ],
  'CAST to INT cuts, and reads whole numbers only': [
    ['CAST(2.9 AS INT)', 2n],
    ['CAST(-2.9 AS INT)', -2n],
    ["CAST(' 12 ' AS INT)", 12n],
    ["CAST('' AS INT)", 0n],
    ["TRY_CAST('12.5' AS INT)", null],
    ["TRY_CAST('x' AS DECIMAL(5,2))", null],
    ["TRY_CONVERT(INT, 'x')", null],
    ['CAST(5 AS BIT)', 1],
    ['CAST(0 AS BIT)', 0],
  ],
  'CAST to text is cut at its length': [
    ["CAST('abcdef' AS VARCHAR(3))", 'abc'],
    ['CAST(12.50 AS NVARCHAR(10))', '12.50'],
    ["CAST('abcdef' AS VARCHAR(MAX))", 'abcdef'],
  ],
  'texts compare without case and trailing spaces': [
    ["CASE WHEN 'resolved' = 'Resolved' THEN 1 ELSE 0 END", 1],
    ["CASE WHEN 'a ' = 'A' THEN 1 ELSE 0 END", 1],
    ["CASE WHEN ' a' = 'a' THEN 1 ELSE 0 END", 0],
    ["CASE WHEN 'b' > 'A' THEN 1 ELSE 0 END", 1],
    ["CASE WHEN 'GOLD' IN ('Gold', 'Platinum') THEN 1 ELSE 0 END", 1],
    ["CASE WHEN 'Gold' NOT IN ('silver') THEN 1 ELSE 0 END", 1],
    ["CASE WHEN 'Apple' LIKE 'a%E' THEN 1 ELSE 0 END", 1],
    ["CASE 'X' WHEN 'x' THEN 1 ELSE 0 END", 1],
    ["CASE WHEN 'B' BETWEEN 'a' AND 'c' THEN 1 ELSE 0 END", 1],
    ["NULLIF('A', 'a')", null],
    ["CASE WHEN '10' = 10 THEN 1 ELSE 0 END", 1],
    ["CASE WHEN '9' < 10 THEN 1 ELSE 0 END", 1],
  ],
  'NULL is unknown, and joins nothing': [
    ['CASE WHEN NULL = NULL THEN 1 ELSE 0 END', 0],
    ["'a' + NULL", null],
    ["CONCAT('a', NULL, 'b', 1)", 'ab1'],
    ["N'a' + 'b'", 'ab'],
    ["'1' + 2", 3n],
    ['COALESCE(NULL, NULL, 3)', 3],
    ['ISNULL(NULL, 0)', 0],
    ["ISNULL('a', 'b')", 'a'],
    ['IIF(NULL > 1, 1, 0)', 0],
    ['CASE WHEN 1 IS NOT NULL THEN 1 END', 1],
  ],
  'parts of dates': [
    ["DATENAME(WEEKDAY, CAST('2025-01-20' AS DATE))", 'Monday'],
    ["DATENAME(dw, '2025-01-26 23:59:59')", 'Sunday'],
    ["DATENAME(month, CAST('2025-02-01' AS DATETIME))", 'February'],
    ["DATENAME(year, CAST('2025-02-01' AS DATETIME2))", '2025'],
    ["DATEPART(WEEKDAY, '2025-01-26')", 1n],
    ["DATEPART(dw, '2025-01-25')", 7n],
    ["DATEPART(HOUR, '2025-01-20 22:34:31')", 22n],
    ["DATEPART(iso_week, '2024-12-30')", 1n],
    ["DATEPART(quarter, '2025-04-01')", 2n],
    ["YEAR('2025-03-04') * 10000 + MONTH('2025-03-04') * 100 + DAY('2025-03-04')", 20250304n],
    ['YEAR(NULL)', null],
  ],
  'arithmetic of dates counts boundaries and keeps month ends': [
    ["DATEDIFF(day, '2025-01-01 23:59', '2025-01-02 00:01')", 1n],
    ["DATEDIFF(year, '2024-12-31', '2025-01-01')", 1n],
    ["DATEDIFF(month, '2025-03-31', '2025-01-31')", -2n],
    ["CONVERT(VARCHAR(10), DATEADD(month, 1, CAST('2025-01-31' AS DATE)), 23)", '2025-02-28'],
    ["CONVERT(VARCHAR(10), DATEADD(day, -1, CAST('2025-03-01' AS DATE)), 120)", '2025-02-28'],
    ["CONVERT(VARCHAR(8), EOMONTH('2024-02-10'), 112)", '20240229'],
    ["CONVERT(VARCHAR(7), CAST('2025-01-20 22:34:31' AS DATETIME), 120)", '2025-01'],
    ["CONVERT(VARCHAR(19), CAST('2025-01-20 22:34:31' AS DATETIME), 120)", '2025-01-20 22:34:31'],
  ],
  'functions of texts': [
    ["LEN('ab  ')", 2n],
    ["UPPER('aé')", 'AÉ'],
    ["LOWER('AB')", 'ab'],
    ["LTRIM(RTRIM('  a b  '))", 'a b'],
    ["TRIM('  a ')", 'a'],
    ["SUBSTRING('abcdef', 2, 3)", 'bcd'],
    ["SUBSTRING('abcdef', 0, 3)", 'ab'],
    ["LEFT('abc', 2) + RIGHT('abc', 1)", 'abc'],
    ["RIGHT('abc', 0)", ''],
    ["CHARINDEX('C', 'abc')", 3n],
    ["CHARINDEX('x', 'abc')", 0n],
    ["REPLACE('a.Ab', 'A', '\\1')", '\\1.\\1b'],
    ["REPLACE('a.b', '.', '')", 'ab'],
  ],
  'functions of numbers': [
    ['ABS(-1.5)', '1.5'],
    ['FLOOR(-1.5)', '-2'],
    ['CEILING(-1.5)', '-1'],
    ['-(-3)', 3],
    ['1.5 + 1', '2.5'],
    ['2 * 1.5 - 1', '2.0'],
  ],
}

describe('T-SQL expressions keep their meaning', () => {
  for (const [name, list] of Object.entries(cases)) {
    test(name, async () => {
      const columns = list.map(([expression], index) => `${expression} AS c${index}`)
      const values = await tsql(`SELECT ${columns.join(', ')}`)
      const plain = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value)
      expect(list.map(([expression], index) => [expression, plain(values[index])])).toEqual(
        list.map(([expression, value]) => [expression, plain(value)]),
      )
    })
  }

  test('what fails in SQL Server fails here', async () => {
    await expect(tsql('SELECT 1 / 0 AS x')).rejects.toThrow('divide by zero')
    await expect(tsql('SELECT 1.0 / 0 AS x')).rejects.toThrow('divide by zero')
    await expect(tsql("SELECT CAST('12.5' AS INT) AS x")).rejects.toThrow('not a whole number')
    await expect(tsql("SELECT 'a' + 1 AS x")).rejects.toThrow('not a whole number')
  })
})

const rows = (values: string) => `(SELECT ${values.split(';').join(' UNION ALL SELECT ')}) t`

describe('T-SQL over rows', () => {
  test('grouping, counting and distinct look past case; averages of whole numbers are whole', async () => {
    const from = rows("'Gold' AS a, 1 AS n;'gold ', 2;'GOLD', 4;NULL, 8")
    expect(
      await tsqlRows(`SELECT a, COUNT(*) AS c, SUM(n) AS s, AVG(n) AS v FROM ${from} GROUP BY a ORDER BY a`),
    ).toEqual(
      expect.arrayContaining([
        { a: 'GOLD', c: 3n, s: 7n, v: 2n },
        { a: null, c: 1n, s: 8n, v: 8n },
      ]),
    )
    expect(
      await tsql(`SELECT COUNT(DISTINCT a) AS c, COUNT(a) AS d, COUNT_BIG(*) AS e FROM ${from}`),
    ).toEqual([1n, 3n, 4n])
    expect(await tsqlRows(`SELECT DISTINCT a FROM ${from}`)).toHaveLength(2)
    expect(await tsqlRows(`SELECT a FROM ${from} UNION SELECT 'gold'`)).toHaveLength(2)
    expect(await tsql(`SELECT MIN(a) AS x, MAX(a) AS y FROM ${rows("'b' AS a;'A';'C'")}`)).toEqual(['A', 'C'])
    expect(await tsql(`SELECT UPPER(a) + '!' AS x FROM ${rows("'x' AS a;'X'")} GROUP BY a`)).toEqual(['X!'])
  })

  test('PERCENTILE_CONT interpolates between rows, over every row or a partition', async () => {
    const from = rows('1 AS g, 10.00 AS x;1, 20.00;2, 30.00')
    const sql = `SELECT g, PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY x) OVER () AS p, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x) OVER (PARTITION BY g) AS q FROM ${from}`
    const found = await tsqlRows(sql)
    expect(found.map(({ p }) => p)).toEqual([28, 28, 28])
    expect(found.filter(({ g }) => g === 1).map(({ q }) => q)).toEqual([15, 15])
  })

  test('windows number with NULL below every value', async () => {
    const from = rows('NULL AS x;2;1')
    const found = await tsqlRows(
      `SELECT x, ROW_NUMBER() OVER (ORDER BY x) AS up, RANK() OVER (ORDER BY x DESC) AS down, SUM(x) OVER () AS s FROM ${from}`,
    )
    expect(found.sort((a, b) => Number(a.up) - Number(b.up))).toEqual([
      { x: null, up: 1n, down: 3n, s: 3n },
      { x: 1n, up: 2n, down: 2n, s: 3n },
      { x: 2n, up: 3n, down: 1n, s: 3n },
    ])
  })

  test('TOP, ORDER BY an alias, HAVING, CTEs with column names, EXISTS, IN (SELECT ..), a query as value', async () => {
    const from = rows('1 AS a;2;3;3')
    expect(
      await tsqlRows(`SELECT TOP 1 a AS b, COUNT(*) AS n FROM ${from} GROUP BY a ORDER BY n DESC`),
    ).toEqual([{ b: 3, n: 2n }])
    expect(await tsqlRows(`SELECT a FROM ${from} GROUP BY a HAVING COUNT(*) > 1`)).toEqual([{ a: 3 }])
    const sql = `WITH n(v) AS (SELECT a FROM ${from}), m AS (SELECT 3 AS w)
      SELECT COUNT(*) AS c, (SELECT MAX(w) FROM m) AS top_one FROM n
      WHERE EXISTS (SELECT 1 FROM m WHERE m.w = n.v) AND n.v IN (SELECT w FROM m) AND NOT (n.v = 1)`
    expect(await tsql(sql)).toEqual([2n, 3])
  })

  test('a script around the view, brackets, N texts, assignment and star', async () => {
    const sql = `USE shop
GO
SET ANSI_NULLS ON
GO
-- a comment
CREATE OR ALTER VIEW [dbo].[My View] ([One], Two, Three) AS
SELECT t.*, Total = [t].[A] * 2 FROM (SELECT 2 AS a, N'x' AS [b c]) AS t;
GO
`
    expect(await tsqlRows(sql)).toEqual([{ a: 2, 'b c': 'x', Total: 4 }])
  })
})
