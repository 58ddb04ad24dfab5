import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toMarkdown } from '../../src/reconcile/markdown.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import { addsUp, reconcileIn } from './support.ts'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** A small retailer whose every figure can be worked out by hand; a name holds a secret to look for. */
const landing: Readonly<Record<string, string>> = {
  'Customers.csv':
    'CustomerID,Name,Email,Address\n1,Secret Person,a@example.org,1 Road\n2,Other Person,b@example.org,2 Road\n3,Third Person,c@example.org,3 Road\n',
  'Products.csv': 'ProductID,Name,Category,Price\n10,Lamp,Home,5.00\n11,lamp,Home,6.00\n12,Chair,Home,7.00\n',
  'Stores.csv': 'StoreID,Location,Manager,OpenHours\n5,Here,Secret Manager,8:00 AM - 8:00 PM\n',
  'OnlineTransactions.csv':
    'OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\n100,1,10,2025-01-05 10:00:00,PayPal,10.00,Completed\n101,1,11,2025-01-06 23:30:00,PayPal,20.00,Failed\n102,2,12,2025-02-07 10:00:00,PayPal,40.00,Completed\n',
  'InStoreTransactions.csv':
    'TransactionID,CustomerID,StoreID,DateTime,Amount,PaymentMethod\n900,1,5,2025-01-08 09:00:00,1.00,PayPal\n901,1,5,2025-01-09 09:00:00,2.00,PayPal\n902,3,5,2025-02-09 09:00:00,4.00,PayPal\n',
}

/** Purchases by customer and month do not exist as a model of the project here: it brings its own. */
const byMonth = `/* sales_by_month
description: Counted sales by local month
grain: [sales_month]
reconciles:
  revenue: sum(fact_transactions.amount) where is_sale
  sales: count(fact_transactions) where is_sale
columns: { sales_month: Month, revenue: Counted amounts, sales: Counted lines }
*/
select
  cast(extract(year from local_date) as varchar) || '-' || cast(extract(month from local_date) as varchar) as sales_month,
  cast(sum(amount) as decimal(18,2)) as revenue,
  count(*) as sales
from fact_transactions where is_sale
group by cast(extract(year from local_date) as varchar) || '-' || cast(extract(month from local_date) as varchar)
`

const withTwoFacts = `/* reconcile: model: sales_by_month, columns: { Month: sales_month, Turnover: revenue, Sales: sales } */
CREATE VIEW dbo.rpt_Monthly AS
SELECT CONCAT(YEAR(o.[DateTime]), '-', MONTH(o.[DateTime])) AS [Month],
       SUM(o.Amount) AS Turnover,
       COUNT(o.OrderID) AS Sales
FROM dbo.Customers AS c
INNER JOIN dbo.OnlineTransactions AS o ON o.CustomerID = c.CustomerID
INNER JOIN dbo.InStoreTransactions AS i ON i.CustomerID = c.CustomerID
GROUP BY CONCAT(YEAR(o.[DateTime]), '-', MONTH(o.[DateTime]))
`

describe("a user's own views", () => {
  let project: TestProject
  beforeAll(async () => {
    project = await retailProject()
    for (const [name, text] of Object.entries(landing)) await project.write(`landing/${name}`, text)
    await project.write('models/sales_by_month.sql', byMonth)
    await project.run()
  })
  afterAll(() => project[Symbol.asyncDispose]())

  test('two joined facts: what repeats, what the inner join loses, what is never read', async () => {
    const found = await reconcileIn(project, withTwoFacts)
    expect(found.measures.every(addsUp)).toBe(true)
    // 1's two orders stand twice (2 visits): 60; 2's order is lost (no visit). Certified: 10 + 40 online, 7 in store.
    expect(found.measures[0]).toMatchObject({
      measure: 'Turnover',
      legacy: '60.00',
      certified: '57.00',
      remainder: '0.00',
    })
    expect(found.measures[0]?.steps.map(({ kind, amount, rows }) => [kind, amount, rows])).toEqual([
      ['fan_out', '-30.00', undefined],
      ['left_out', '40.00', 1],
      ['not_in_view', '7.00', 3],
      ['status', '-20.00', 1],
    ])
    expect(found.joins.map(({ table, rowsBefore, rowsAfter }) => [table, rowsBefore, rowsAfter])).toEqual([
      ['online_transactions', 3, 3],
      ['in_store_transactions', 3, 4],
    ])
    expect(found.measures[1]).toMatchObject({ legacy: '4', certified: '5', remainder: '0' })
  })

  test('the model, the columns and the key are found by name, and said', async () => {
    const found = await reconcileIn(
      project,
      `SELECT c.CustomerID, c.Name AS CustomerName, ISNULL(SUM(o.Amount), 0) AS OnlineSpend
       FROM Customers c LEFT JOIN OnlineTransactions o ON o.CustomerID = c.CustomerID AND o.Status = 'completed'
       GROUP BY c.CustomerID, c.Name`,
      'vw_CustomerSegmentation.sql',
    )
    expect(found).toMatchObject({ model: 'customer_segmentation', differs: false, unmapped: [] })
    expect(found.assumed.join('\n')).toMatch(/OnlineSpend = online_spend[\s\S]*rows matched by CustomerID/)
    expect(found.measures[0]).toMatchObject({
      legacy: '50.00',
      certified: '50.00',
      steps: [],
      remainder: '0.00',
    })
    expect(JSON.stringify(found)).not.toMatch(/Secret|Person/)
  })

  test('grouping by a name that stands for two products', async () => {
    const found = await reconcileIn(
      project,
      `/* reconcile: { model: average_order_value_by_product, columns: { Product: product_name }, key: Total } */
       SELECT p.Name AS Product, SUM(o.Amount) AS Total FROM Products p JOIN OnlineTransactions o ON o.ProductID = p.ProductID GROUP BY p.Name`,
    ).catch((error: { problems: readonly { message: string }[] }) => error.problems[0]?.message)
    expect(found).toMatch(/nothing in the view tells/)
    const named = await reconcileIn(
      project,
      `/* reconcile: { model: average_order_value_by_product, columns: { TotalSales: total_sales }, key: Product } */
       SELECT p.Name AS Product, SUM(o.Amount) AS TotalSales FROM Products p JOIN OnlineTransactions o ON o.ProductID = p.ProductID GROUP BY p.Name`.replace(
        'columns: {',
        'columns: { Product: product_name,',
      ),
    )
    expect(named.names).toEqual([
      {
        block: 'view',
        columns: ['Name'],
        table: 'products',
        key: ['ProductID'],
        names: 1,
        keys: 2,
        examples: ['Lamp'],
      },
    ])
    expect(named.measures[0]).toMatchObject({ legacy: '70.00', certified: '50.00', remainder: '0.00' })
  })

  test('nested blocks: a CTE that adds up and an outer join that repeats its rows', async () => {
    const found = await reconcileIn(
      project,
      `/* reconcile: model: customer_segmentation */
       WITH s AS (SELECT CustomerID, SUM(Amount) AS TotalSpend FROM InStoreTransactions GROUP BY CustomerID)
       SELECT s.CustomerID, CAST(s.TotalSpend AS DECIMAL(10,2)) AS TotalSpend FROM s JOIN OnlineTransactions o ON o.CustomerID = s.CustomerID`,
    )
    expect(found.measures[0]).toMatchObject({ legacy: '6.00', certified: '57.00', remainder: '0.00' })
    expect(found.measures[0]?.steps.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['fan_out', '-3.00'],
      ['left_out', '4.00'],
      ['not_in_view', '50.00'],
    ])
    expect(found.grain).toMatchObject({ keys: 1, repeatedKeys: 1, mostRows: 2 })
  })

  test('a wrong setting is refused with its line', async () => {
    const wrong = (text: string) =>
      reconcileIn(project, text).catch((error: { problems: unknown }) => error.problems)
    expect(await wrong('/* reconcile:\n  modle: x */ SELECT 1 AS a')).toMatchObject([
      { code: 'legacy_settings', line: 2, hint: 'did you mean `model`?' },
    ])
    expect(await wrong('/* reconcile: model: peak_time */ SELECT 1 AS a')).toMatchObject([
      { hint: 'did you mean `peak_times`?' },
    ])
    expect(await wrong('SELECT 1 AS nothing_like_it')).toMatchObject([{ code: 'legacy_settings' }])
  })

  test('a file is found below the current folder, then below the project', async () => {
    const sql = (name: string) => `SELECT CustomerID, Name AS CustomerName FROM Customers -- ${name}`
    const elsewhere = join(project.root, 'elsewhere')
    await project.write('old/vw_CustomerSegmentation.sql', sql('project'))
    await project.write('elsewhere/near/vw_CustomerSegmentation.sql', sql('here'))
    await project.write('near/vw_CustomerSegmentation.sql', 'not a view')
    const run = (file: string) =>
      promisify(execFile)(process.execPath, [main, 'reconcile', file, '-p', '..', '--json'], {
        cwd: elsewhere,
      }).then(
        ({ stdout }) => JSON.parse(stdout).file,
        ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
      )
    const [far, near, none] = await Promise.all([
      run('old/vw_CustomerSegmentation.sql'),
      run('near/vw_CustomerSegmentation.sql'),
      run('no/view.sql'),
    ])
    expect(far).toBe(join('..', 'old', 'vw_CustomerSegmentation.sql'))
    expect(near).toBe('near/vw_CustomerSegmentation.sql')
    expect(none).toContain(`There is no file no/view.sql, nor ${join('..', 'no', 'view.sql')}.`)
  })

  test('the command: text, JSON, Markdown, and --fail', async () => {
    await project.write('legacy.sql', withTwoFacts)
    const file = join(project.root, 'legacy.sql')
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [main, 'reconcile', file, '-p', project.root, ...args])
    const [failed, json, markdown] = await Promise.all([
      run('--fail').catch((error: { code: number; stdout: string }) => error),
      run('--json'),
      run('--format', 'markdown'),
    ])
    expect(failed).toMatchObject({ code: 4 })
    expect(failed.stdout).toMatch(
      /Turnover is 60\.00; certified 57\.00[\s\S]*status Failed does not count as a sale +-20\.00/,
    )
    expect(JSON.parse(json.stdout)).toMatchObject({ view: 'rpt_Monthly', differs: true })
    expect(markdown.stdout.trim()).toBe(toMarkdown(await reconcileIn(project, withTwoFacts)).trim())
    expect(markdown.stdout).toMatch(
      /^# rpt\\_Monthly against sales\\_by\\_month[\s\S]*\| step \| change \| total \| rows \|\n\| --- \| ---: \| ---: \| ---: \|/,
    )
  })
})
