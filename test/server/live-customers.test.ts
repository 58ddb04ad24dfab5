import { expect, test } from 'vitest'
import { C360Error } from '../../src/errors.ts'
import type { CustomerHere } from '../../src/server/direct/customer.ts'
import { LiveCustomers } from '../../src/server/direct/live-customers.ts'
import type { ProfileReader } from '../../src/server/people/profile-reader.ts'

const { signal } = new AbortController()

/** Customers as they come, and what became of them. */
function town(most: number) {
  const customers = new LiveCustomers(most)
  const told: string[] = []
  const ends: (() => void)[] = []
  const come = async (id: string): Promise<CustomerHere> => {
    told.push(`+${id}`)
    return {
      reader: { customer: () => id } as unknown as ProfileReader,
      [Symbol.asyncDispose]: async () => void told.push(`-${id}`),
    }
  }
  const look = (id: string, ask = () => come(id)) =>
    customers.reader(id, signal, ask, (end) => void ends.push(end))
  const leave = () => {
    for (const end of ends.splice(0)) end()
  }
  return { customers, told, look, leave, come }
}

const soon = () => new Promise((done) => setTimeout(done, 5))

test('who was looked at lately is not asked for again; the one least looked at makes room', async () => {
  const { told, look, leave, customers } = town(2)
  for (const id of ['a', 'b', 'a', 'c', 'a']) await look(id)
  leave()
  await soon()
  expect(told).toEqual(['+a', '+b', '+c', '-b'])
  await customers.close()
  expect(told.slice(4).sort()).toEqual(['-a', '-c'])
})

test('nobody is taken from under whoever reads, and everybody goes in the end', async () => {
  const { told, look, leave, customers } = town(1)
  for (const id of ['a', 'b', 'c']) await look(id)
  await soon()
  expect(told).toEqual(['+a', '+b', '+c'])
  leave()
  await soon()
  expect(told.slice(3).sort()).toEqual(['-a', '-b'])
  await customers.close()
  expect(told).toContain('-c')
})

test('where whoever asked first has gone away, the next one asks anew; what failed is not kept', async () => {
  const { told, look, come } = town(2)
  let fail = (_: unknown) => {}
  const first = new Promise<CustomerHere>((_, reject) => {
    fail = reject
  })
  const left = look('a', () => first)
  const waits = look('a', () => come('a'))
  fail(new C360Error('CANCELLED', 'Cancelled.'))
  await expect(left).rejects.toMatchObject({ code: 'CANCELLED' })
  expect((await waits).customer('')).toBe('a')
  await expect(look('b', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await look('b')
  expect(told).toEqual(['+a', '+b'])
})
