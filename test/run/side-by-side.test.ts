import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { sideBySide } from '../../src/run/side-by-side.ts'

const task = (name: string, ...needs: string[]) => ({ name, needs })

/** Does the tasks by script: how long each takes, and which fail. Gives what happened, in order. */
async function play(
  tasks: readonly ReturnType<typeof task>[],
  workers: number,
  script: Readonly<Record<string, number | Error>> = {},
) {
  const told: string[] = []
  const busy = new Set<string>()
  let most = 0
  const done = sideBySide(tasks, [...Array(workers).keys()].map(String), async ({ name }, worker) => {
    expect(busy.has(worker)).toBe(false)
    busy.add(worker)
    most = Math.max(most, busy.size)
    told.push(`+${name}`)
    const plan = script[name] ?? 1
    await pause(plan instanceof Error ? 1 : plan)
    told.push(`-${name}`)
    busy.delete(worker)
    if (plan instanceof Error) throw plan
    return name.toUpperCase()
  })
  const ended = await done.then(
    (results) => ({ results, error: undefined }),
    (error: Error) => ({ results: undefined, error: error.message }),
  )
  return { ...ended, told, most }
}

test('results are in the order of the tasks, whoever ends first', async () => {
  const { results, most } = await play([task('a'), task('b'), task('c')], 2, { a: 40 })
  expect(results).toEqual(['A', 'B', 'C'])
  expect(most).toBe(2)
})

test('a task begins when what it needs is done, and others need not wait for it', async () => {
  const tasks = [task('a'), task('b', 'a', 'not here'), task('c'), task('d', 'b', 'c')]
  const { told, results } = await play(tasks, 3, { a: 40 })
  expect(results).toEqual(['A', 'B', 'C', 'D'])
  expect(told.indexOf('+b')).toBeGreaterThan(told.indexOf('-a'))
  expect(told.indexOf('-c')).toBeLessThan(told.indexOf('-a'))
  expect(told.indexOf('+d')).toBeGreaterThan(told.indexOf('-b'))
})

test('several workers begin with what the longest work hangs on', async () => {
  const tasks = [task('a'), task('b'), task('c'), task('d', 'c'), task('e', 'd')]
  const { told } = await play(tasks, 2)
  expect(told.slice(0, 2)).toEqual(['+c', '+a'])
})

test('work that is said to be heavy is begun before what is light', async () => {
  const tasks = [task('a'), task('b'), { ...task('c'), weight: 5 }, { ...task('d', 'b'), weight: 9 }]
  const { told } = await play(tasks, 2)
  expect(told.slice(0, 2)).toEqual(['+b', '+c'])
})

test('one worker does them in their order', async () => {
  const { told } = await play([task('a'), task('b'), task('c', 'a')], 1)
  expect(told).toEqual(['+a', '-a', '+b', '-b', '+c', '-c'])
})

test('after a failure what was begun ends, nothing else begins, and the earliest failure is told', async () => {
  const failing = { a: new Error('first'), b: new Error('second'), c: 40 }
  const { told, error } = await play([task('c'), task('a'), task('b'), task('d')], 3, failing)
  expect(error).toBe('first')
  expect(told).toContain('-c')
  expect(told).not.toContain('+d')
})

test('even one that fails with nothing', async () => {
  const failed = sideBySide([task('a'), task('b')], [1], () => Promise.reject(undefined))
  await expect(
    failed.then(
      () => 'done',
      (error: unknown) => error,
    ),
  ).resolves.toBe(undefined)
})

test('tasks that wait for each other are told, not left out', async () => {
  const { error } = await play([task('a', 'b'), task('b', 'a'), task('c')], 2)
  expect(error).toMatch(/circle/)
})

test('nothing to do', async () => {
  expect((await play([], 2)).results).toEqual([])
})
