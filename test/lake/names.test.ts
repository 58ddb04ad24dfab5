import { describe, expect, it } from 'vitest'
import { decodePath, encodePath, physicalName } from '../../src/lake/names.ts'

describe('physicalName', () => {
  it.each([
    ['OrderID', 'OrderID'],
    ['_source_file', '_source_file'],
    ['Order ID', 'Order_ID'],
    ['Amount (£, net)', 'Amount_net'],
    ['größe\t=;{}', 'größe'],
    ['日本', '日本'],
    ['  ', 'column'],
    ['', 'column'],
    ['"; drop table x', 'drop_table_x'],
  ])('%j becomes %j', (original, name) => {
    expect(physicalName(original, new Set())).toBe(name)
  })

  it('is unique without case', () => {
    expect(physicalName('order id', new Set(['Order_ID']))).toBe('order_id_2')
    expect(physicalName('a b', new Set(['A_B', 'a_b_2']))).toBe('a_b_3')
  })
})

describe('paths in the log', () => {
  it('come back as they were', () => {
    for (const path of ['a/b c.parquet', 'x=1/50%.parquet', "ü/'#?.parquet"])
      expect(decodePath(encodePath(path), 'log')).toBe(path)
    expect(encodePath('a/b c%')).toBe('a/b%20c%25')
  })

  it.each(['file:///tmp/x.parquet', 's3://bucket/x', '/etc/x', 'a/../../x', 'a/%2e%2e/x'])(
    'refuses %s',
    (path) => {
      expect(() => decodePath(path, 'log')).toThrow(expect.objectContaining({ code: 'LAKE_UNSUPPORTED' }))
    },
  )

  it('takes a broken encoding for damage', () => {
    expect(() => decodePath('a%zz', 'log')).toThrow(expect.objectContaining({ code: 'LAKE_DAMAGED' }))
  })
})
