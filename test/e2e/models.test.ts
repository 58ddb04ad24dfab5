import { expect, test } from 'vitest'
import type { C360Error } from '../../src/errors.ts'
import { bindModels } from '../../src/run/bind.ts'
import { prepare } from '../../src/run/prepare.ts'
import { retailProject } from '../support/project.ts'

const products = 'ProductID,Name,Category,Price\n7,Thing,Toys,5\n8,Other,Toys,6\n'
const orders = `OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status
1,10,7,2025-01-02 10:00:00,PayPal,10.00,Completed
2,11,8,2025-01-03 10:00:00,PayPal,20.00,Completed
3,11,8,2025-01-03 10:00:00,PayPal,40.00,Failed
`

const model = (
  sql: string,
  reconciles = 'total_sales: sum(fact_transactions.amount) where is_sale',
) => `/* spend_by_category
description: Sales by category
grain: [category]
reconciles: { ${reconciles} }
columns: { category: Category, total_sales: Sales }
*/
${sql}
`

const right = `select p.category, cast(sum(t.amount) as decimal(18,2)) as total_sales
from fact_transactions t
join dim_products p on p.product_id = t.product_id
where t.is_sale
group by p.category`

async function shop(sql: string) {
  const project = await retailProject()
  await project.write('landing/Products.csv', products)
  await project.write('landing/OnlineTransactions.csv', orders)
  await project.write('models/spend_by_category.sql', sql)
  return project
}

const failure = (promise: Promise<unknown>): Promise<C360Error> =>
  promise.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: C360Error) => error,
  )

test("a user's own model joins in and is certified", async () => {
  await using project = await shop(model(right))
  const { manifest } = await project.run()
  expect(manifest?.models.spend_by_category?.certificate.certified).toBe(true)
  expect(await project.query('select * from spend_by_category')).toEqual([
    { category: 'Toys', total_sales: '30.00' },
  ])
})

test('a model that multiplies rows is refused, and the published version stays', async () => {
  await using project = await shop(model(right))
  await project.run()
  const fanOut = right.replace(
    'join dim_products p on p.product_id = t.product_id',
    'join dim_products p on p.category = p.category',
  )
  await project.write('models/spend_by_category.sql', model(fanOut))
  const error = await failure(project.run())
  expect(error.code).toBe('NOT_CERTIFIED')
  expect(error.problems.map(({ message }) => message)).toEqual([
    'spend_by_category: total_sales is 60.00, and 30.00 was expected',
  ])
  expect(await project.query('select * from spend_by_category')).toEqual([
    { category: 'Toys', total_sales: '30.00' },
  ])
})

test('a column that is not there is a Problem at its line, in check and in run', async () => {
  const wrong = right.replace('p.category, cast', 'p.category, p.colour, cast')
  await using project = await shop(model(wrong).replace('columns: {', 'columns: { colour: Colour,'))
  const checked = model(right).replace('*/', 'checks: [{ name: red, expect: colour > 0 }]\n*/')
  await project.write('models/z.sql', checked.replace('spend_by_category', 'z'))
  const [found, ...more] = await bindModels(await prepare(project.root))
  const checks = {
    file: 'models/z.sql',
    line: 1,
    message: expect.stringMatching(/^z: its checks do not run: /),
  }
  expect(more).toMatchObject([checks])
  expect(found).toMatchObject({ file: 'models/spend_by_category.sql', line: 7 })
  expect(found?.message).toContain('colour')
  const error = await failure(project.run())
  expect(error.code).toBe('PROJECT_INVALID')
  expect(error.problems[0]).toMatchObject({ file: 'models/spend_by_category.sql', line: 7 })
})

test('circle, unknown table and missing grain are Problems with file and line, all at once', async () => {
  await using project = await shop(model('select category, 1 as total_sales from b'))
  await project.write(
    'models/b.sql',
    model('select category, total_sales from spend_by_category').replace('spend_by_category\n', 'b\n'),
  )
  await project.write('models/c.sql', model('select category, price as total_sales from dim_product'))
  await project.write('models/d.sql', model(right).replace('grain: [category]\n', ''))
  const error = await failure(prepare(project.root))
  const told = error.problems.map(({ file, line, message }) => `${file}:${line} ${message}`).join('\n')
  expect(told).toMatch(/models\/(b|spend_by_category)\.sql:\d+ .*(circle|circular)/i)
  expect(told).toMatch(/models\/c\.sql:7 .*dim_product/)
  expect(told).toMatch(/models\/d\.sql:\d+ .*grain/)
})
