/** Who asks. There is one until sign-in exists: whoever holds the start-up token. */
export interface Actor {
  readonly id: string
  readonly name: string
}

export const localActor: Actor = { id: 'local', name: 'Local user' }
