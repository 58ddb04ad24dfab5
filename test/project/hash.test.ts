import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contractHash, stableHash } from '../../src/project/hash.ts'
import { loadProject } from '../../src/project/load.ts'
import type { Contract } from '../../src/project/types.ts'

const { project } = await loadProject(join(import.meta.dirname, '../../examples/retail'))
const contract = project?.contracts.find(({ source }) => source === 'online_transactions')
if (!project || !contract) throw new Error('examples/retail does not load')

test('the same data gives the same hash, whatever the order of its keys', () => {
  expect(stableHash({ a: 1, b: [2, { c: 3 }] })).toBe(stableHash({ b: [2, { c: 3 }], a: 1, d: undefined }))
  expect(stableHash({ a: 1 })).toMatch(/^[0-9a-f]{64}$/)
  const different = [{ a: 1 }, { a: '1' }, { a: [1] }, { a: null }, {}, [], ['a', 1], '{"a":1}', null]
  expect(new Set(different.map(stableHash)).size).toBe(different.length)
})

test('the hash does not change from release to release by itself', () => {
  expect(stableHash({ b: [1, 'ä'], a: null })).toBe(
    '5d4c789751acdad9ba305072d1a6ccdc5864fd7c7a1bcc0f38a794e5a4417e02',
  )
})

test('what does not touch silver does not change the hash of a contract', () => {
  const moved: Contract = {
    ...contract,
    file: 'contracts/other.yaml',
    files: ['Other.csv'],
    precedence: 1,
    freshnessHours: 1,
    columns: contract.columns.map((column) => ({ ...column, line: column.line + 7 })),
  }
  expect(contractHash(moved)).toBe(contractHash(contract))
})

const { format: csv } = contract
if (csv.type !== 'csv') throw new Error('examples/retail is CSV')

const changes: Partial<Contract>[] = [
  { key: ['order_id'] },
  { order: [] },
  { load: 'append' },
  { format: { ...csv, delimiter: ';' } },
  { format: { type: 'parquet' } },
  { set: { channel: 'web' } },
  { timeZone: 'UTC' },
  { dated: '%Y%m%d' },
  { maxDelete: 0.5 },
  { idSpace: 'other' },
  { entity: 'web_session' },
  { columns: contract.columns.slice(1) },
  { columns: contract.columns.map((column) => ({ ...column, clean: [{ op: 'lower' as const }] })) },
]

test.each(changes)('what touches silver does: %j', (change) => {
  expect(contractHash({ ...contract, ...change })).not.toBe(contractHash(contract))
})
