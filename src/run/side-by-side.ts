import { C360Error } from '../errors.ts'

export interface Task {
  readonly name: string
  /** Names of tasks that must be done before; one that is not among the tasks counts as done. */
  readonly needs: readonly string[]
}

/**
 * Does every task once what it needs is done, the earlier ones first, as many at a time as there are workers; the results are
 * in the order of the tasks. After a failure nothing more is begun. What was begun ends, then the earliest task's failure is thrown.
 */
export async function sideBySide<T extends Task, W, R>(
  tasks: readonly T[],
  workers: readonly W[],
  work: (task: T, worker: W) => Promise<R>,
): Promise<R[]> {
  const free = [...workers]
  const waiting = new Map(tasks.entries())
  const undone = new Set(tasks.map(({ name }) => name))
  const running = new Map<number, Promise<void>>()
  const results: R[] = []
  const failures: unknown[] = []
  const begin = (index: number, task: T, worker: W): void => {
    waiting.delete(index)
    const settled = work(task, worker).then(
      (result) => {
        results[index] = result
        undone.delete(task.name)
      },
      (error: unknown) => {
        failures[index] = error
      },
    )
    running.set(
      index,
      settled.then(() => {
        running.delete(index)
        free.push(worker)
      }),
    )
  }
  for (;;) {
    for (const [index, task] of waiting) {
      if (failures.length > 0 || free.length === 0) break
      const worker = task.needs.some((name) => undone.has(name)) ? undefined : free.pop()
      if (worker !== undefined) begin(index, task, worker)
    }
    if (running.size === 0) break
    await Promise.race(running.values())
  }
  // Places of tasks that did not fail are holes, and left out.
  const [failed] = Object.values(failures)
  if (failures.length > 0) throw failed
  if (waiting.size > 0) throw new C360Error('INTERNAL', 'Tasks wait for each other in a circle.')
  return results
}
