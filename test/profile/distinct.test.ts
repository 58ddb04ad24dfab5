import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Distinct } from '../../src/profile/distinct.ts'
import { KeyHash } from '../../src/profile/key-hash.ts'

const hash = new KeyHash()

function hashOf(...texts: readonly string[]): [number, number] {
  hash.begin()
  for (const text of texts) {
    const bytes = Buffer.from(text)
    hash.add(bytes, 0, bytes.length)
  }
  hash.end()
  return [hash.high, hash.low]
}

test.each([
  ['in memory', 4096],
  ['in a scratch file', 3],
])('different and repeated hashes are counted exactly, %s', async (_, keep) => {
  const dir = await mkdtemp(join(tmpdir(), 'c360-distinct-'))
  const distinct = new Distinct(join(dir, 'hashes'), keep)
  try {
    // Past 4096 hashes for each of 256 parts a block is put aside.
    for (let i = 0; i < 1_200_000; i++) distinct.add(...hashOf(`ORD-${i}`))
    for (let i = 0; i < 30_000; i++) distinct.add(...hashOf(`ORD-${i * 7}`))
    for (let i = 0; i < 3; i++) distinct.add(...hashOf('ORD-0'))
    const { repeated, sample, ...count } = distinct.count()
    expect({ repeated, distinct: count.distinct }).toEqual({ repeated: 30_000, distinct: 1_200_000 })
    expect(sample.size).toBeGreaterThan(1500)
    expect(sample.size).toBeLessThanOrEqual(4096)
    const told = Array.from({ length: 30_000 }, (_, i) => sample.has(...hashOf(`ORD-${i * 7}`)))
    expect(told.filter(Boolean)).toHaveLength(sample.size)
    expect(told.slice(0, 15_000).filter(Boolean).length / sample.size).toBeCloseTo(0.5, 1)
    expect(existsSync(join(dir, 'hashes'))).toBe(keep === 3)
    distinct.close()
    expect(existsSync(join(dir, 'hashes'))).toBe(false)
  } finally {
    await rm(dir, { recursive: true })
  }
})

test('few repeats are told one by one, and two zeros are a hash like any other', () => {
  const distinct = new Distinct('/nowhere')
  for (const low of [0, 0, 1, 2, 3, 3]) distinct.add(low === 1 ? 5 : 0, low)
  const { sample, ...count } = distinct.count()
  expect(count).toEqual({ distinct: 4, repeated: 2 })
  expect([sample.has(0, 0), sample.has(0, 3), sample.has(5, 1), sample.has(0, 2)]).toEqual([
    true,
    true,
    false,
    false,
  ])
})

test('a half of the hash meets again as often as chance has it, a whole one never', () => {
  const keys = 300_000
  const halves = [new Set<number>(), new Set<number>()]
  const whole = new Set<bigint>()
  for (let i = 0; i < keys; i++) {
    const [high, low] = hashOf(`${1_000_000 + Math.floor(i / 3)}`, `${i % 3}`)
    halves[0]?.add(high)
    halves[1]?.add(low)
    whole.add((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0))
  }
  expect(whole.size).toBe(keys)
  // 300,000 of 2 ** 32 give 10 pairs.
  for (const half of halves) expect(keys - half.size).toBeLessThan(30)
})

test('where one column of a key ends and the next begins is part of it', () => {
  expect(hashOf('ab', 'c')).not.toEqual(hashOf('a', 'bc'))
  expect(hashOf('1', '')).not.toEqual(hashOf('', '1'))
  expect(hashOf('a\0')).not.toEqual(hashOf('a'))
})
