import { expect, test } from 'vitest'
import { listVersions, rollback, unpin } from '../../src/run/history.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { retailProject } from '../support/project.ts'

const customers = (...ids: number[]) =>
  `CustomerID,Name,Email,Address\n${ids.map((id) => `${id},Name ${id},,\n`).join('')}`

test('a candidate is neither current nor kept once another version is published', async () => {
  await using project = await retailProject(undefined, ['dim_customers'])
  const states = async () => {
    const { versions } = await listVersions(await loadProjectOrFail(project.root))
    return Object.fromEntries(versions.map(({ manifest, state }) => [manifest.version, state]))
  }
  await project.write('landing/Customers_1.csv', customers(1))
  await project.run()
  await project.write('landing/Customers_2.csv', customers(2))
  expect((await project.run({ publish: false })).outcome).toBe('candidate')
  expect(await states()).toEqual({ 1: 'current', 2: 'candidate' })
  expect(await project.query('select count(*)::int as n from dim_customers')).toEqual([{ n: 1 }])
  const published = await project.run()
  expect(published.outcome).toBe('published')
  expect(await states()).toEqual({ 1: 'kept', 3: 'current' })
  expect(await project.query('select count(*)::int as n from dim_customers')).toEqual([{ n: 2 }])
})

test('rolled back readers stay where they are while runs go on, until unpinned', async () => {
  await using project = await retailProject(undefined, ['dim_customers'])
  const settings = await loadProjectOrFail(project.root)
  const known = async () => (await project.query('select count(*)::int as n from dim_customers'))[0]?.n
  await project.write('landing/Customers_1.csv', customers(1))
  await project.run()
  await project.write('landing/Customers_2.csv', customers(2))
  await project.run()
  await rollback(settings, 1)
  expect(await known()).toBe(1)
  await project.write('landing/Customers_3.csv', customers(3))
  expect((await project.run()).version).toBe(3)
  expect(await known()).toBe(1)
  await unpin(settings)
  expect(await known()).toBe(3)
})

test('versions beyond keep are removed, never the current one', async () => {
  await using project = await retailProject(undefined, ['dim_customers'])
  await project.edit(
    'c360.yaml',
    'warehouse: warehouse',
    'warehouse: warehouse\nkeep: { versions: 2, days: 30 }',
  )
  for (const id of [1, 2, 3, 4]) {
    await project.write(`landing/Customers_${id}.csv`, customers(id))
    await project.run()
  }
  const { versions } = await listVersions(await loadProjectOrFail(project.root))
  expect(versions.map(({ manifest }) => manifest.version)).toEqual([4, 3])
})
