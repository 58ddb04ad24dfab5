import { expect, test } from 'vitest'
import { projectFrom } from '../../src/project/load.ts'

const read = (...lines: readonly string[]) => {
  const text = [
    'version: 1',
    'name: shop',
    'time_zone: UTC',
    'currency: GBP',
    ...lines,
    'rules: { counted_statuses: all }',
    '',
  ].join('\n')
  const contract = 'entity: customer\nfiles: c*.csv\nkey: [customer_id]\ncolumns:\n  ID: customer_id\n'
  return projectFrom({
    root: '/shop',
    config: { path: 'c360.yaml', bytes: Buffer.from(text) },
    contracts: [{ path: 'contracts/customers.yaml', bytes: Buffer.from(contract) }],
    models: [],
  })
}

test('watch: what is written, and what holds without it', () => {
  expect(read().project?.watch).toEqual({ settle: 5, poll: 60 })
  const written = read(
    'landing: az://acmelake/landing',
    'watch: { queue: az://acmelake/c360-events, settle: 0 seconds, poll: 5 minutes }',
    'azure: { storage: { acmelake: { queue_endpoint: "http://127.0.0.1:1/acmelake" } } }',
  )
  expect(written.problems).toEqual([])
  expect(written.project?.watch).toEqual({
    ...{ settle: 0, poll: 300 },
    queue: { account: 'acmelake', name: 'c360-events' },
  })
  expect(written.project?.azure.accounts.acmelake?.queueEndpoint).toBe('http://127.0.0.1:1/acmelake')
})

test.each([
  ['watch: { queue: https://acmelake.queue.core.windows.net/c360 }', 'bad_location'],
  ['watch: { queue: az://acmelake/landing/path }', 'bad_location'],
  ['watch: { settle: 5 }', 'bad_value'],
  ['watch: { queue: az://acmelake/c360-events }', 'queue_without_container'],
  ['watch: { every: 5 minutes }', 'unknown_key'],
])('%s is %s, at its line', (line, code) => {
  const { project, problems } = read(line)
  expect(project).toBeUndefined()
  expect(problems.map((problem) => [problem.code, problem.line])).toEqual([[code, 5]])
})
