import { describe, expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { bindView } from '../../src/reconcile/bind.ts'
import { legacySources } from '../../src/reconcile/sources.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { exampleRetail } from '../support/project.ts'

const refusal = async (sql: string) => {
  const { find } = legacySources(duckdb.dialect, await loadProjectOrFail(exampleRetail))
  const bound = await bindView(sql, 'v.sql', find)
  if (!('code' in bound)) throw new Error('it was not refused')
  return bound
}

/** What is refused, the words of the message, and the line it is on. */
const cases: readonly (readonly [sql: string, message: RegExp, line: number, hint?: RegExp])[] = [
  ['SELECT\n  GETDATE() AS x', /GETDATE/, 2, /clock/],
  ["SELECT FORMAT(o.[DateTime], 'yyyy') AS x\nFROM OnlineTransactions o", /FORMAT/, 1, /CONVERT/],
  ['SELECT 1 AS x,\n\nSTDEV(o.Amount) AS y FROM OnlineTransactions o', /STDEV/, 3],
  ['SELECT x FROM\nNoSuchTable', /no source stands for the table `NoSuchTable`/, 2],
  ['SELECT o.Amout AS x FROM OnlineTransactions o', /no column `o.Amout`/, 1, /Amount/],
  ['SELECT q.Amount AS x FROM OnlineTransactions o', /no table or alias `q`/, 1],
  [
    'SELECT CustomerID FROM OnlineTransactions o JOIN Customers c ON c.CustomerID = o.CustomerID',
    /may be/,
    1,
    /table before it/,
  ],
  [
    'SELECT o.Amount AS x FROM OnlineTransactions o\nOUTER APPLY (SELECT TOP 1 * FROM Customers) c',
    /OUTER APPLY/,
    2,
  ],
  ['SELECT TOP 3 PERCENT o.Amount AS x FROM OnlineTransactions o', /PERCENT/, 1],
  [
    'SELECT SUM(o.Amount) OVER (ORDER BY o.OrderID ROWS UNBOUNDED PRECEDING) AS x FROM OnlineTransactions o',
    /frame/,
    1,
  ],
  ['SELECT DATEPART(week, o.[DateTime]) AS x FROM OnlineTransactions o', /date part `week`/, 1],
  ['SELECT o.[DateTime] + 1 AS x FROM OnlineTransactions o', /date or time/, 1, /DATEADD/],
  ['SELECT CAST(o.[DateTime] AS VARCHAR(20)) AS x FROM OnlineTransactions o', /without a style/, 1],
  ["SELECT CASE WHEN o.Status LIKE '[a-c]%' THEN 1 END AS x FROM OnlineTransactions o", /LIKE/, 1],
  ['SELECT o.Amount * 2 FROM OnlineTransactions o', /column 1 of the view has no name/, 1],
  ['SELECT o.Status AS s FROM OnlineTransactions o GROUP BY ROLLUP(o.Status)', /ROLLUP/, 1],
  ['SELECT o.Status AS s FROM OnlineTransactions o FOR JSON AUTO', /for json/, 1],
  ['SELECT o.Status AS s INTO x FROM OnlineTransactions o', /into/, 1],
  ['DELETE FROM OnlineTransactions', /a view is expected, not delete/, 1],
  ['SELECT 1 AS a; SELECT 2 AS b', /2 statements/, 1],
  ['SELECT FROM WHERE', /./, 1],
]

describe('what is not understood is refused by name and line', () => {
  for (const [sql, message, line, hint] of cases) {
    test(sql.replaceAll('\n', ' ').slice(0, 80), async () => {
      const problem = await refusal(sql)
      expect(problem.message).toMatch(message)
      expect({ file: problem.file, line: problem.line }).toEqual({ file: 'v.sql', line })
      if (hint) expect(problem.hint).toMatch(hint)
    })
  }
})
