/** At most `most` at a time; the others wait in line. */
export function inTurn(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (busy >= most) await new Promise<void>((go) => waiting.push(go))
    else busy++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else busy--
    }
  }
}

/** A signal that fires with another one, or when told; `release` lets go of the other. */
export function linked(to: AbortSignal | undefined): {
  readonly signal: AbortSignal
  readonly abort: () => void
  readonly release: () => void
} {
  const controller = new AbortController()
  const abort = () => controller.abort()
  if (to?.aborted) abort()
  to?.addEventListener('abort', abort, { once: true })
  return { signal: controller.signal, abort, release: () => to?.removeEventListener('abort', abort) }
}

/**
 * Does the work for every number of `from`..`to - 1`, at most `most` at a time. The first failure stops the others
 * by their signal; it is thrown when all have ended, so that nothing goes on behind the caller's back. What runs in
 * one lane (0..`most - 1`) runs one after another, so a lane may have a buffer of its own.
 */
export async function eachOf(
  { from, to, most }: { readonly from: number; readonly to: number; readonly most: number },
  work: (index: number, signal: AbortSignal, lane: number) => Promise<void>,
  outer?: AbortSignal,
): Promise<void> {
  const { signal, abort, release } = linked(outer)
  let next = from
  const failures: unknown[] = []
  const worker = async (_: unknown, lane: number) => {
    while (next < to && failures.length === 0)
      await work(next++, signal, lane).catch((error: unknown) => {
        failures.push(error)
        abort()
      })
  }
  await Promise.all(Array.from({ length: Math.min(most, to - from) }, worker))
  release()
  if (failures.length > 0) throw failures[0]
}
