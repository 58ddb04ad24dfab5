import type { Actor } from './actor.ts'

/** Everything a request can be about; a route names its own before it does anything. */
export type Action =
  | 'read'
  | 'read_personal'
  | 'reveal'
  | 'export'
  | 'sql'
  | 'run'
  | 'decide'
  | 'publish'
  | 'write_project'
  | 'setup'

/** The one place that says who may do what. The local actor may do everything; roles come with sign-in. */
export const isAllowed = (actor: Actor, _action: Action, _project: string | undefined): boolean =>
  actor.id === 'local'
