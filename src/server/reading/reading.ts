import type { Scope, ServerContext } from '../context.ts'
import type { Lease } from './snapshot.ts'

/**
 * Reads one version of the request's project, when it is this request's turn: everything `work` reads is from that version.
 * TOO_BUSY beyond capacity, NOT_FOUND before the first run, VERSION_GONE, CANCELLED.
 */
export const reading = <T>(
  { queries }: ServerContext,
  scope: Scope,
  version: number | undefined,
  work: (lease: Lease) => Promise<T>,
): Promise<T> =>
  queries.run(scope.signal, async () => {
    await using lease = await scope.project().lease(version)
    return await work(lease)
  })
