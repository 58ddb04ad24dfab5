import { stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FileOutcome } from '../../src/run/events.ts'
import { csv, customers, fates, ORDER, orders, small, texts } from './small.ts'

const BY_TIME = ['key: [transaction_id]', 'order: [occurred_at]']
const OLD = csv(ORDER, '1,C1,2024-01-01,10')
const NEW = csv(ORDER, '1,C1,2024-01-02,20')
const amounts = 'select transaction_id, amount from silver.orders order by all'
const outcomes = (files: readonly FileOutcome[]) => files.map(({ path, outcome }) => `${path} ${outcome}`)

describe('the newest row of a key wins', () => {
  it.each([
    ['the older file first', [OLD, NEW], '1/1 superseded 2/1'],
    ['the newer file first', [NEW, OLD], '2/1 superseded 1/1'],
  ])('by the declared order, %s; the other points at it', async (_, arriving, fate) => {
    await using lab = await small({ orders: orders(...BY_TIME) })
    for (const [index, text] of arriving.entries()) {
      await lab.put(`orders-${index}.csv`, text)
      await lab.run()
    }
    expect(await texts(lab, amounts)).toEqual(['1 20.00'])
    expect(await fates(lab, 'orders')).toEqual([fate])
  })

  it('by delivery and row where the order ties or is unknown', async () => {
    await using lab = await small({ orders: orders(...BY_TIME) })
    await lab.put('orders-a.csv', csv(ORDER, '1,C1,2024-01-01,10', '1,C1,2024-01-01,11', '2,C1,,12'))
    await lab.run()
    await lab.put('orders-b.csv', csv(ORDER, '1,C1,,13', '2,C1,,14'))
    await lab.run()
    expect(await texts(lab, amounts)).toEqual(['1 11.00', '2 14.00'])
    expect(await fates(lab, 'orders')).toEqual([
      '1/1 superseded 1/2',
      '1/3 superseded 2/2',
      '2/1 superseded 1/2',
    ])
  })

  it('and what an old winner had beaten points at the new one', async () => {
    await using lab = await small({ orders: orders(...BY_TIME) })
    for (const day of [1, 2, 3]) {
      await lab.put(`orders-${day}.csv`, csv(ORDER, `1,C1,2024-01-0${day},${day}`))
      await lab.run()
    }
    expect(await fates(lab, 'orders')).toEqual(['1/1 superseded 3/1', '2/1 superseded 3/1'])
  })
})

describe('deliveries', () => {
  it('append: the new content of a path replaces its rows', async () => {
    await using lab = await small({ orders: orders('load: append') })
    await lab.put('orders-a.csv', csv(ORDER, '1,C1,2024-01-01,10', '2,C1,2024-01-01,20'))
    await lab.put('orders-b.csv', csv(ORDER, '3,C1,2024-01-01,30'))
    await lab.run()
    await lab.put('orders-a.csv', csv(ORDER, '2,C1,2024-01-01,21'))
    await lab.run()
    expect(await texts(lab, amounts)).toEqual(['2 21.00', '3 30.00'])
    expect(await fates(lab, 'orders')).toEqual(['1/1 superseded 3/0', '1/2 superseded 3/0'])
  })

  it('upsert: an older content that comes back is a new delivery', async () => {
    await using lab = await small({ orders: orders('key: [transaction_id]') })
    for (const text of [OLD, NEW, OLD]) {
      await lab.put('orders.csv', text)
      await lab.run()
    }
    expect(await texts(lab, amounts)).toEqual(['1 10.00'])
    expect(await fates(lab, 'orders')).toEqual(['1/1 superseded 3/1', '2/1 superseded 3/1'])
  })

  it('a content known under another name is skipped and reported', async () => {
    await using lab = await small({ orders: orders('load: append') })
    await lab.put('orders-a.csv', OLD)
    await lab.run()
    await lab.put('orders-b.csv', OLD)
    const { files, outcome } = await lab.run()
    expect(outcome).toBe('unchanged')
    expect(files).toMatchObject([
      {
        path: 'orders-b.csv',
        outcome: 'duplicate',
        delivery: 1,
        problem: { message: 'The same content as orders-a.csv; skipped.' },
      },
    ])
    expect(await texts(lab, amounts)).toEqual(['1 10.00'])
  })

  it('a file of known size and time is not even opened', async () => {
    await using lab = await small({ orders: orders('load: append') })
    await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01,10'))
    const path = join(lab.root, 'landing', 'orders.csv')
    await utimes(path, 1_700_000_000, 1_700_000_000)
    await lab.run()
    await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01,99'))
    await utimes(path, 1_700_000_000, 1_700_000_000)
    expect((await lab.run()).outcome).toBe('unchanged')
    await utimes(path, 1_700_000_001, 1_700_000_001)
    expect((await lab.run()).outcome).toBe('published')
    expect(await texts(lab, amounts)).toEqual(['1 99.00'])
  })

  it('a file that changes while it is read is left for the next run', async () => {
    await using lab = await small({ orders: orders(...BY_TIME) })
    await lab.put('orders-a.csv', OLD)
    await lab.put('orders-b.csv', csv(ORDER, '2,C1,2024-01-01,30'))
    const growing = async (name: string) => {
      const text = await lab.read('orders-a.csv')
      if (name === 'bronze.before_write' && text === OLD)
        await lab.put('orders-a.csv', csv(OLD.trimEnd(), '3,C1,2024-01-01,5'))
    }
    expect(outcomes((await lab.run({ boundary: growing })).files)).toEqual([
      'orders-a.csv changed_while_read',
      'orders-b.csv delivered',
    ])
    expect(await texts(lab, amounts)).toEqual(['2 30.00'])
    expect(outcomes((await lab.run()).files)).toEqual(['orders-a.csv delivered'])
    expect(await texts(lab, amounts)).toEqual(['1 10.00', '2 30.00', '3 5.00'])
  })

  it('a file taken back counts no more, and what it had replaced does again; undone, it counts again', async () => {
    await using lab = await small({ orders: orders(...BY_TIME) })
    await lab.put('orders-a.csv', OLD)
    await lab.put('orders-b.csv', NEW)
    await lab.run()
    await lab.decideFile('retract', 'orders-b.csv')
    await lab.run()
    expect(await texts(lab, amounts)).toEqual(['1 10.00'])
    expect(await fates(lab, 'orders')).toEqual(['2/1 dismissed'])
    await lab.decideFile('restore', 'orders-b.csv')
    await lab.run()
    expect(await texts(lab, amounts)).toEqual(['1 20.00'])
  })
})

describe('columns that come and go', () => {
  it('a file without a key column is refused, the others go on', async () => {
    await using lab = await small({ orders: orders(...BY_TIME), customers: customers() })
    await lab.put('customers.csv', csv('Number,Name', 'C1,Ann'))
    await lab.put('orders.csv', OLD)
    const { outcome, files } = await lab.run()
    expect(outcome).toBe('published')
    expect(files.find(({ path }) => path === 'customers.csv')).toMatchObject({
      outcome: 'refused',
      problem: { code: 'missing_column' },
    })
    expect(await texts(lab, amounts)).toEqual(['1 10.00'])
    expect((await lab.run()).files, 'said again while it lies there').toMatchObject([{ outcome: 'refused' }])
  })

  it('a refused file is looked at again when its contract was mended', async () => {
    await using lab = await small({ customers: customers() })
    await lab.put('customers.csv', csv('Number,Name', 'C1,Ann'))
    await lab.run()
    await lab.contract('customers', customers().replace('  ID:', '  Number:'))
    expect(outcomes((await lab.run()).files)).toEqual(['customers.csv delivered'])
    expect(await texts(lab, 'select customer_id from silver.customers')).toEqual(['C1'])
  })

  it('a new column widens bronze and changes no row that was there, kept or held back', async () => {
    await using lab = await small({ orders: orders(...BY_TIME) })
    await lab.put('orders-a.csv', csv(ORDER, '1,C1,2024-01-01,10', '2,C1,2024-01-01,much'))
    await lab.run()
    const held = 'select raw from silver.quarantine'
    const before = await texts(lab, held)
    await lab.put('orders-b.csv', csv(`${ORDER},Shelf label`, '3,C1,2024-01-01,30,B7'))
    expect((await lab.run()).files).toMatchObject([{ newColumns: ['Shelf label'] }])
    expect((await lab.lake()).sources.orders?.columns.map(({ original }) => original)).toEqual([
      'ID',
      'Customer',
      'At',
      'Amount',
      'Shelf label',
    ])
    await lab.run({ fullRefresh: true })
    expect(await texts(lab, held)).toEqual(before)
    expect(await texts(lab, amounts)).toEqual(['1 10.00', '3 30.00'])
  })

  it('a file may lack a column that bronze has from others, alone in its run too', async () => {
    await using lab = await small({ orders: orders(...BY_TIME) })
    await lab.put('orders-a.csv', csv(`${ORDER},Note`, '1,C1,2024-01-01,10,x'))
    await lab.run()
    await lab.put('orders-b.csv', csv('ID,Customer,At', '2,C1,2024-01-02'))
    expect((await lab.run()).files).toMatchObject([{ outcome: 'delivered', missingColumns: ['Amount'] }])
    expect(await texts(lab, amounts)).toEqual(['1 10.00', '2 -'])
  })
})

it('size and time are what a run remembers of a file', async () => {
  await using lab = await small({ orders: orders('load: append') })
  await lab.put('orders.csv', OLD)
  await lab.run()
  const path = join(lab.root, 'landing', 'orders.csv')
  const { mtimeMs } = await stat(path)
  expect((await lab.lake()).sources.orders?.deliveries).toMatchObject([
    { path: 'orders.csv', size: OLD.length, modified: mtimeMs, rows: 1 },
  ])
})
