import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { OData } from '@odata/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pythonWith } from '../support/python.ts'
import { type Api, CANARY, serveShop } from './data-support.ts'

// Clients that this project did not write, against the small shop: what they make of the feed is what it says.

let api: Api
const python = await pythonWith('support/odata-requirements.txt')

beforeAll(async () => {
  api = await serveShop({ published: true })
})
afterAll(() => api.close())

const run = promisify(execFile)

test.skipIf(typeof python !== 'string')(
  `python-odata builds its classes from $metadata and reads${typeof python === 'string' ? '' : `: SKIPPED, ${python.skipped}`}`,
  async () => {
    const { origin, token } = api.running
    const script = join(import.meta.dirname, '..', 'support', 'odata_client.py')
    const { stdout } = await run(String(python), [script, `${origin}/odata`, token])
    const read = JSON.parse(stdout)
    expect(read.entities).toBe((await api.get('/odata')).body.value.length)
    expect(read.keys).toEqual(['source', 'transaction_id'])
    expect(read.types).toMatchObject({
      amount: 'DecimalProperty',
      quantity: 'IntegerProperty',
      occurred_at: 'DatetimeProperty',
      is_sale: 'BooleanProperty',
      customer_id: 'StringProperty',
    })
    expect(read.large).toEqual([['A2', '20.5', '2025-01-02T10:00:00+00:00', '2025-01-02', true]])
    expect(read.some).toEqual(['A1', 'A2', 'A3'])
    expect(read.every).toBe(3)
    expect(stdout).not.toContain(CANARY)
  },
)

test('@odata/client signs in, asks by filter, order, key and count', async () => {
  const { origin, token } = api.running
  const client = OData.New4({
    serviceEndpoint: `${origin}/odata/`,
    credential: { username: 'anybody', password: token },
  })
  const sales = client.getEntitySet<{ transaction_id: string; amount: number }>('fact_transactions')
  const asked = client
    .newOptions()
    .filter(client.newFilter().property('amount').gt(5).property('status').eq('Completed'))
    .orderby('amount', 'desc')
    .select(['transaction_id', 'amount'])
    .top(2)
  expect(await sales.query(asked)).toEqual([
    { transaction_id: 'A2', amount: 20.5 },
    { transaction_id: 'A1', amount: 10 },
  ])
  expect(await sales.count()).toBe(3)
  const customers = client.getEntitySet<{ customer_id: string; email: string }>('dim_customers')
  expect(await customers.retrieve('1')).toMatchObject({ customer_id: '1', email: 'c****@example.com' })
  await expect(customers.retrieve('nobody')).rejects.toThrow('There is no entity with that key.')
  await expect(sales.query(client.newOptions().expand('customer'))).rejects.toThrow('$expand')
})

test('no table of the feed has a contact in it, at any level of metadata', async () => {
  for (const { name } of (await api.get('/odata')).body.value as { name: string }[])
    for (const level of ['minimal', 'full']) {
      const { status, text } = await api.call('GET', `/odata/${name}`, undefined, {
        headers: { accept: `application/json;odata.metadata=${level}` },
      })
      expect([name, status]).toEqual([name, 200])
      expect([name, text.includes(CANARY)]).toEqual([name, false])
    }
})
