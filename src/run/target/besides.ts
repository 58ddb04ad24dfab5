import type { Remote, Session } from '../../engines/engine.ts'
import { sideBySide } from '../side-by-side.ts'

/** Does the work for each item, as many at a time as the engine takes; the results in the order of the items. */
export const besides = <T, R>(
  { remote, session }: { readonly remote: Remote; readonly session: Session },
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> =>
  sideBySide(
    items.map((item, place) => ({ name: String(place), needs: [], item })),
    Array<Session>(remote.atOnce ?? 1).fill(session),
    ({ item }) => work(item),
  )
