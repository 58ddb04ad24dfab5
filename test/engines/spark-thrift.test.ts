import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import {
  callBytes,
  i64,
  readReply,
  struct,
  ThriftFault,
  text,
  texts,
} from '../../src/engines/spark/thrift.ts'
import { openService, type Send } from '../../src/engines/spark/thrift-service.ts'
import { databricksTraits, sparkTraits } from '../../src/engines/spark/traits.ts'

/** What the official driver's generated code says the service speaks: it reads our calls and writes the answers we read. */
const require = createRequire(createRequire(import.meta.url).resolve('@databricks/sql'))
const types = require('@databricks/sql/thrift/TCLIService_types.js')
const { TBinaryProtocol, TBufferedTransport, Int64, Thrift } = require('thrift')

interface Call {
  readonly method: string
  readonly request: Record<string, unknown>
}

function readCall(bytes: Buffer): Call {
  let call: Call | undefined
  TBufferedTransport.receiver((transport: unknown) => {
    const input = new TBinaryProtocol(transport)
    const { fname } = input.readMessageBegin()
    input.readStructBegin()
    input.readFieldBegin()
    const request = new types[`T${fname}Req`]()
    request.read(input)
    call = { method: fname, request }
  }, 0)(bytes)
  if (!call) throw new Error('no call was read')
  return call
}

/** An answer, written by the generated code. */
function reply(method: string, fields: Record<string, unknown>): Buffer {
  const parts: Buffer[] = []
  const output = new TBinaryProtocol(new TBufferedTransport(undefined, (part: Buffer) => parts.push(part)))
  output.writeMessageBegin(method, Thrift.MessageType.REPLY, 1)
  output.writeStructBegin('result')
  output.writeFieldBegin('success', Thrift.Type.STRUCT, 0)
  new types[`T${method}Resp`](fields).write(output)
  output.writeFieldEnd()
  output.writeFieldStop()
  output.writeMessageEnd()
  output.flush()
  return Buffer.concat(parts)
}

const guid = Buffer.from('0123456789abcdef')
const secret = Buffer.from([0, 255, 1, 254])
const status = { statusCode: 0 }
const operationHandle = { operationId: { guid, secret }, operationType: 0, hasResultSet: true }

/** A service that gives these answers by method, and the calls it got. */
function serving(answers: Readonly<Record<string, Record<string, unknown>>>) {
  const calls: Call[] = []
  const send: Send = async (bytes) => {
    const call = readCall(bytes)
    calls.push(call)
    return reply(call.method, { status, ...answers[call.method] })
  }
  return { service: openService(send), calls }
}

const opened = {
  OpenSession: { serverProtocolVersion: 0xa508, sessionHandle: { sessionId: { guid, secret } } },
}
const started = { ...opened, ExecuteStatement: { operationHandle } }

describe("the calls are those of Databricks' own driver", () => {
  test('Databricks is asked for its protocol in a field of its own, Spark in the usual one', async () => {
    const { service, calls } = serving(opened)
    await service.openSession(databricksTraits, { a: 'b' })
    await service.openSession(sparkTraits, {})
    const [databricks, spark] = calls.map(({ request }) => request)
    expect(Number(databricks?.client_protocol_i64)).toBe(types.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8)
    expect(databricks).toMatchObject({
      username: null,
      configuration: { a: 'b' },
      canUseMultipleCatalogs: true,
    })
    expect(spark).toMatchObject({ client_protocol: types.TProtocolVersion.HIVE_CLI_SERVICE_PROTOCOL_V10 })
    expect(spark?.client_protocol_i64).toBeNull()
  })

  test('a statement runs without waiting, and asks for columns in clear', async () => {
    const { service, calls } = serving(started)
    const session = await service.openSession(databricksTraits, {})
    const operation = await service.start(session, 'SELECT 1 -- 😀', { seconds: 60, repeat: 'once' })
    expect(operation.hasRows).toBe(true)
    const request = calls[1]?.request ?? {}
    expect(request).toMatchObject({
      statement: 'SELECT 1 -- 😀',
      runAsync: true,
      canReadArrowResult: false,
      canDownloadResult: false,
    })
    expect(Number(request.queryTimeout)).toBe(60)
    const { sessionId } = request.sessionHandle as { sessionId: { guid: Buffer; secret: Buffer } }
    expect([Buffer.from(sessionId.guid), Buffer.from(sessionId.secret)]).toEqual([guid, secret])
  })

  test('handles go back as they came, rows are asked for onward', async () => {
    const { service, calls } = serving(started)
    const session = await service.openSession(sparkTraits, {})
    const operation = await service.start(session, 'x', { repeat: 'once' })
    await service.fetch(operation, [], 500)
    await service.cancel(operation)
    await service.close(operation)
    await service.closeSession(session)
    expect(calls.map(({ method }) => method).slice(2)).toEqual([
      'FetchResults',
      'CancelOperation',
      'CloseOperation',
      'CloseSession',
    ])
    expect(calls[2]?.request).toMatchObject({ orientation: 0, fetchType: 0 })
    expect(Number(calls[2]?.request.maxRows)).toBe(500)
    for (const { request } of calls.slice(2, 5)) {
      const { operationId } = request.operationHandle as { operationId: { guid: Buffer; secret: Buffer } }
      expect([Buffer.from(operationId.guid), Buffer.from(operationId.secret)]).toEqual([guid, secret])
    }
  })
})

describe('answers', () => {
  const column = (columnName: string, type: number, position: number) => ({
    columnName,
    position,
    typeDesc: { types: [{ primitiveEntry: { type } }] },
  })

  test('columns are taken in their order, from whichever number they are counted', async () => {
    for (const first of [0, 1]) {
      const columns = [column('b', 4, first), column('a', 7, first + 1)]
      const { service } = serving({ ...started, GetResultSetMetadata: { schema: { columns } } })
      const session = await service.openSession(databricksTraits, {})
      const operation = await service.start(session, 'x', { repeat: 'any' })
      expect(await service.columns(operation)).toEqual([
        { name: 'b', type: 'bigint' },
        { name: 'a', type: 'string' },
      ])
    }
  })

  test('NULLs are found by their bits, also where the bytes behind the last one are left out', async () => {
    const values = Array.from({ length: 20 }, (_, index) => new Int64(index))
    const columns = [
      { i64Val: { values, nulls: Buffer.from([0b1000_0001, 0b10]) } },
      { stringVal: { values: values.map(() => 'é'), nulls: Buffer.alloc(0) } },
    ]
    const { service } = serving({
      ...started,
      FetchResults: { results: { startRowOffset: new Int64(0), rows: [], columns } },
    })
    const session = await service.openSession(sparkTraits, {})
    const operation = await service.start(session, 'x', { repeat: 'any' })
    const batch = await service.fetch(operation, [], 20)
    const nulls = [0, 7, 9]
    expect(batch.columns[0]).toEqual(values.map((_, index) => (nulls.includes(index) ? null : BigInt(index))))
    expect(batch.columns[1]).toEqual(values.map(() => 'é'))
  })

  test('a form that was not asked for is refused', async () => {
    const arrow = { startRowOffset: new Int64(0), rows: [], arrowBatches: [] }
    const { service } = serving({ ...started, FetchResults: { results: arrow } })
    const session = await service.openSession(databricksTraits, {})
    const operation = await service.start(session, 'x', { repeat: 'any' })
    await expect(service.fetch(operation, [], 1)).rejects.toThrow(/Arrow/)
  })

  test("a failure is the service's own word", async () => {
    const failed = { statusCode: 3, sqlState: '42501', errorMessage: 'no', displayMessage: 'shown' }
    const { service } = serving({ OpenSession: { serverProtocolVersion: 0, status: failed } })
    await expect(service.openSession(sparkTraits, {})).rejects.toMatchObject({
      message: 'no',
      sqlState: '42501',
    })
    const ended = { operationState: 5, displayMessage: 'shown', sqlState: '22018' }
    const { service: other } = serving({ ...started, GetOperationStatus: ended })
    const session = await other.openSession(sparkTraits, {})
    const operation = await other.start(session, 'x', { repeat: 'any' })
    expect(await other.status(operation)).toMatchObject({
      state: 'failed',
      fault: { message: 'shown', sqlState: '22018' },
    })
  })

  test('whatever is cut off, or no Thrift at all, is a fault and never anything else', () => {
    const whole = reply('GetResultSetMetadata', { status, schema: { columns: [column('a', 4, 0)] } })
    expect(readReply(whole).size).toBe(2)
    for (let length = 0; length < whole.length; length++)
      expect(() => readReply(whole.subarray(0, length))).toThrow(ThriftFault)
    expect(() => readReply(Buffer.from('<html>not found</html>'))).toThrow(ThriftFault)
    const huge = callBytes('x', struct({ 1: texts({ a: 'b' }), 2: text('c'), 3: i64(-1n) }))
    expect(() => readReply(huge)).toThrow(ThriftFault)
  })
})
