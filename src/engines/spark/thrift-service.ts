import {
  binary,
  bool,
  callBytes,
  type Fields,
  i16,
  i32,
  i64,
  type Put,
  readReply,
  struct,
  ThriftFault,
  text,
  texts,
} from './thrift.ts'
import { type Column, columnsOf, listIn, textIn, valuesOf } from './thrift-columns.ts'
import type { SparkTraits } from './traits.ts'

/** What the service calls a session or an operation: two binaries, sent back as they came. */
export interface Handle {
  readonly put: Put
}

export interface Operation extends Handle {
  readonly hasRows: boolean
}

export type State = 'waiting' | 'finished' | 'cancelled' | 'closed' | 'failed' | 'timed_out'

export interface Status {
  readonly state: State
  readonly fault: ServiceFault | undefined
}

/** The service's own word for a failure. Its message may quote values of rows. */
export class ServiceFault extends Error {
  readonly sqlState: string | undefined
  /** The session or operation is not known any more. */
  readonly gone: boolean

  constructor(message: string, sqlState: string | undefined, gone = false) {
    super(message)
    this.sqlState = sqlState
    this.gone = gone
  }
}

/** When a call that failed is sent again: `once` = only if the service did not work on it; `never` = nobody waits for it. */
export type Repeat = 'any' | 'once' | 'never'

/** Sends a call, retrying it as `repeat` allows. */
export type Send = (call: Buffer, repeat: Repeat) => Promise<Buffer>

/** The functions of the service that we use (TCLIService of Hive, as Spark and Databricks have it). */
export interface Service {
  openSession(traits: SparkTraits, settings: Readonly<Record<string, string>>): Promise<Handle>
  closeSession(session: Handle): Promise<void>
  /** Starts a statement and does not wait for it. */
  start(
    session: Handle,
    sql: string,
    options: { seconds?: number | undefined; repeat: Repeat },
  ): Promise<Operation>
  /** Answers when the operation ends, or after a few seconds. */
  status(operation: Operation): Promise<Status>
  columns(operation: Operation): Promise<Column[]>
  /** The next rows by column, at most so many; an empty batch is the end. */
  fetch(operation: Operation, columns: readonly Column[], rows: number): Promise<Batch>
  cancel(operation: Operation): Promise<void>
  close(operation: Operation): Promise<void>
}

export interface Batch {
  readonly columns: readonly (readonly unknown[])[]
  readonly rows: number
}

export function openService(send: Send): Service {
  const call = async (method: string, fields: Parameters<typeof struct>[0], repeat: Repeat) => {
    const answer = readReply(await send(callBytes(method, struct(fields)), repeat))
    checkStatus(answer.get(1) as Fields)
    return answer
  }
  return {
    async openSession({ protocol, user }, settings) {
      const { field, version } = protocol
      const fields = {
        [field]: field === 1 ? i32(version) : i64(BigInt(version)),
        2: user === undefined ? undefined : text(user),
        4: texts(settings),
        1285: bool(true),
      }
      return { put: struct({ 1: identifier(await call('OpenSession', fields, 'any'), 3) }) }
    },
    async closeSession({ put }) {
      await call('CloseSession', { 1: put }, 'never')
    },
    async start({ put }, sql, { seconds, repeat }) {
      const fields = {
        1: put,
        2: text(sql),
        4: bool(true),
        5: seconds === undefined ? undefined : i64(BigInt(seconds)),
        1282: bool(false),
        1283: bool(false),
      }
      return operationOf(await call('ExecuteStatement', fields, repeat))
    },
    async status({ put }) {
      return statusOf(await call('GetOperationStatus', { 1: put }, 'any'))
    },
    async columns({ put }) {
      const schema = (await call('GetResultSetMetadata', { 1: put }, 'any')).get(2)
      return schema instanceof Map ? columnsOf(schema as Fields) : []
    },
    async fetch({ put }, columns, rows) {
      const fields = { 1: put, 2: i32(FETCH_NEXT), 3: i64(BigInt(rows)), 4: i16(0) }
      const results = (await call('FetchResults', fields, 'once')).get(3)
      return results instanceof Map ? batchOf(results as Fields, columns) : nothing(columns)
    },
    async cancel({ put }) {
      await call('CancelOperation', { 1: put }, 'any')
    },
    async close({ put }) {
      await call('CloseOperation', { 1: put }, 'never')
    },
  }
}

const FETCH_NEXT = 0

function checkStatus(status: Fields): void {
  const code = status.get(1)
  if (typeof code === 'number' && code <= STILL_EXECUTING) return
  const message = textIn(status, 5) ?? textIn(status, 6) ?? 'it gave no reason'
  throw new ServiceFault(message, textIn(status, 3), code === INVALID_HANDLE || GONE.test(message))
}

const STILL_EXECUTING = 2
const INVALID_HANDLE = 4
const GONE = /Invalid (Session|Operation)Handle|session .{0,80}(expired|closed|does not exist)/i

/** The struct {guid, secret} inside the handle under `id` of an answer. */
function identifier(answer: Fields, id: number): Put {
  const handle = answer.get(id)
  const inner = handle instanceof Map ? (handle as Fields).get(1) : undefined
  if (!(inner instanceof Map)) throw new ThriftFault('its answer names no handle')
  const part = (field: number): Put => {
    const found = (inner as Fields).get(field)
    // A copy: the handle outlives the answer it came in.
    return binary(Buffer.isBuffer(found) ? Buffer.from(found) : Buffer.alloc(0))
  }
  return struct({ 1: part(1), 2: part(2) })
}

function operationOf(answer: Fields): Operation {
  const identified = identifier(answer, 2)
  const handle = answer.get(2) as Fields
  const [kind, hasRows] = [Number(handle.get(2)), handle.get(3) === true]
  return { put: struct({ 1: identified, 2: i32(kind), 3: bool(hasRows) }), hasRows }
}

const STATES: readonly State[] = [
  'waiting',
  'waiting',
  'finished',
  'cancelled',
  'closed',
  'failed',
  'failed',
  'waiting',
  'timed_out',
]

function statusOf(answer: Fields): Status {
  const state = STATES[Number(answer.get(2))] ?? 'failed'
  if (state !== 'failed' && state !== 'timed_out') return { state, fault: undefined }
  const message = textIn(answer, 5) ?? textIn(answer, 1281) ?? 'it gave no reason'
  return { state, fault: new ServiceFault(message, textIn(answer, 3)) }
}

function batchOf(results: Fields, described: readonly Column[]): Batch {
  if (results.has(1281) || results.has(1282))
    throw new ThriftFault('it answers in a form that was not asked for (Arrow)')
  const columns = listIn(results, 3).map(valuesOf)
  if (columns.length === 0) return nothing(described)
  return { columns, rows: columns[0]?.length ?? 0 }
}

const nothing = (columns: readonly Column[]): Batch => ({ columns: columns.map(() => []), rows: 0 })
