import type { Session } from '../engines/engine.ts'
import type { ParityDialect } from '../sql/parity-dialect.ts'

/** What a side says of what it holds. Two answers differ once its gold was replaced. */
export interface SideState {
  readonly version?: number
  readonly runId?: string
  /** ISO 8601, UTC. */
  readonly builtAt?: string
}

/** A place that holds gold, open for reading. Closing it closes its session. */
export interface Side extends AsyncDisposable {
  /** As the user named it: `local`, `local@3`, a target of c360.yaml. */
  readonly name: string
  readonly engine: string
  /** Where it lies, for people; no secret is in it. */
  readonly place: string
  readonly session: Session
  readonly dialect: ParityDialect
  /** Names of the tables of gold as the engine has them, in any order. */
  tables(signal?: AbortSignal): Promise<readonly string[]>
  /** A table's full name, quoted. */
  table(name: string): string
  /** Asked before and after the comparison. */
  state(): Promise<SideState>
}

/** Opens a side by the name the user gave it. NOT_FOUND says which names there are. */
export type OpenSide = (name: string) => Promise<Side>
