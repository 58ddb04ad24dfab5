import { C360Error } from '../errors.ts'

export interface Task {
  readonly name: string
  /** Names of tasks that must be done before; one that is not among the tasks counts as done. */
  readonly needs: readonly string[]
  /** How much work it is, beside the others; 1 where nobody says. */
  readonly weight?: number
}

/**
 * Does every task once what it needs is done, as many at a time as there are workers: one worker in the order of the tasks, several
 * those first on which the longest work hangs. The results are in the order of the tasks. After a failure nothing more is begun.
 * What was begun ends, then the earliest task's failure is thrown.
 */
export async function sideBySide<T extends Task, W, R>(
  tasks: readonly T[],
  workers: readonly W[],
  work: (task: T, worker: W) => Promise<R>,
): Promise<R[]> {
  const free = [...workers]
  const waiting = new Map(workers.length > 1 ? mostUrgentFirst(tasks) : tasks.entries())
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

/** By the work of the heaviest chain of tasks that begins with each; a task stands after those it needs. */
function mostUrgentFirst<T extends Task>(tasks: readonly T[]): [index: number, task: T][] {
  const chains = new Map(tasks.map(({ name, weight = 1 }) => [name, weight]))
  const weights = new Map(chains)
  for (const { name, needs } of tasks.toReversed())
    for (const need of needs)
      chains.set(need, Math.max(chains.get(need) ?? 0, (weights.get(need) ?? 0) + (chains.get(name) ?? 0)))
  const chainOf = ({ name }: T) => chains.get(name) ?? 0
  return [...tasks.entries()].sort(([, a], [, b]) => chainOf(b) - chainOf(a))
}
