import { afterAll, beforeAll, expect, test } from 'vitest'
import { C360Error } from '../../src/errors.ts'
import { type Explainer, explainColumn, makeExplainer, sqlOf, subjectOf } from '../../src/lineage/explain.ts'
import { piiOf } from '../../src/lineage/pii.ts'
import { sourcesOf } from '../../src/lineage/trace.ts'
import { checkWhere } from '../../src/lineage/where.ts'
import { type Prepared, prepare } from '../../src/run/prepare.ts'
import { retailProject, type TestProject } from '../support/project.ts'

let project: TestProject
let prepared: Prepared
let explainer: Explainer

const OWN = `/* own: shadowed names, stars, subqueries
description: A model that does its best to confuse
grain: [id]
reconciles: { rows: count(dim_customers) }
columns: { id: Customer, who: Name, n: Tickets, m: Most, flag: Flag }
*/
with fact as (
  select customer_id as id, email as name from dim_customers
),
wide as (
  select f.*, c.name as who from fact f join dim_customers c on c.customer_id = f.id
),
tickets as (
  select customer_id, count(*) as n from fact_service_interactions where agent_id is not null group by customer_id
)
select
  w.id, w.name as who, t.n,
  (select max(x.points_change) from fact_loyalty_transactions x) as m,
  case when w.who is null then 'no' else 'yes' end as flag
from wide w
left join tickets t on t.customer_id = w.id
`

beforeAll(async () => {
  project = await retailProject()
  await project.write('models/own.sql', OWN)
  prepared = await prepare(project.root)
  explainer = await makeExplainer(prepared)
})
afterAll(() => project?.[Symbol.asyncDispose]())

const sources = (model: string, column: string) =>
  sourcesOf(explainer.catalog, model, column).map(
    ({ relation, column: name, role }) => `${role} ${relation}.${name}`,
  )

test('total_spend comes from amount, and the rows are chosen by is_sale and customer_id', () => {
  const { edges } = explainColumn(explainer, subjectOf(explainer, 'customer_360'), 'total_spend')
  const role = (column: string) => edges.find(({ to }) => to === `gold.fact_transactions.${column}`)?.role
  expect([role('amount'), role('is_sale'), role('customer_id')]).toEqual(['value', 'filter', 'filter'])
  const [amount] = sourcesOf(explainer.catalog, 'customer_segmentation', 'total_spend')
  expect(amount?.via.length).toBeGreaterThan(0)
})

test('what only decides is told from what is handed on', () => {
  expect(sources('fact_transactions', 'is_sale')).toEqual([
    'condition conformed.transactions.status',
    'condition rules.counted_statuses.status',
  ])
  expect(sources('agent_performance', 'total_interactions')).toContain('rows fact_service_interactions.*')
  expect(sources('average_order_value_by_category', 'category')).toContain('value dim_products.category')
})

test('a model of the user: renamed, shadowed and starred columns, scalar queries, counted rows', () => {
  expect(sources('own', 'id')).toContain('value dim_customers.customer_id')
  expect(sources('own', 'who')).toContain('value dim_customers.email')
  expect(sources('own', 'who')).not.toContain('value dim_customers.name')
  expect(sources('own', 'n')).toEqual([
    'rows fact_service_interactions.*',
    'filter fact_service_interactions.agent_id',
    'join fact_service_interactions.customer_id',
    'join dim_customers.customer_id',
  ])
  expect(sources('own', 'm')).toContain('value fact_loyalty_transactions.points_change')
  expect(sources('own', 'flag')).toContain('condition dim_customers.name')
})

test('every column of every model has a source or is a constant, and every source is a column that is there', () => {
  const loose: string[] = []
  for (const { model } of explainer.catalog.models.values())
    for (const { name } of model.columns)
      for (const { relation, column } of sourcesOf(explainer.catalog, model.name.toLowerCase(), name))
        if (column !== '*' && !explainer.catalog.columns(relation)?.includes(column))
          loose.push(`${model.name}.${name} <- ${relation}.${column}`)
  expect(loose).toEqual([])
})

test('the way down to the file, with contract and line', () => {
  const { nodes, edges } = explainColumn(explainer, subjectOf(explainer, 'customer_360'), 'total_spend')
  const bronze = nodes.find(({ id }) => id === 'bronze.online_transactions.Amount')
  expect(bronze).toMatchObject({
    files: ['OnlineTransactions*.csv'],
    at: { file: 'contracts/online_transactions.yaml', line: 16 },
  })
  expect(edges).toContainEqual({
    from: 'silver.online_transactions.amount',
    to: 'bronze.online_transactions.Amount',
    role: 'value',
    via: [],
  })
  expect(nodes.find(({ id }) => id === 'rules.counted_statuses.status')?.at).toEqual({
    file: 'c360.yaml',
    line: 13,
  })
})

test('how personal a column is follows its values', () => {
  const pii = (model: string, column: string) => piiOf(explainer.catalog, prepared.project, model, column)
  expect(pii('customer_360', 'email')).toBe('direct')
  expect(pii('customer_360', 'name')).toBe('direct')
  expect(pii('customer_360', 'customer_id')).toBe('indirect')
  expect(pii('customer_360', 'total_spend')).toBe('none')
  expect(pii('customer_360', 'interactions')).toBe('none')
  expect(pii('agent_performance', 'agent_name')).toBe('employee')
  expect(pii('own', 'who')).toBe('direct')
  expect(pii('own', 'flag')).toBe('none')
})

test('the SQL of a lineage is what a rebuild runs', async () => {
  const subject = subjectOf(explainer, 'customer_360.total_spend')
  const steps = await sqlOf(prepared, explainColumn(explainer, subject, 'total_spend'))
  const names = steps.map(({ name }) => name)
  expect(names).toContain('silver.online_transactions')
  expect(names.indexOf('conformed.transactions')).toBeLessThan(names.indexOf('gold.customer_360'))
  expect(steps.at(-1)?.statements.join()).toContain(
    explainer.catalog.models.get('customer_360')?.model.sql ?? 'not there',
  )
})

test.each([
  ['customer_306', 'did you mean `customer_360`?'],
  ['customer_360.total_spent', 'did you mean `total_spend`?'],
  ['silver.customer', 'did you mean `silver.customers`?'],
])('%s: %s', (text, hint) => {
  expect(() => subjectOf(explainer, text)).toThrow(expect.objectContaining({ code: 'NOT_FOUND', hint }))
})

test.each([
  ['customer_id = (select min(customer_id) from dim_customers)', /look at one row/],
  ["read_text('/etc/passwd') is not null", /portable subset/],
  ['sum(total_spend) > 1', /look at one row/],
  ["custmer_id = '1'", /no column `custmer_id`/],
  ['true) or (true', /expected|parse|expression/i],
  ["customer_id = '1'; drop table x", /./],
])('--where %s is refused', async (where, message) => {
  const model = explainer.catalog.models.get('customer_360')?.model
  const failure = await checkWhere(model ?? never(), where).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(C360Error)
  expect((failure as C360Error).problems.map((problem) => problem.message).join()).toMatch(message)
})

function never(): never {
  throw new Error('not there')
}
