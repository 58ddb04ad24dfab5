import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Defect, generateRetail, type RetailManifest, readDefects } from '../../src/samples/index.ts'
import { retailProject, type TestProject } from '../support/project.ts'

/** A row of a landing file by the number it has there. */
const keyOf = (file: string, row: unknown): string => `${file}:${row}`

describe('what the generator plants is found, each for its own reason, and nothing else is touched', () => {
  let project: TestProject
  let manifest: RetailManifest
  const defects: Defect[] = []
  const quarantined = new Map<string, { column: string | null; reason: string }[]>()
  const fates = new Map<string, string>()

  beforeAll(async () => {
    project = await retailProject()
    const folder = join(project.root, 'manifest')
    manifest = await generateRetail(join(project.root, 'landing'), {
      customers: 3000,
      seed: 11,
      manifest: folder,
    })
    for await (const defect of readDefects(folder)) defects.push(defect)
    const result = await project.run()
    const file = new Map(
      Object.entries(result.manifest?.accounts ?? {}).flatMap(([source, list]) =>
        list.map(({ path }) => [source, path] as const),
      ),
    )
    for (const row of await project.query(
      'select _source_file as f, _row_number as r, reasons from silver.quarantine',
    ))
      quarantined.set(keyOf(String(row.f), row.r), JSON.parse(String(row.reasons)))
    for (const row of await project.query('select source, _row_number as r, fate from silver._fates'))
      fates.set(keyOf(file.get(String(row.source)) ?? '', row.r), String(row.fate))
  })
  afterAll(() => project[Symbol.asyncDispose]())

  const found = ({ file, row }: Defect) => {
    const key = keyOf(file, row)
    return quarantined.has(key) ? 'quarantined' : (fates.get(key) ?? 'kept')
  }

  test('at least twenty kinds are planted', () => {
    expect(new Set(defects.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(20)
  })

  test('every defect has the fate it should', () => {
    expect(defects.filter((defect) => found(defect) !== defect.fate)).toEqual([])
  })

  test('every quarantined defect has exactly its own reason on its own column', () => {
    const held = defects.filter(({ fate }) => fate === 'quarantined')
    const wrong = held.filter(({ file, row, column, reason }) => {
      const reasons = quarantined.get(keyOf(file, row))
      return JSON.stringify(reasons) !== JSON.stringify([{ column: column ?? null, reason }])
    })
    expect(
      wrong.map((defect) => ({ ...defect, reasons: quarantined.get(keyOf(defect.file, defect.row)) })),
    ).toEqual([])
  })

  test('no good row is held back or replaced', () => {
    const planted = new Set(
      defects.filter(({ fate }) => fate !== 'kept').map(({ file, row }) => keyOf(file, row)),
    )
    expect([...quarantined.keys(), ...fates.keys()].filter((key) => !planted.has(key))).toEqual([])
  })

  test('gold says what the generator meant', async () => {
    const { truth } = manifest
    const [sales] = await project.query(
      'select count(distinct case when is_sale then source || order_id end)::int as counted, sum(case when is_sale then amount end) as counted_amount, count(*)::int as all_rows, sum(amount) as amount from fact_transactions',
    )
    expect(sales).toEqual({
      counted: truth.completedOnly.orders,
      counted_amount: truth.completedOnly.amount,
      all_rows: truth.allStatuses.orders,
      amount: truth.allStatuses.amount,
    })
    const [people] = await project.query(
      'select count(case when not is_inferred then 1 end)::int as known, count(case when is_inferred then 1 end)::int as inferred from dim_customers',
    )
    expect(people).toEqual({ known: truth.customers, inferred: truth.inferredCustomers })
    const [service] = await project.query(
      'select count(*)::int as interactions, count(case when is_resolved then 1 end)::int as resolved from fact_service_interactions',
    )
    expect(service).toEqual({ interactions: truth.interactions, resolved: truth.resolved })
  })

  test('harmless dirt is cleaned', async () => {
    const rows = await project.query(
      "select count(*)::int as n from silver.customers where email <> lower(trim(email)) or name <> trim(name) or name like '%  %' or address in ('N/A', '-', 'NULL')",
    )
    expect(rows).toEqual([{ n: 0 }])
  })
})

/** Hand-written: one file, a line a case, and what must become of it. */
const cases: readonly (readonly [line: string, verdict: string])[] = [
  ['1,10,7,2025-01-02 10:00:00,PayPal,10.00,Completed', 'kept'],
  ['2,10,7,2025-01-02T10:00:00Z,PayPal,10.5,Completed', 'kept'],
  ['3,10,7,2025-01-02T10:00:00+02:00,PayPal,1e1,Completed', 'kept'],
  ['4,10,7,2025-01-02,PayPal,10,Completed', 'kept'],
  [' 5 , 10 ,7,2025-01-02 10:00:00, PayPal ,  10.00 ,Completed', 'kept'],
  ['6,10,7,2025-01-02 10:00:00,,10.00,', 'kept'],
  ['7,10,7,2025-01-02 10:00:00,PayPal,10.00,completed', 'Status: not_allowed'],
  ['8,10,7,2025-01-02 24:10:00,PayPal,10.00,Completed', 'DateTime: not_a_time'],
  ['9,10,7,20250102,PayPal,10.00,Completed', 'DateTime: not_a_time'],
  ['10,10,7,2024-02-30 00:00:00,PayPal,10.00,Completed', 'DateTime: not_a_time'],
  ['11,10,7,2024-02-29 00:00:00,PayPal,10.00,Completed', 'kept'],
  ['12,10,7,2025-01-02 10:00:00,PayPal,"1,000.00",Completed', 'Amount: not_a_number'],
  ['13,10,7,2025-01-02 10:00:00,PayPal,$10.00,Completed', 'Amount: not_a_number'],
  ['14,10,7,2025-01-02 10:00:00,PayPal,10.001,Completed', 'Amount: too_precise'],
  ['15,10,7,2025-01-02 10:00:00,PayPal,-0.01,Completed', 'Amount: too_small'],
  ['16,10,7,2025-01-02 10:00:00,PayPal,NaN,Completed', 'Amount: not_a_number'],
  ['17,10,7,2025-01-02 10:00:00,PayPal,Infinity,Completed', 'Amount: not_a_number'],
  ['18,10,7,2025-01-02 10:00:00,PayPal,99999999999999999999,Completed', 'Amount: not_a_number'],
  ['19,,7,2025-01-02 10:00:00,PayPal,10.00,Completed', 'CustomerID: missing'],
  [
    '20,10,,yesterday,Cash,ten,Maybe',
    'ProductID: missing; DateTime: not_a_time; PaymentMethod: not_allowed; Amount: not_a_number; Status: not_allowed',
  ],
  [',10,7,2025-01-02 10:00:00,PayPal,10.00,Completed', 'OrderID: missing'],
  ['22,10,8,2025-01-02 10:00:00,PayPal,10.00,Completed', 'ProductID: orphan'],
  ['23,10,7,2025-01-02 10:00:00,PayPal,10.00', 'too_few_fields'],
  ['24,10,7,2025-01-02 10:00:00,PayPal,10,00,Completed', 'too_many_fields'],
  ['25,10,7,2025-01-02 10:00:00,"Pay"Pal,10.00,Completed', 'broken_quote'],
  ['26,10,7,2025-01-02 10:00:00,PayPal,10.00,Completed,,', 'kept'],
  ['27,10,7,2025-01-02 10:00:00,PayPal,10.00,Comp\u0000leted', 'nul_byte'],
]

test('hand-written rows get exactly the verdict they deserve', async () => {
  await using project = await retailProject()
  await project.write('landing/Products.csv', 'ProductID,Name,Category,Price\n7,Thing,Toys,5\n')
  await project.write(
    'landing/OnlineTransactions.csv',
    `OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\n${cases.map(([line]) => `${line}\n`).join('')}`,
  )
  await project.run()
  const held = await project.query('select _row_number as r, reasons from silver.quarantine')
  const verdicts = new Map(
    held.map(({ r, reasons }) => {
      const list = JSON.parse(String(reasons)) as { column: string | null; reason: string }[]
      return [
        Number(r),
        list.map(({ column, reason }) => (column === null ? reason : `${column}: ${reason}`)).join('; '),
      ]
    }),
  )
  expect(cases.map(([line], index) => [line, verdicts.get(index + 1) ?? 'kept'])).toEqual(cases)
  const [instant] = await project.query(
    "select occurred_at::varchar as t from silver.online_transactions where transaction_id = '3'",
  )
  expect(instant?.t).toBe('2025-01-02 08:00:00')
})
