import type { Remote, Session } from '../../src/engines/engine.ts'

/** A target that hears nothing more from its runner once it has died. */
export interface Mortal {
  readonly remote: Remote
  /** A boundary at which it dies. */
  at(name: string): (reached: string) => void
  /** A new runner, which lives. */
  live(): void
}

export function dying(remote: Remote): Mortal {
  let dead = false
  const alive = () => {
    if (dead) throw new Error('dead')
  }
  return {
    remote: {
      ...remote,
      async connect(signal?: AbortSignal): Promise<Session> {
        const session = await remote.connect(signal)
        return {
          async execute(...args) {
            alive()
            await session.execute(...args)
          },
          stream(...args) {
            alive()
            return session.stream(...args)
          },
          [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
        }
      },
    },
    at: (name) => (reached) => {
      dead ||= reached === name
      alive()
    },
    live() {
      dead = false
    },
  }
}
