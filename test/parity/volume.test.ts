import { expect, test } from 'vitest'
import { compareSides, duckSide } from './sides.ts'

const ROWS = 1_000_000
const DOUBLES = 100_000
const MB = 2 ** 20

/** The most this process had in use while working, above what it began with; not what the engine caches within its own limit. */
async function mostHeap<T>(work: () => Promise<T>): Promise<{ result: T; heap: number }> {
  const before = process.memoryUsage().heapUsed
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().heapUsed)
  }, 5)
  try {
    return { result: await work(), heap: (most - before) / MB }
  } finally {
    clearInterval(timer)
  }
}

const made = (rows: number, word: string, share: string): string[] => [
  `create table gold.t as select range as id, ${word} as word, ${share} as share from range(${rows})`,
]

test('a million rows: the rows that differ are found in bounded memory', async () => {
  await using a = await duckSide('a', made(ROWS, "'x'", 'cast(null as integer)'), [{}], '400MB')
  await using b = await duckSide(
    'b',
    made(ROWS, "case when range in (17, 999999) then 'y' else 'x' end", 'cast(null as integer)'),
    [{}],
    '400MB',
  )
  const { result, heap } = await mostHeap(() => compareSides(a, b, { grain: ['id'] }))
  const [found] = result.tables
  expect(found?.rows).toEqual([ROWS, ROWS])
  expect(found?.differing).toMatchObject({ changed: 2, more: false, columns: ['word'] })
  expect(found?.differences.map(({ key }) => key.id).sort()).toEqual(['17', '999999'])
  expect(heap).toBeLessThan(60)
}, 240_000)

test('many doubles are compared one by one in bounded memory', async () => {
  await using a = await duckSide('a', made(DOUBLES, "'x'", 'cast(range as double) / 3'), [{}], '400MB')
  await using b = await duckSide(
    'b',
    made(
      DOUBLES,
      "'x'",
      'cast(range as double) / 3 * (case when range = 77777 then 1.0000001 else 1.00000000000001 end)',
    ),
    [{}],
    '400MB',
  )
  const { result, heap } = await mostHeap(() => compareSides(a, b, { grain: ['id'] }))
  expect(result.tables[0]?.differing).toMatchObject({ changed: 1, more: false, columns: ['share'] })
  expect(result.tables[0]?.differences[0]?.key).toEqual({ id: '77777' })
  expect(heap).toBeLessThan(60)
}, 240_000)
