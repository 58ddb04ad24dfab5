import { C360Error } from '../errors.ts'
import type { Action, Add, MetaData, Protocol, Remove, Txn } from './actions.ts'
import { decodePath } from './names.ts'
import { assertWhole } from './protocol.ts'

/** What a log amounts to at one version; files are keyed by their decoded path. */
export interface LogState {
  readonly version: number
  readonly protocol: Protocol
  readonly metaData: MetaData
  readonly files: ReadonlyMap<string, Add>
  /** Files taken out, which a checkpoint must go on naming. */
  readonly removed: ReadonlyMap<string, Remove>
  readonly transactions: ReadonlyMap<string, Txn>
}

/** Actions and the file they were read from. */
export interface LogPart {
  readonly file: string
  readonly actions: readonly Action[]
}

interface Replay {
  protocol: Protocol | undefined
  metaData: MetaData | undefined
  readonly files: Map<string, Add>
  readonly removed: Map<string, Remove>
  readonly transactions: Map<string, Txn>
}

/**
 * What the parts make of `base`, or of nothing; later actions win. Parts are in order: a checkpoint or none, then
 * commits. Fails with LAKE_DAMAGED where the first part does not begin a table.
 */
export function replay(version: number, parts: readonly LogPart[], base?: LogState): LogState {
  const state: Replay = {
    protocol: base?.protocol,
    metaData: base?.metaData,
    files: new Map(base?.files),
    removed: new Map(base?.removed),
    transactions: new Map(base?.transactions),
  }
  for (const { file, actions } of parts) for (const action of actions) apply(state, action, file)
  const { protocol, metaData, ...rest } = state
  if (protocol && metaData) return { ...rest, version, protocol, metaData }
  const lacking = protocol ? 'schema' : 'protocol'
  throw new C360Error('LAKE_DAMAGED', `${parts[0]?.file} should begin the table but has no ${lacking}.`)
}

function apply(state: Replay, { protocol, metaData, txn, add, remove }: Action, file: string): void {
  state.protocol = protocol ?? state.protocol
  state.metaData = metaData ?? state.metaData
  if (txn) state.transactions.set(txn.appId, txn)
  if (add) {
    assertWhole(add, file)
    const path = decodePath(add.path, file)
    state.removed.delete(path)
    state.files.set(path, add)
  }
  if (remove) {
    const path = decodePath(remove.path, file)
    state.files.delete(path)
    state.removed.set(path, remove)
  }
}
