import type { Contract, Project } from '../project/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { Deliveries } from './deliveries.ts'
import type { BronzeTable } from './types.ts'

/** Everything the statements of one source are made from. */
export interface SourceContext {
  readonly d: Dialect
  readonly project: Project
  readonly contract: Contract
  readonly bronze: BronzeTable
  readonly deliveries: Deliveries
  /** There are decisions about rows of this source. */
  readonly decided: boolean
  /** Everything is built anew, and the tables beside silver are empty. */
  readonly afresh: boolean
}
