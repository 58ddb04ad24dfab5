import { describe, expect, it } from 'vitest'
import type { NewDecision } from '../../src/quarantine/decide.ts'
import { rollback, unpin } from '../../src/run/history.ts'
import type { Lab } from '../support/lab.ts'
import { csv, customers, fates, HELD, ORDER, orders, ordersWith, small, texts } from './small.ts'

const BY_TIME = ['key: [transaction_id]', 'order: [occurred_at]']
const held = (lab: Lab) =>
  texts(lab, 'select source, _delivery, _row_number from silver.quarantine order by all')
const ids = (lab: Lab) => texts(lab, 'select transaction_id, amount from silver.orders order by all')
const about = (kind: NewDecision['kind'], delivery: number, row: number): NewDecision => ({
  kind,
  source: 'orders',
  file: '',
  delivery,
  row,
})

describe('orphans', () => {
  it('quarantine: the row waits, and is released by itself when the parent arrives', async () => {
    await using lab = await small({ customers: customers(), orders: ordersWith(HELD, ...BY_TIME) })
    await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01,10', '2,,2024-01-01,20'))
    await lab.run()
    expect(await ids(lab)).toEqual(['2 20.00'])
    expect(await held(lab)).toEqual(['orders 1 1'])
    await lab.put('customers.csv', csv('ID,Name', 'C1,Ann'))
    await lab.run()
    expect(await ids(lab)).toEqual(['1 10.00', '2 20.00'])
    expect(await held(lab)).toEqual([])
  })

  it('infer: a stub stands in until the real customer comes', async () => {
    await using lab = await small({ customers: customers(), orders: orders(...BY_TIME) }, ['dim_customers'])
    await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01,10'))
    await lab.run()
    const stubs = 'select customer_id, name, is_inferred from gold.dim_customers'
    expect(await texts(lab, stubs)).toEqual(['C1 - true'])
    await lab.put('customers.csv', csv('ID,Name', 'C1,Ann'))
    await lab.run()
    expect(await texts(lab, stubs)).toEqual(['C1 Ann false'])
  })

  it('are orphans no more when nothing is left that could be their parent', async () => {
    await using lab = await small({ customers: customers(), orders: ordersWith(HELD, ...BY_TIME) })
    await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01,10'))
    await lab.run()
    await lab.contract('customers', undefined)
    await lab.run()
    expect(await ids(lab)).toEqual(['1 10.00'])
  })

  it('are orphans again when the source that had their parent is gone', async () => {
    const members = customers().replace('customers*', 'members*')
    await using lab = await small({ customers: customers(), members, orders: ordersWith(HELD, ...BY_TIME) })
    await lab.put('customers.csv', csv('ID,Name', 'C1,Ann'))
    await lab.put('members.csv', csv('ID,Name', 'C2,Bob'))
    await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01,10', '2,C2,2024-01-01,20'))
    await lab.run()
    expect(await ids(lab)).toEqual(['1 10.00', '2 20.00'])
    await lab.contract('members', undefined)
    await lab.run()
    expect(await ids(lab)).toEqual(['1 10.00'])
    expect(await held(lab)).toEqual(['orders 1 2'])
  })

  it('become orphans again when the parent’s id changes under its key', async () => {
    const byMail = customers().replace('key: [customer_id]', 'key: [name]')
    await using lab = await small({ customers: byMail, orders: ordersWith(HELD, ...BY_TIME) })
    await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01,10'))
    await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann'))
    await lab.run()
    await lab.put('customers-2.csv', csv('ID,Name', 'C9,Ann'))
    await lab.run()
    expect(await held(lab)).toEqual(['orders 1 1'])
  })
})

describe('decisions about rows', () => {
  it('an edited row keeps its place in newest-wins', async () => {
    await using lab = await small({ orders: orders('key: [transaction_id]') })
    await lab.put('orders-1.csv', csv(ORDER, '1,C1,2024-01-01,ten'))
    await lab.run()
    await lab.put('orders-2.csv', csv(ORDER, '1,C1,2024-01-02,20'))
    await lab.run()
    await lab.decide({ ...about('edit', 1, 1), edits: { Amount: '10' } })
    const { plan } = await lab.run()
    expect(plan?.steps.find(({ kind }) => kind === 'source')).toMatchObject({ mode: 'merge' })
    expect(await ids(lab)).toEqual(['1 20.00'])
    expect(await fates(lab, 'orders')).toEqual(['1/1 superseded 2/1'])
  })

  it('survive a full refresh, and are taken back by reopening', async () => {
    await using lab = await small({ orders: orders(...BY_TIME) })
    await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01,ten', '2,C1,2024-01-01,two'))
    await lab.run()
    await lab.decide({ ...about('edit', 1, 1), edits: { Amount: '10' } }, about('dismiss', 1, 2))
    await lab.run()
    await lab.run({ fullRefresh: true })
    expect(await ids(lab)).toEqual(['1 10.00'])
    expect(await fates(lab, 'orders')).toEqual(['1/2 dismissed'])
    await lab.decide(about('reopen', 1, 1), about('reopen', 1, 2))
    await lab.run()
    expect(await held(lab)).toEqual(['orders 1 1', 'orders 1 2'])
  })

  it('about a row that only an older version held back count for the newest too', async () => {
    await using lab = await small({ customers: customers(), orders: ordersWith(HELD, ...BY_TIME) })
    await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01,10'))
    await lab.run()
    await lab.put('customers.csv', csv('ID,Name', 'C1,Ann'))
    await lab.run()
    await rollback(await lab.project(), 1)
    await lab.decide(about('dismiss', 1, 1))
    await lab.run()
    await unpin(await lab.project())
    expect(await ids(lab)).toEqual([])
    expect(await fates(lab, 'orders')).toEqual(['1/1 dismissed'])
  })
})
