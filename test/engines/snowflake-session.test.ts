import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import type { Session } from '../../src/engines/engine.ts'
import { snowflakeRemote } from '../../src/engines/snowflake/remote.ts'
import { connectSnowflake } from '../../src/engines/snowflake/session.ts'
import { SNOWFLAKE_SCHEMAS } from '../../src/project/target-keys.ts'

/** What the driver said to a Snowflake that lets everybody in, and takes the statements it is told to take. */
interface Said {
  readonly port: number
  readonly statements: string[]
  left: number
  /** Logins wait for it. */
  door: Promise<void>
}

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function listening(takes: (sql: string) => boolean): Promise<Said> {
  const statements: string[] = []
  server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts)
    const text =
      request.headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString()
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://here')
    const answer = (value: unknown) => response.end(JSON.stringify(value))
    response.setHeader('content-type', 'application/json')
    if (pathname.endsWith('/login-request')) {
      await said.door
      const parameters = [{ name: 'CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY', value: 3600 }]
      return answer({
        success: true,
        data: { token: 't', masterToken: 'm', sessionId: 1, sessionInfo: {}, parameters },
      })
    }
    if (pathname === '/session' && searchParams.get('delete') === 'true') said.left++
    if (!pathname.endsWith('/query-request')) return answer({ success: true, data: null })
    const { sqlText } = JSON.parse(text) as { sqlText: string }
    statements.push(sqlText)
    if (takes(sqlText))
      return answer({
        success: true,
        data: { rowtype: [], rowset: [], total: 0, returned: 0, queryId: 'q', parameters: [] },
      })
    const data = { errorCode: '001006', sqlState: '22023', queryId: 'q' }
    return answer({
      success: false,
      code: '001006',
      message: "Invalid value ['x'] for parameter 'TIMEZONE'",
      data,
    })
  })
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done))
  const said: Said = {
    port: (server.address() as AddressInfo).port,
    statements,
    left: 0,
    door: Promise.resolve(),
  }
  return said
}

const settings = ({ port }: Said) => ({
  ...{ account: 'account', host: '127.0.0.1', port, user: 'user', password: 'secret' },
  ...{ warehouse: 'compute', database: 'D' },
})

test('a session whose settings are refused is ended, and the failure told', async () => {
  const said = await listening((sql) => !sql.includes('TIMEZONE'))
  await expect(connectSnowflake(settings(said))).rejects.toMatchObject({ code: 'SQL_FAILED' })
  await expect.poll(() => said.left, { timeout: 5000 }).toBe(1)
})

test('a session that nobody waits for any more is ended once it is there', async () => {
  const said = await listening(() => true)
  let open = () => {}
  said.door = new Promise((done) => {
    open = done
  })
  const going = new AbortController()
  const entering = connectSnowflake(settings(said), going.signal)
  setTimeout(() => going.abort(), 50)
  await expect(entering).rejects.toMatchObject({ code: 'CANCELLED' })
  open()
  await expect.poll(() => said.left, { timeout: 5000 }).toBe(1)
  expect(said.statements).toEqual([])
})

test('of an external stage over the lake each file is read by its columns, one delivery alone, in one statement', async () => {
  const said = await listening(() => true)
  const place = {
    account: 'account',
    host: '127.0.0.1',
    database: 'D',
    schemas: SNOWFLAKE_SCHEMAS,
    scratch: '/nowhere',
  }
  const remote = snowflakeRemote({ ...place, lakeStage: 'LAKE.PUBLIC.STAGE/c360' }, async () =>
    settings(said),
  )
  expect(remote.lakeUrl).toBe('@LAKE.PUBLIC.STAGE/c360')
  await using session: Session = await remote.connect()
  const before = said.statements.length
  const urls = ['@LAKE.PUBLIC.STAGE/c360/bronze/a b/1.parquet', '@LAKE.PUBLIC.STAGE/c360/bronze/2.parquet']
  const into = {
    table: remote.dialect.table('bronze', 'shop'),
    columns: [
      ['id', 'text'],
      ['say"so', 'text'],
      ['_delivery', 'integer'],
      ['_loaded_at', 'timestamp'],
    ],
  } as const
  await remote.loadFiles(session, into, { urls, delivery: 7 })
  expect(said.statements.slice(before)).toMatchInlineSnapshot(`
    [
      "create file format if not exists "D"."WORK_LAYER"."C360_PARQUET" type = parquet use_logical_type = true",
      "insert into "D"."BRONZE_LAYER"."SHOP" ("ID", "SAY""SO", "_DELIVERY", "_LOADED_AT") select $1:"id"::VARCHAR, $1:"say""so"::VARCHAR, $1:"_delivery"::NUMBER(38,0), $1:"_loaded_at"::TIMESTAMP_NTZ(6) from '@LAKE.PUBLIC.STAGE/c360/bronze/a b/1.parquet' (file_format => '"D"."WORK_LAYER"."C360_PARQUET"') where $1:"_delivery"::number = 7 union all select $1:"id"::VARCHAR, $1:"say""so"::VARCHAR, $1:"_delivery"::NUMBER(38,0), $1:"_loaded_at"::TIMESTAMP_NTZ(6) from '@LAKE.PUBLIC.STAGE/c360/bronze/2.parquet' (file_format => '"D"."WORK_LAYER"."C360_PARQUET"') where $1:"_delivery"::number = 7",
    ]
  `)
  await remote.loadFiles(session, into, { urls: [], delivery: 8 })
  expect(said.statements).toHaveLength(before + 2)
})
