import { setTimeout as pause } from 'node:timers/promises'

export interface RetryPolicy {
  /** No try begins later than so many milliseconds after the first failure. */
  readonly patienceMs: number
  /** The first wait in milliseconds; every further one is twice as long, up to `longestMs`. */
  readonly firstMs: number
  readonly longestMs: number
}

/** That a failure may pass: how long to wait at least, and how patient to be when it is less than usual. */
export interface Again {
  readonly afterMs?: number
  readonly patienceMs?: number
}

export interface Retrying {
  readonly policy: RetryPolicy
  /** undefined = trying again would not help. */
  readonly judge: (error: unknown) => Again | undefined
  /** Ends the waiting at once; then its AbortError is thrown. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Does the work until it succeeds, its failure is final or patience is used up; throws the last failure.
 * A wait is between half and the whole of its length at random, so that many clients do not come back together.
 */
export async function retrying<T>(work: () => Promise<T>, { policy, judge, signal }: Retrying): Promise<T> {
  let failing: number | undefined
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      const again = signal?.aborted ? undefined : judge(error)
      if (again === undefined) throw error
      failing ??= performance.now()
      const wait = Math.max(backoff(policy, failures), again.afterMs ?? 0)
      const patience = Math.min(policy.patienceMs, again.patienceMs ?? Number.POSITIVE_INFINITY)
      if (performance.now() - failing + wait > patience) throw error
      await pause(wait, undefined, signal ? { signal } : {})
    }
  }
}

function backoff({ firstMs, longestMs }: RetryPolicy, failures: number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** (failures - 1))
  return whole * (0.5 + Math.random() / 2)
}
