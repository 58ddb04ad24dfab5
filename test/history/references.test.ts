import { describe, expect, it } from 'vitest'
import { runReport } from '../../src/cli/report.ts'
import type { RunResult } from '../../src/run/run.ts'
import { csv, small, texts } from './small.ts'

const CUSTOMERS = `files: customers*.csv
entity: customer
key: [customer_id]
columns:
  ID: customer_id
  Email: { field: email, clean: [email] }
  Phone: { field: phone, clean: [{ phone: "+44" }] }
`
const contract = (...columns: readonly string[]): string =>
  [
    'files: orders*.csv',
    'entity: transaction',
    'key: [transaction_id]',
    'columns:',
    '  ID: transaction_id',
    ...columns.map((column) => `  ${column}`),
    '  Amount: amount',
    '',
  ].join('\n')
const BY_EMAIL = 'Email: { field: customer_id, by: email }'
const BY_PHONE = 'Phone: { field: customer_id, by: phone, clean: [{ phone: "+44" }] }'
const GOLD = ['dim_customers', 'fact_transactions']

const shop = async (customers: string, ordersContract: string, header: string, ...orders: string[]) => {
  const lab = await small({ customers: CUSTOMERS, orders: ordersContract }, GOLD)
  if (customers !== '') await lab.put('customers.csv', csv('ID,Email,Phone', ...customers.split('; ')))
  await lab.put('orders.csv', csv(header, ...orders))
  return lab
}
const facts = 'select transaction_id, customer_id, amount from gold.fact_transactions order by all'
const found = ({ manifest }: RunResult, source = 'orders') =>
  manifest?.lookups?.[source]?.map(
    ({ field, by, matched, unmatched, ambiguous }) =>
      `${field} by ${by}: ${matched} ${unmatched} ${ambiguous}`,
  )

describe('a reference by e-mail address', () => {
  it('finds the one customer who has it, whatever the case; a row without an address is not counted', async () => {
    const orders = ['1,ANN@example.com ,10', '2,bob@example.com,20', '3,,30']
    await using lab = await shop('C1,Ann@Example.com,', contract(BY_EMAIL), 'ID,Email,Amount', ...orders)
    const result = await lab.run()
    expect(await texts(lab, facts)).toEqual(['1 C1 10.00', '2 - 20.00', '3 - 30.00'])
    expect(found(result)).toEqual(['customer_email by email: 1 1 0'])
    expect(await texts(lab, 'select customer_email from silver.orders order by all')).toEqual([
      'ann@example.com',
      'bob@example.com',
      '-',
    ])
  })

  it('invents no customer, and holds back what is no address', async () => {
    await using lab = await shop(
      'C1,a@example.com,',
      contract(BY_EMAIL),
      'ID,Email,Amount',
      '1,who,10',
      '2,b@example.com,20',
    )
    await lab.run()
    expect(await texts(lab, 'select customer_id, is_inferred from gold.dim_customers')).toEqual(['C1 false'])
    expect((await lab.held()).map(({ reasons }) => reasons)).toMatchObject([
      [{ column: 'Email', reason: 'not_an_email' }],
    ])
  })

  it('two customers with one address are none, and never two sales', async () => {
    const twins = 'C1,a@example.com,; C2,A@example.com,'
    await using lab = await shop(twins, contract(BY_EMAIL), 'ID,Email,Amount', '1,a@example.com,10')
    expect(found(await lab.run())).toEqual(['customer_email by email: 0 0 1'])
    expect(await texts(lab, facts)).toEqual(['1 - 10.00'])
  })

  it('follows the customers: late, ambiguous, unambiguous again, another address', async () => {
    await using lab = await shop('', contract(BY_EMAIL), 'ID,Email,Amount', '1,a@example.com,10')
    const withFile = async (file: string, ...lines: string[]) => {
      await lab.put(`customers-${file}.csv`, csv('ID,Email,Phone', ...lines))
      const result = await lab.run()
      return [...(await texts(lab, facts)), ...(found(result) ?? [])]
    }
    expect(found(await lab.run())).toEqual(['customer_email by email: 0 1 0'])
    expect(await withFile('1', 'C1,a@example.com,')).toEqual(['1 C1 10.00', 'customer_email by email: 1 0 0'])
    expect(await withFile('2', 'C2,a@example.com,')).toEqual(['1 - 10.00', 'customer_email by email: 0 0 1'])
    expect(await withFile('3', 'C1,new@example.com,')).toEqual([
      '1 C2 10.00',
      'customer_email by email: 1 0 0',
    ])
    expect(await withFile('4', 'C2,,')).toEqual(['1 - 10.00', 'customer_email by email: 0 1 0'])
  })

  it('an unchanged run says it again', async () => {
    await using lab = await shop(
      'C1,a@example.com,',
      contract(BY_EMAIL),
      'ID,Email,Amount',
      '1,b@example.com,10',
    )
    await lab.run()
    const again = await lab.run()
    expect(again.outcome).toBe('unchanged')
    expect(found(again)).toEqual(['customer_email by email: 0 1 0'])
    expect(again.warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'nothing_matched: orders.customer_email: none of 1 rows found its customer by email.',
    ])
    const report = runReport(await lab.project(), again, (_, text) => text)
    expect(report).toContain(
      'orders.customer_email: 0 of 1 rows found their customer by email (0.0 %); 1 match none, 0 match several',
    )
    expect(report).not.toContain('example.com')
  })
})

describe('an id, an address and a number in one file', () => {
  it('the id first, then the values in the order of the contract', async () => {
    const columns = contract('Customer: customer_id', BY_PHONE, BY_EMAIL)
    const customers = 'C1,a@example.com,0201; C2,b@example.com,0202; C3,c@example.com,0202'
    const orders = [
      '1,C9,0201,b@example.com,10',
      '2,,0201,b@example.com,20',
      '3,,0202,b@example.com,30',
      '4,,+44 202,,40',
    ]
    await using lab = await shop(customers, columns, 'ID,Customer,Phone,Email,Amount', ...orders)
    const result = await lab.run()
    expect(await texts(lab, facts)).toEqual(['1 C9 10.00', '2 C1 20.00', '3 C2 30.00', '4 - 40.00'])
    expect(found(result)).toEqual(['customer_phone by phone: 1 0 2', 'customer_email by email: 2 0 0'])
    expect(await texts(lab, 'select customer_id from gold.dim_customers where is_inferred')).toEqual(['C9'])
  })
})

describe('whose addresses count', () => {
  it('those of its own id space, under the ids of that space', async () => {
    const club = CUSTOMERS.replace('customers*', 'members*').replace('entity:', 'id_space: club\nentity:')
    const ordersOf = contract(BY_EMAIL).replace('entity:', 'id_space: club\nentity:')
    await using lab = await small({ customers: CUSTOMERS, members: club, orders: ordersOf }, GOLD)
    await lab.put('customers.csv', csv('ID,Email,Phone', '7,a@example.com,', '8,b@example.com,'))
    await lab.put('members.csv', csv('ID,Email,Phone', '1,a@example.com,'))
    await lab.put('orders.csv', csv('ID,Email,Amount', '1,a@example.com,10', '2,b@example.com,20'))
    await lab.run()
    expect(await texts(lab, facts)).toEqual(['1 club:1 10.00', '2 - 20.00'])
  })

  it('a column of one’s own is matched and counted, also within the customers themselves', async () => {
    const referred = `${CUSTOMERS}  Friend: { field: referred_by, references: customer, by: email }\n`
    await using lab = await small({ customers: referred }, ['dim_customers'])
    await lab.put(
      'customers.csv',
      csv('ID,Email,Phone,Friend', 'C1,a@example.com,,', 'C2,b@example.com,,A@example.com'),
    )
    expect(found(await lab.run(), 'customers')).toEqual(['referred_by by email: 1 0 0'])
    expect(await texts(lab, 'select customer_id from gold.dim_customers order by all')).toEqual(['C1', 'C2'])
  })
})

describe('what a change rebuilds', () => {
  const steps = ({ plan }: RunResult) =>
    (plan?.steps ?? [])
      .filter(({ kind }) => kind !== 'prepare')
      .map(({ kind, name, why }) => `${kind} ${name}: ${why}`)

  it('new customers: the facts that refer to them by a value', async () => {
    await using lab = await shop(
      'C1,a@example.com,',
      contract(BY_EMAIL),
      'ID,Email,Amount',
      '1,b@example.com,10',
    )
    await lab.run()
    await lab.put('customers-2.csv', csv('ID,Email,Phone', 'C2,b@example.com,'))
    expect(steps(await lab.run())).toEqual([
      'source customers: new: customers-2.csv',
      'model fact_transactions: new rows in customers',
      'model dim_customers: new rows in customers',
    ])
  })

  it('customers whose contract is gone: nothing is found in them any more', async () => {
    await using lab = await shop(
      'C1,a@example.com,',
      contract(BY_EMAIL),
      'ID,Email,Amount',
      '1,a@example.com,10',
    )
    await lab.run()
    await lab.contract('customers', undefined)
    expect(found(await lab.run())).toEqual(['customer_email by email: 0 1 0'])
    expect(await texts(lab, facts)).toEqual(['1 - 10.00'])
  })
})
