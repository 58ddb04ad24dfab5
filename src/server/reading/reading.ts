import type { Scope, ServerContext } from '../context.ts'
import type { Lease } from './snapshot.ts'

/**
 * Reads one version of the request's project, when it is this request's turn: everything `work` reads is from that version.
 * TOO_BUSY beyond capacity, NOT_FOUND before the first run, VERSION_GONE, CANCELLED.
 */
export async function reading<T>(
  { queries }: ServerContext,
  scope: Scope,
  version: number | undefined,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const project = scope.project()
  const read = async (): Promise<T> => {
    await using lease = await project.lease(version)
    return await work(lease)
  }
  // Whoever waits for another machine keeps none of this one's cores: its statements are counted instead.
  return (await project.isLive()) ? read() : queries.run(scope.signal, read)
}
