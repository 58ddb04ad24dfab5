import { afterAll, beforeAll, expect, test } from 'vitest'
import { lineageText } from '../../src/cli/lineage-text.ts'
import { explainColumn, subjectOf } from '../../src/lineage/explain.ts'
import { piiOf } from '../../src/lineage/pii.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import { fieldsAt, type Opened, open } from './support.ts'

/** Web orders that name no customer but an address; of store sales the retail example's contract is kept. */
const WEB = `files: Web*.csv
entity: transaction
key: [transaction_id]
set: { channel: web }
columns:
  Order: transaction_id
  Mail: { field: customer_id, by: email }
  At: occurred_at
  Amount: amount
  Status: status
`

let project: TestProject
let opened: Opened

beforeAll(async () => {
  project = await retailProject()
  await project.write('contracts/web_orders.yaml', WEB)
  await project.write(
    'landing/Customers.csv',
    'CustomerID,Name,Email,Address\n1,Ann Lee,ann@example.com,x\n2,Bob Ray,bob@example.com,y\n',
  )
  await project.write(
    'landing/InStoreTransactions.csv',
    'TransactionID,CustomerID,StoreID,DateTime,Amount,PaymentMethod\nT1,1,S1,2024-03-01 10:00:00,5.00,Gift Card\n',
  )
  await project.write(
    'landing/Web.csv',
    'Order,Mail,At,Amount,Status\nW1,ANN@example.com,2024-03-02 10:00:00,20.00,Completed\nW2,ann@example.com,2024-03-03 10:00:00,much,Completed\nW3,who@example.com,2024-03-04 10:00:00,40.00,Completed\n',
  )
  await project.run()
  opened = await open(project.root)
}, 120_000)
afterAll(async () => {
  await opened?.[Symbol.asyncDispose]()
  await project?.[Symbol.asyncDispose]()
})

test('a resolved reference leads to the customer’s id, and the addresses of both sides decide', () => {
  const { explainer } = opened
  const lineage = explainColumn(explainer, subjectOf(explainer, 'conformed.transactions'), 'customer_id')
  const from = lineage.edges
    .filter(({ from }) => from === 'conformed.transactions.customer_id')
    .map(({ role, to }) => `${role} ${to}`)
  expect(from).toEqual(
    expect.arrayContaining([
      'value silver.in_store_transactions.customer_id',
      'value conformed.customers.customer_id',
      'condition conformed.customers.email',
      'condition silver.web_orders.customer_email',
    ]),
  )
  const text = lineageText(lineage, (_, plain) => plain)
  expect(text).toContain('refers to the one customer with this email')
  expect(text).toContain('bronze.web_orders.Mail')
})

test('the id stays as personal as the customer’s own, and the address in silver is direct', () => {
  const { explainer, prepared } = opened
  const pii = (path: string, column: string) => piiOf(explainer.catalog, prepared.project, path, column)
  expect(pii('fact_transactions', 'customer_id')).toBe('indirect')
  const address = explainColumn(explainer, subjectOf(explainer, 'silver.web_orders'), 'customer_email')
  expect(address.nodes.map(({ id, pii: of }) => `${id} ${of}`)).toEqual([
    'silver.web_orders.customer_email direct',
    'bronze.web_orders.Mail direct',
  ])
})

test('customer_360.total_spend: the rows behind it are found by id and by address, and so is the row held back', async () => {
  const model = opened.explainer.catalog.models.get('customer_360')?.model
  if (!model) throw new Error('no customer_360')
  expect(await opened.query("select total_spend from gold.customer_360 where customer_id = '1'")).toEqual([
    { total_spend: '25.00' },
  ])
  const { figures } = await opened.explain(model, "customer_id = '1'")
  const spend = figures.find(({ label }) => label.includes('total_spend'))
  expect([spend?.figure, spend?.sum, spend?.agrees]).toEqual(['25.00', '25.00', true])
  const rows = spend?.parts.flatMap(({ counted }) => counted.shown.flatMap(({ at }) => at)) ?? []
  const amounts = await Promise.all(rows.map(async (row) => (await fieldsAt(project.root, row)).Amount))
  expect(amounts.sort()).toEqual(['20.00', '5.00'])
  const lost = spend?.parts.flatMap((part) => part.lost.shown) ?? []
  expect(lost.map(({ source, row, fate }) => `${source} ${row} ${fate}`)).toEqual([
    'web_orders 2 quarantined',
  ])
})
