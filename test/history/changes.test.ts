import { describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/run/run.ts'
import { configs } from './shop.ts'
import { csv, customers, HELD, ORDER, orders, ordersWith, small, texts } from './small.ts'

const BY_TIME = ['key: [transaction_id]', 'order: [occurred_at]']
const GOLD = [
  'dim_customers',
  'dim_products',
  'fact_transactions',
  'fact_web_sessions',
  'fact_service_interactions',
]
const steps = ({ plan }: RunResult) =>
  (plan?.steps ?? [])
    .filter(({ kind }) => kind !== 'prepare')
    .map(({ kind, name }) => `${kind} ${name}`)
    .sort()

const begun = async (ordersContract: string) => {
  const lab = await small({ customers: customers(), orders: ordersContract }, GOLD)
  await lab.put('customers.csv', csv('ID,Name', 'C1,Ann'))
  await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01,10', '2,C2,2024-01-01,-5'))
  await lab.run()
  return lab
}

describe('what a change rebuilds', () => {
  it('a changed contract: its silver and the models that hang on it', async () => {
    await using lab = await begun(orders(...BY_TIME))
    await lab.contract(
      'orders',
      orders(...BY_TIME).replace('Amount: amount', 'Amount: { field: amount, min: 0 }'),
    )
    expect(steps(await lab.run())).toEqual([
      'model dim_customers',
      'model dim_products',
      'model fact_transactions',
      'source orders',
    ])
    expect(await texts(lab, 'select transaction_id from gold.fact_transactions')).toEqual(['1'])
  })

  it('a changed contract of a parent: the children that hold back its orphans too', async () => {
    await using lab = await begun(ordersWith(HELD, ...BY_TIME))
    await lab.contract('customers', customers().replace('required: true', 'required: true, clean: [upper]'))
    expect(steps(await lab.run())).toEqual([
      'model dim_customers',
      'model dim_products',
      'model fact_transactions',
      'source customers',
      'source orders',
    ])
    expect(await texts(lab, 'select name from gold.dim_customers')).toEqual(['ANN'])
  })

  it('a changed rule: only the models that read it', async () => {
    await using lab = await begun(orders(...BY_TIME))
    await lab.config((configs[0] ?? '').replace('[Completed]', '[Completed, Paid]'))
    expect(steps(await lab.run())).toEqual(['model fact_transactions', 'relation rules.counted_statuses'])
  })

  it('another currency: the rows that are no longer, or now, in it', async () => {
    const withCurrency = `${orders(...BY_TIME)}  Currency: { field: currency, optional: true }\n`
    await using lab = await small({ orders: withCurrency })
    await lab.put('orders.csv', csv(`${ORDER},Currency`, '1,C1,2024-01-01,10,GBP', '2,C1,2024-01-01,20,EUR'))
    await lab.run()
    expect(await texts(lab, 'select transaction_id from silver.orders')).toEqual(['1'])
    await lab.config(configs[1] ?? '')
    await lab.run()
    expect(await texts(lab, 'select transaction_id from silver.orders')).toEqual(['2'])
  })

  it('a contract that is gone: where every status counts, its statuses go with its rows', async () => {
    await using lab = await small({
      customers: customers(),
      orders: `${orders(...BY_TIME)}  Status: status\n`,
    })
    await lab.config(configs[3] ?? '')
    await lab.put('orders.csv', csv(`${ORDER},Status`, '1,C1,2024-01-01,10,Paid'))
    await lab.run()
    expect(await texts(lab, 'select status from rules.counted_statuses')).toEqual(['Paid'])
    await lab.contract('orders', undefined)
    await lab.run()
    expect(await texts(lab, 'select status from rules.counted_statuses')).toEqual([])
  })

  it('nothing at all: no step', async () => {
    await using lab = await begun(orders(...BY_TIME))
    const { outcome, plan } = await lab.run()
    expect([outcome, plan]).toEqual(['unchanged', undefined])
  })
})
