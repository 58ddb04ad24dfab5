const queues = new WeakMap<object, Promise<unknown>>()

/** Runs `work` when all earlier work on the same session is done: a connection has one result open at a time. */
export async function inTurn<T>(session: object, work: () => Promise<T>): Promise<T> {
  const earlier = queues.get(session) ?? Promise.resolve()
  const mine = earlier.then(work, work)
  queues.set(session, mine)
  return mine
}
