import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { FigureExplained, PartExplained } from '../../src/lineage/explained.ts'
import { decide } from '../../src/quarantine/decide.ts'
import { generateRetail } from '../../src/samples/index.ts'
import { isLong } from '../support/long.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import { hasShared, sharedRetail } from '../support/shared.ts'
import { fieldsAt, type Opened, open, someKeys } from './support.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const ONE_PER_STATE = `/* sales_by_state: a model of the user's own, over another model and with a renamed key
description: Counted sales by state
grain: [home]
reconciles:
  sales: sum(fact_transactions.amount) where is_sale and customer_id is not null
columns: { home: State, sales: Sum of counted amounts }
*/
with spend as (
  select c.customer_id, c.total_spend from customer_360 c
)
select coalesce(d.state, 'Unknown') as home, cast(sum(s.total_spend) as decimal(18,2)) as sales
from spend s
join dim_customers d on d.customer_id = s.customer_id
group by coalesce(d.state, 'Unknown')
`

const BY_BRANCH = `/* sales_by_way: one branch per channel, whose names stand nowhere in the data
description: Counted sales by way
grain: [way]
reconciles:
  sales: sum(fact_transactions.amount) where is_sale and channel in ('online', 'in_store')
columns: { way: Way, sales: Sum of counted amounts }
*/
select 'web' as way, cast(coalesce(sum(amount), 0) as decimal(18,2)) as sales
from fact_transactions where is_sale and channel = 'online'
union all
select 'shop' as way, cast(coalesce(sum(amount), 0) as decimal(18,2)) as sales
from fact_transactions where is_sale and channel = 'in_store'
`

/** `rows`: of each model so many are looked at; `npm run test:long` looks at more of the reference. */
const landings = [
  { name: 'generated', there: true, make: generated, rows: 2 },
  { name: 'the reference', there: hasShared, make: () => retailProject(sharedRetail), rows: isLong ? 2 : 1 },
]

async function generated(): Promise<TestProject> {
  const project = await retailProject()
  await generateRetail(join(project.root, 'landing'), { customers: 60, seed: 3 })
  return project
}

describe.each(landings)('rows behind figures, $name', ({ there, make, rows: many }) => {
  let project: TestProject
  let opened: Opened

  beforeAll(async () => {
    if (!there) return
    project = await make()
    await project.write('models/sales_by_state.sql', ONE_PER_STATE)
    await project.write('models/sales_by_way.sql', BY_BRANCH)
    await project.run()
    opened = await open(project.root)
  })
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]()
    await project?.[Symbol.asyncDispose]()
  })

  test.skipIf(!there)('every reconciled measure of every model is the sum of the rows shown', async () => {
    const wrong: string[] = []
    const silent = new Set<string>()
    let figures = 0
    for (const model of opened.prepared.catalogue)
      for (const where of await someKeys(opened, model, many))
        for (const { label, figure: value, sum } of await opened.sums(model, where)) {
          figures += 1
          if (value === undefined) silent.add(`${model.name}: ${label}`)
          else if (Math.abs(Number(value) - (sum ?? Number.NaN)) > 1e-6)
            wrong.push(`${model.name} ${label} where ${where}: ${value}, rows ${sum}`)
        }
    expect(wrong).toEqual([])
    expect(figures).toBeGreaterThan(40 * many)
    // Spans of days, and counts of months or states that no single row makes: these are said to be untold.
    expect(silent.size, [...silent].join('\n')).toBeLessThanOrEqual(8)
  })

  test.skipIf(!there)('the rows add up by hand, from the text of the landing files', async () => {
    const model = named(opened, 'customer_360')
    let rows = 0
    for (const where of await someKeys(opened, model, 2 * many)) {
      const spend = figure((await opened.explain(model, where, 10_000)).figures, 'total_spend')
      let cents = 0
      for (const row of counted(spend)) {
        expect(row.at).toHaveLength(1)
        const fields = await fieldsAt(project.root, row.at[0] ?? never())
        expect([fields.OrderID ?? fields.TransactionID, fields.CustomerID].map((x) => x?.trim())).toEqual([
          row.values.transaction_id,
          row.values.customer_id,
        ])
        cents += Math.round(Number(fields.Amount) * 100)
        rows += 1
      }
      expect((cents / 100).toFixed(2)).toBe(spend.figure)
    }
    expect(rows).toBeGreaterThan(4 * many)
  })

  test.skipIf(!there)('left-out rows are those of the same key that the population turns away', async () => {
    const model = named(opened, 'customer_360')
    const [{ id } = never()] = await opened.query(
      'select customer_id as id from gold.fact_transactions where not is_sale group by 1 order by count(*) desc, 1',
    )
    const spend = figure((await opened.explain(model, `customer_id = '${id}'`, 1000)).figures, 'total_spend')
    const wanted = await opened.query(
      `select transaction_id as t, status from gold.fact_transactions where customer_id = '${id}' and not is_sale order by source, transaction_id`,
    )
    const leftOut = spend.parts[0]?.leftOut.shown ?? []
    expect(leftOut.map(({ values }) => ({ t: values.transaction_id, status: values.status }))).toEqual(wanted)
    expect(leftOut.map(({ breaks }) => breaks)).toEqual(wanted.map(() => ['is_sale']))
  })

  test.skipIf(!there)(
    'rows that never got there are those quarantine and fates hold of the key',
    async () => {
      const model = named(opened, 'customer_360')
      const raw = `trim(json_extract_string(raw, '$.CustomerID'))`
      const sources = `source in ('online_transactions', 'in_store_transactions')`
      const [held] = await opened.query(
        `select ${raw} as id from silver.quarantine where ${sources} and ${raw} in (select customer_id from gold.customer_360) group by 1 order by count(*) desc, 1`,
      )
      const ids = [held?.id].filter((id) => id !== undefined)
      for (const id of ids) {
        const explained = await opened.explain(model, `customer_id = '${id}'`, 1000)
        const lost = figure(explained.figures, 'total_spend').parts[0]?.lost.shown ?? []
        const wanted = await opened.query(
          `select _source_file as file, _row_number as row, reasons from silver.quarantine where ${sources} and ${raw} = '${id}' order by 1, 2`,
        )
        const quarantined = lost.filter(({ fate }) => fate === 'quarantined')
        expect(quarantined.map((l) => `${l.file} ${l.row} ${JSON.stringify(l.reasons)}`).sort()).toEqual(
          wanted.map((w) => `${w.file} ${w.row} ${w.reasons}`).sort(),
        )
        for (const row of lost) expect((await fieldsAt(project.root, row)).CustomerID?.trim()).toBe(id)
      }
    },
  )
})

describe('every fate of a key', () => {
  test('a superseded row names the row that stands for it, a row held back its reasons, a dismissed one is named', async () => {
    await using project = await retailProject()
    const head = 'OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\n'
    await project.write(
      'landing/Customers.csv',
      'CustomerID,Name,Email,Address\n7,Ann Lee,ann@example.com,1 Road\n',
    )
    await project.write('landing/Products.csv', 'ProductID,Name,Category,Price\n1,Cup,Kitchen,5.00\n')
    await project.write(
      'landing/OnlineTransactions.csv',
      `${head}1,7,1,2025-01-01 10:00:00,PayPal,5.00,Completed\n\n2,7,1,2025-01-02 10:00:00,PayPal,6.00,Failed\n3,7,1,2025-01-03 10:00:00,PayPal,x,Completed\n`,
    )
    await project.run()
    await project.write(
      'landing/OnlineTransactions_2.csv',
      `${head}1,7,1,2025-01-05 10:00:00,PayPal,9.00,Completed\n`,
    )
    await project.run()
    await using opened = await open(project.root)
    const explained = await opened.explain(named(opened, 'customer_360'), "customer_id = '7'", 10)
    const spend = figure(explained.figures, 'total_spend')
    expect(spend).toMatchObject({ figure: '9.00', sum: '9.00', agrees: true })
    const [part] = spend.parts
    expect(part?.counted.shown.map(({ at }) => at.map(({ file, row }) => `${file}:${row}`))).toEqual([
      ['OnlineTransactions_2.csv:1'],
    ])
    expect(part?.leftOut.shown.map(({ values, breaks, at }) => [values.amount, breaks, at[0]?.row])).toEqual([
      ['6.00', ['is_sale'], 2],
    ])
    expect(part?.lost).toEqual({
      count: 2,
      shown: [
        {
          source: 'online_transactions',
          file: 'OnlineTransactions.csv',
          row: 1,
          delivery: 1,
          fate: 'superseded',
          reasons: [],
          by: { file: 'OnlineTransactions_2.csv', row: 1 },
          value: '5.00',
        },
        {
          source: 'online_transactions',
          file: 'OnlineTransactions.csv',
          row: 3,
          delivery: 1,
          fate: 'quarantined',
          reasons: [{ column: 'Amount', reason: 'not_a_number' }],
        },
      ],
    })
    expect(explained.rows.shown[0]).toMatchObject({ customer_id: '7', name: '***', email: '***' })
    const row = { source: 'online_transactions', file: 'OnlineTransactions.csv', delivery: 1, row: 3 }
    await decide(opened.prepared.project, [{ kind: 'dismiss', ...row }], undefined)
    await project.run()
    await using later = await open(project.root)
    const again = await later.explain(named(later, 'customer_360'), "customer_id = '7'", 10)
    const fates = figure(again.figures, 'total_spend').parts[0]?.lost.shown.map(({ row: n, fate }) => [
      n,
      fate,
    ])
    expect(fates).toEqual([
      [1, 'superseded'],
      [3, 'dismissed'],
    ])
  })
})

const named = ({ prepared }: Opened, name: string) =>
  prepared.catalogue.find((model) => model.name === name) ?? never()

const figure = (figures: readonly FigureExplained[], label: string): FigureExplained =>
  figures.find((one) => one.label === label) ?? never()

const counted = ({ parts }: FigureExplained): PartExplained['counted']['shown'] =>
  parts.flatMap((part) => part.counted.shown)

function never(): never {
  throw new Error('not there')
}
