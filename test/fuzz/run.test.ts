import { expect, test } from 'vitest'
import { share } from '../support/long.ts'
import { retailProject } from '../support/project.ts'
import { randomFrom } from '../support/random.ts'
import { mutate } from './mutate.ts'

const MUTANTS = share(600)
const header = 'CustomerID,Name,Email,Address\n'
const customer = (id: number) => `${id},Name ${id},c${id}@example.com,"${id} High St, Town, NY 10001"\n`
const file = (first: number, rows: number) =>
  header + Array.from({ length: rows }, (_, i) => customer(first + i)).join('')

test(`${MUTANTS} damaged files in one landing folder cost no good file a row`, {
  timeout: 300_000,
}, async () => {
  await using project = await retailProject()
  for (let i = 0; i < 10; i++)
    await project.write(`landing/Customers_${i}9_good.csv`, file(1_000_000 + i * 100, 20))
  for (let i = 0; i < MUTANTS; i++) {
    const { bytes } = mutate(Buffer.from(file(i * 50, 12)), randomFrom(i))
    await project.write(`landing/Customers_${i}_mutant.csv`, bytes)
  }
  const result = await project.run()
  expect(result.outcome).toBe('published')
  const outcomes = result.files.map(({ outcome }) => outcome)
  expect(outcomes.filter((outcome) => !['delivered', 'refused', 'duplicate'].includes(outcome))).toEqual([])
  expect(outcomes).toContain('refused')
  const good = await project.query(
    "select _source_file as f, count(*)::int as n from silver.customers where _source_file like '%good%' group by 1",
  )
  expect(good.map(({ n }) => n)).toEqual(Array.from({ length: 10 }, () => 20))
  const accounts = result.manifest?.accounts.customers ?? []
  const lost = accounts.filter(
    ({ rows, kept, superseded, quarantined, dismissed, deleted }) =>
      rows !== kept + superseded + quarantined + dismissed + deleted,
  )
  expect(lost).toEqual([])
  expect((await project.run()).outcome).toBe('unchanged')
})
