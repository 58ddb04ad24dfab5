import { describe, expect, it } from 'vitest'
import type { Lab } from '../support/lab.ts'
import { csv, customers, fates, small, texts } from './small.ts'

const FULL = ['load: full', 'max_delete: 50%']
const DATED = [...FULL, 'dated: "%Y-%m-%d"']
const keys = (lab: Lab) => texts(lab, 'select customer_id, name from silver.customers order by all')
const load = async (lab: Lab, name: string, ...rows: string[]) => {
  await lab.put(name, csv('ID,Name', ...rows))
  return lab.run()
}

describe('full loads', () => {
  it('delete the keys they lack', async () => {
    await using lab = await small({ customers: customers(...FULL) })
    await load(lab, 'customers-1.csv', 'C1,Ann', 'C2,Bob')
    await load(lab, 'customers-2.csv', 'C2,Bobby', 'C3,Cy')
    expect(await keys(lab)).toEqual(['C2 Bobby', 'C3 Cy'])
    expect(await fates(lab, 'customers')).toEqual(['1/1 deleted 2/0', '1/2 superseded 2/1'])
  })

  it('bring a key back that an earlier one had deleted', async () => {
    await using lab = await small({ customers: customers(...FULL) })
    await load(lab, 'customers-1.csv', 'C1,Ann', 'C2,Bob')
    await load(lab, 'customers-2.csv', 'C2,Bob')
    await load(lab, 'customers-3.csv', 'C1,Anna', 'C2,Bob')
    expect(await keys(lab)).toEqual(['C1 Anna', 'C2 Bob'])
  })

  it('dated: an older one that comes late deletes nothing and wins nothing', async () => {
    await using lab = await small({ customers: customers(...DATED) })
    await load(lab, 'customers-2024-02-01.csv', 'C1,Ann', 'C2,Bob')
    await load(lab, 'customers-2024-01-01.csv', 'C1,Old')
    expect(await keys(lab)).toEqual(['C1 Ann', 'C2 Bob'])
    expect(await fates(lab, 'customers')).toEqual(['2/1 superseded 1/1'])
  })

  it('count the key of a quarantined row as present', async () => {
    await using lab = await small({ customers: customers(...FULL) })
    await load(lab, 'customers-1.csv', 'C1,Ann', 'C2,Bob')
    await load(lab, 'customers-2.csv', 'C1,', 'C2,Bobby')
    expect(await keys(lab)).toEqual(['C1 Ann', 'C2 Bobby'])
  })

  it('are held when they would delete too much, until a person accepts', async () => {
    await using lab = await small({ customers: customers(...FULL) })
    await load(lab, 'customers-1.csv', 'C1,Ann', 'C2,Bob', 'C3,Cy')
    const { manifest } = await load(lab, 'customers-2.csv', 'C1,Anna')
    expect(manifest?.held.customers).toEqual([
      { delivery: 2, path: 'customers-2.csv', wouldDelete: 2, living: 3 },
    ])
    expect(await keys(lab)).toEqual(['C1 Anna', 'C2 Bob', 'C3 Cy'])
    await lab.decideFile('accept', 'customers-2.csv')
    expect((await lab.run()).manifest?.held.customers).toEqual([])
    expect(await keys(lab)).toEqual(['C1 Anna'])
  })

  it('a row mended after a later load had deleted its key stays deleted', async () => {
    await using lab = await small({ customers: customers(...FULL) })
    await load(lab, 'customers-1.csv', 'C1,', 'C2,Bob')
    await load(lab, 'customers-2.csv', 'C2,Bob')
    await lab.decide({
      kind: 'edit',
      source: 'customers',
      file: 'customers-1.csv',
      delivery: 1,
      row: 1,
      edits: { Name: 'Ann' },
    })
    await lab.run()
    expect(await keys(lab)).toEqual(['C2 Bob'])
    expect(await fates(lab, 'customers')).toEqual(['1/1 deleted 2/0', '1/2 superseded 2/1'])
  })
})
