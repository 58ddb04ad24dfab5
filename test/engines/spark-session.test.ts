import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Session } from '../../src/engines/engine.ts'
import {
  connectSpark,
  loadFiles,
  loadRows,
  type Rows,
  type SparkSettings,
} from '../../src/engines/spark/index.ts'
import { C360Error } from '../../src/errors.ts'
import { startFaulty } from '../support/faulty.ts'
import { everyEngine } from '../support/long.ts'
import { sparkHome } from '../support/spark.ts'
import { type SparkThrift, startSparkThrift } from '../support/spark-thrift.ts'

const home = await sparkHome()
const skipped = 'skipped' in home ? home.skipped : undefined

const retry = { patienceMs: 2_000, firstMs: 20, longestMs: 100 }

describe.skipIf(skipped !== undefined)(`a session to Spark${skipped ? `: ${skipped}` : ''}`, () => {
  let folder = ''
  let spark: SparkThrift
  let session: Session
  const at = (): SparkSettings => ({ engine: 'spark', host: spark.host, port: spark.port, retry })

  beforeAll(async () => {
    if ('skipped' in home) return
    folder = await mkdtemp(join(tmpdir(), 'c360-thrift-'))
    spark = await startSparkThrift(home, folder)
    session = await connectSpark(at())
  })
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]()
    await spark?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  describe('values', () => {
    const kinds: readonly (readonly [type: string, ...values: unknown[]])[] = [
      ['boolean', true, false, true],
      ['tinyint', -128, 127, 0],
      ['smallint', -32_768, 32_767, 0],
      ['int', -2_147_483_648, 2_147_483_647, 0],
      ['bigint', -9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n, 0n],
      ['double', 5e-324, -1.797_693_134_862_315_7e308, Number.NaN],
      ['decimal(38,10)', '-9999999999999999999999999999.9999999999', '0.0000000001', '0.0000000000'],
      ['decimal(12,2)', '1.50', '-0.01', '1234567890.12'],
      ['string', '', 'O\'Neil \\ "x" ${env:HOME} $1 \n\t\u0001 😀 \u0000', 'r\'[["'],
      ['date', '0001-01-01', '1582-10-15', '9999-12-31'],
      ['timestamp', '0001-01-01 00:00:00', '2024-03-31 01:30:00.000001', '9999-12-31 23:59:59.999999'],
    ]

    test('of every type come back as they were loaded, and so does NULL', async () => {
      const columns = kinds.map(([type], index) => ({ name: `c${index}`, type }))
      const definition = columns.map(({ name, type }) => `${name} ${type}`).join(', ')
      await session.execute([`CREATE TABLE kinds (n int, ${definition}) USING delta`])
      const values = kinds.map(([, ...given]) => [...given, null])
      const filled = [[0, 1, 2, 3], ...values]
      await loadRows(session, 'kinds', [{ name: 'n', type: 'int' }, ...columns], only(filled))
      expect(await all(session, 'SELECT * FROM kinds ORDER BY n')).toEqual([
        {
          names: ['n', ...columns.map(({ name }) => name)],
          types: ['int', ...columns.map(({ type }) => type)],
          columns: filled,
          rows: 4,
        },
      ])
      const [bytes] = await all(session, "SELECT x'00ff7f' AS a, x'' AS b, CAST(NULL AS binary) AS c")
      expect(bytes?.columns).toEqual([['00ff7f'], [''], [null]])
      expect(bytes?.types).toEqual(['binary', 'binary', 'binary'])
    })

    test('nested ones are their JSON, NULL of no type is null, names may repeat', async () => {
      const sql = "SELECT array(1, 2) AS a, named_struct('b', 1) AS a, NULL AS c, 'x' AS `d e`"
      expect(await all(session, sql)).toEqual([
        {
          names: ['a', 'a', 'c', 'd e'],
          types: ['array', 'struct', 'void', 'string'],
          columns: [['[1,2]'], ['{"b":1}'], [null], ['x']],
          rows: 1,
        },
      ])
    })

    test('no rows are one batch that knows the names', async () => {
      const found = await all(session, 'SELECT 1 AS a, date(NULL) AS b WHERE false')
      expect(found).toEqual([{ names: ['a', 'b'], types: ['int', 'date'], columns: [[], []], rows: 0 }])
    })

    test('times are in UTC and rules are ANSI, whatever the server is set to', async () => {
      const [found] = await all(session, "SELECT timestamp'2024-06-01 12:00:00+02:00' AS t")
      expect(found?.columns).toEqual([['2024-06-01 10:00:00']])
      await expect(all(session, 'SELECT 1 / 0')).rejects.toMatchObject({ code: 'SQL_FAILED' })
    })

    test('a dollar sign in a statement is one', async () => {
      const [found] = await all(session, "SELECT '${env:PATH}${spark.app.name}' AS t")
      expect(found?.columns).toEqual([['${env:PATH}${spark.app.name}']])
    })
  })

  describe('many rows', () => {
    test('come in batches that need little memory, none lost and none twice', async () => {
      let [sum, rows, most] = [0n, 0, 0]
      for await (const batch of session.stream('SELECT id, uuid() FROM range(100000)')) {
        most = Math.max(most, batch.rows)
        rows += batch.rows
        for (const id of batch.columns[0] ?? []) sum += id as bigint
      }
      expect([sum, rows]).toEqual([4_999_950_000n, 100_000])
      expect(most).toBeLessThanOrEqual(10_000)
    })

    test('are fetched as they are asked for, and dropped when no more are', async () => {
      await using proxy = await startFaulty(`http://${spark.host}:${spark.port}/cliservice`)
      await using behind = await connectSpark({ ...at(), port: Number(new URL(proxy.url).port) })
      let before = 0
      for await (const batch of behind.stream('SELECT id FROM range(100000)')) {
        expect(batch.rows).toBe(10_000)
        before = proxy.seen.length
        break
      }
      // The operation is closed, nothing else is asked.
      expect(proxy.seen.length).toBe(before + 1)
      expect((await all(behind, 'SELECT 1'))[0]?.rows).toBe(1)
    })
  })

  describe('cancelling', () => {
    // Nothing can be worked out before every pair was looked at.
    const LONG = 'SELECT count(*) FROM range(1000000) AS a JOIN range(1000000) AS b ON a.id + b.id < 0'

    test('ends the statement on the server, and the session goes on', async () => {
      const stop = new AbortController()
      const began = performance.now()
      const work = session.execute([LONG], { signal: stop.signal })
      setTimeout(() => stop.abort(), 500)
      await expect(work).rejects.toMatchObject({ code: 'CANCELLED' })
      expect(performance.now() - began).toBeLessThan(5_000)
      // Two threads are all it has, and the query would take hours: while it went on nothing else would run.
      const next = performance.now()
      await all(session, 'SELECT count(*) FROM range(1000) WHERE rand() < 0.5')
      expect(performance.now() - next).toBeLessThan(30_000)
    })

    test('before anything was sent sends nothing', async () => {
      const stopped = AbortSignal.abort()
      await expect(
        session.execute(['CREATE TABLE never (a int)'], { signal: stopped }),
      ).rejects.toMatchObject({
        code: 'CANCELLED',
      })
      await expect(connectSpark(at(), stopped)).rejects.toMatchObject({ code: 'CANCELLED' })
      await expect(all(session, 'SELECT * FROM never')).rejects.toMatchObject({ code: 'SQL_FAILED' })
    })

    test('while rows are read ends the reading', async () => {
      const stop = new AbortController()
      const read = (async () => {
        for await (const _ of session.stream('SELECT id FROM range(100000)', stop.signal)) stop.abort()
      })()
      await expect(read).rejects.toMatchObject({ code: 'CANCELLED' })
    })

    test('a statement that takes too long is ended by the server', async () => {
      await using hasty = await connectSpark({ ...at(), statementSeconds: 1 })
      await expect(hasty.execute([LONG])).rejects.toMatchObject({ code: 'TIMED_OUT' })
    })
  })

  describe('failures', () => {
    test('in the text of a statement name its head, what is wrong and where', async () => {
      const where = `Spark at 127.0.0.1:${spark.port}`
      expect(await failureOf(all(session, 'SELECT a FROM nowhere.missing'))).toMatchObject({
        code: 'SQL_FAILED',
        message: expect.stringContaining(
          `${where}, \`SELECT a FROM nowhere.missing\`: [TABLE_OR_VIEW_NOT_FOUND] The table or view \`nowhere\`.\`missing\` cannot be found.`,
        ),
      })
      const syntax = await failureOf(all(session, 'SELEC 1'))
      expect(syntax.message).toMatch(/\[PARSE_SYNTAX_ERROR\] .*\(line 1, position \d+\)$/)
    })

    test.each([
      ["SELECT cast('CANARY' AS int)"],
      ["SELECT to_date('CANARY', 'yyyy-MM-dd')"],
      ["SELECT raise_error('CANARY')"],
      ["SELECT 'CANARY' FROM missing"],
      ["SELECT 'CANARY FROM nowhere"],
      ["SELECT element_at(map('CANARY', 1), 'CANARY2') + nope('CANARY')"],
    ])('never repeat a value: %s', async (sql) => {
      const error = await failureOf(all(session, sql))
      expect(error.code).toBe('SQL_FAILED')
      expect(JSON.stringify([error.message, error.hint, causes(error)])).not.toContain('CANARY')
    })

    test('never repeat a secret', async () => {
      const secrets = { token: 'CANARY-token', user: 'me', password: 'CANARY-password' }
      const nobody = await closedPort()
      for (const settings of [
        { ...at(), ...secrets, port: nobody },
        { ...at(), ...secrets, httpPath: 'nothing' },
        { engine: 'databricks' as const, host: '127.0.0.1', port: nobody, ...secrets, retry },
        { engine: 'databricks' as const, host: '127.0.0.1', port: spark.port, ...secrets, retry },
      ]) {
        const error = await failureOf(connectSpark(settings))
        const hidden = Buffer.from('me:CANARY-password').toString('base64')
        const text = JSON.stringify([error.message, error.hint, causes(error)])
        expect(text).not.toContain('CANARY')
        expect(text).not.toContain(hidden)
      }
    })

    test.each<[string, () => Promise<Partial<SparkSettings>>, string, RegExp]>([
      ['nobody listens', async () => ({ port: await closedPort() }), 'TARGET_UNREACHABLE', /ECONNREFUSED/],
      [
        'no such host',
        async () => ({ host: 'nowhere.invalid' }),
        'TARGET_UNREACHABLE',
        /ENOTFOUND|EAI_AGAIN/,
      ],
      ['another path', async () => ({ httpPath: 'else' }), 'TARGET_UNREACHABLE', /HTTP 40[45]/],
      ['not by TLS', async () => ({ tls: true }), 'TARGET_UNREACHABLE', /certificate|EPROTO|SSL/],
    ])('to connect are told apart: %s', async (_, settings, code, message) => {
      const error = await failureOf(connectSpark({ ...at(), ...(await settings()) }))
      expect(error.code).toBe(code)
      expect(error.message).toMatch(message)
    })

    test.each<[number, string]>([
      [401, 'TARGET_DENIED'],
      [403, 'TARGET_DENIED'],
      [500, 'TARGET_UNREACHABLE'],
      [200, 'TARGET_UNREACHABLE'],
    ])('of a server that answers %i', async (status, code) => {
      const server = createServer((_, response) => response.writeHead(status).end('CANARY page')).listen(0)
      const { port } = server.address() as AddressInfo
      const error = await failureOf(connectSpark({ ...at(), port }))
      server.close()
      expect(error.code).toBe(code)
      expect(error.message).not.toContain('CANARY')
    })

    test('asking for a transaction is refused: Spark has none', async () => {
      await expect(session.execute(['SELECT 1', 'SELECT 2'], { atomic: true })).rejects.toMatchObject({
        code: 'INTERNAL',
      })
    })
  })

  describe('a bad network', () => {
    test.runIf(everyEngine)(
      'is waited out where nothing can happen twice, and told where it could',
      async () => {
        await using proxy = await startFaulty(`http://${spark.host}:${spark.port}/cliservice`)
        const next = (...faults: readonly Parameters<typeof arm>[1][]) => arm(proxy, ...faults)
        next({ answer: 503, headers: { 'Retry-After': '0' } }, 'cut')
        await using behind = await connectSpark({ ...at(), port: Number(new URL(proxy.url).port) })
        const count = async () => (await all(session, 'SELECT count(*) FROM once'))[0]?.columns[0]?.[0]
        await behind.execute(['CREATE OR REPLACE TABLE once (a int) USING delta'])

        next({ answer: 429 }, { answer: 503 })
        await behind.execute(['INSERT INTO once VALUES (1)'])
        expect(await count()).toBe(1n)

        next('lose answer')
        await expect(behind.execute(['INSERT INTO once VALUES (2)'])).rejects.toMatchObject({
          code: 'TARGET_UNREACHABLE',
        })
        // It arrived all the same, once.
        await expect.poll(count, { timeout: 30_000 }).toBe(2n)

        next('lose answer', 'cut')
        expect((await all(behind, 'SELECT count(*) FROM once'))[0]?.columns).toEqual([[2n]])
      },
    )

    test('a server that is gone is said to be', async () => {
      await using proxy = await startFaulty(`http://${spark.host}:${spark.port}/cliservice`)
      const behind = await connectSpark({ ...at(), port: Number(new URL(proxy.url).port) })
      await proxy[Symbol.asyncDispose]()
      const work = behind.execute(['SELECT 1'])
      await expect(work).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' })
      await behind[Symbol.asyncDispose]()
    })
  })

  test('two sessions work at once and do not see each other', async () => {
    await using other = await connectSpark(at())
    await Promise.all([
      session.execute(['CREATE OR REPLACE TEMPORARY VIEW mine AS SELECT 1 AS a']),
      other.execute(['CREATE OR REPLACE TEMPORARY VIEW mine AS SELECT 2 AS a']),
    ])
    const [first, second] = await Promise.all([all(session, 'FROM mine'), all(other, 'FROM mine')])
    expect([first[0]?.columns, second[0]?.columns]).toEqual([[[1]], [[2]]])
  })

  describe('loading', () => {
    const columns = [
      { name: 'a', type: 'string' },
      { name: '_row_number', type: 'bigint' },
      { name: '_delivery', type: 'bigint' },
    ]
    const rows = 100_000
    const TABLE =
      'CREATE OR REPLACE TABLE bronze (a string, _row_number bigint, _delivery bigint) USING delta'
    const FACTS = 'SELECT count(*), count(DISTINCT _row_number), sum(_row_number), max(a) FROM bronze'
    const whole = [[100_000n], [100_000n], [4_999_950_000n], ['row 99999']]

    async function* batches(failAfter = Number.POSITIVE_INFINITY): AsyncIterable<Rows> {
      for (let from = 0; from < rows; from += 2_000) {
        if (from >= failAfter) throw new Error('the source broke')
        const numbers = Array.from({ length: 2_000 }, (_, index) => BigInt(from + index))
        // The first 20,000 rows fill a statement.
        const texts = numbers.map((number) => `row ${number}${from < 20_000 ? ' '.repeat(400) : ''}`)
        yield { rows: 2_000, columns: [texts, numbers, numbers.map(() => 7n)] }
      }
    }

    test.runIf(everyEngine)(
      'rows are all there, once, after a try that failed half-way was taken back',
      async () => {
        await session.execute([TABLE])
        const broken = loadRows(session, 'bronze', columns, batches(40_000))
        await expect(broken).rejects.toThrow('the source broke')
        // What was sent is whole statements.
        const [[left] = []] = (await all(session, FACTS))[0]?.columns ?? []
        expect(left).toBeGreaterThan(0n)
        expect(left).toBeLessThan(40_000n)
        await session.execute(['DELETE FROM bronze WHERE _delivery = 7'])
        expect(await loadRows(session, 'bronze', columns, batches())).toBe(rows)
        expect((await all(session, FACTS))[0]?.columns).toEqual(whole)
      },
    )

    test('a value that its type cannot hold fails the whole statement, and is not repeated', async () => {
      await session.execute(['CREATE OR REPLACE TABLE strict (a int) USING delta'])
      const wrong = loadRows(session, 'strict', [{ name: 'a', type: 'int' }], only([['1', 'CANARY']]))
      const error = await failureOf(wrong)
      expect(`${error.message} ${causes(error)}`).not.toContain('CANARY')
      expect((await all(session, 'SELECT * FROM strict'))[0]?.rows).toBe(0)
    })

    test('files are read by the engine, by name; a column they lack is NULL', async () => {
      const url = `file:${join(folder, 'in', 'a.parquet')}`
      await session.execute([
        `INSERT OVERWRITE DIRECTORY '${url}' USING parquet
          SELECT id AS _row_number, 'x' AS A, 1 AS surplus, id + 5 AS _delivery FROM range(3)`,
        'CREATE OR REPLACE TABLE files (a string, _row_number bigint, b string) USING delta',
      ])
      const wanted = ['a:string', '_row_number:bigint', 'b:string'].map((text) => {
        const [name = '', type = ''] = text.split(':')
        return { name, type }
      })
      await loadFiles(session, 'files', wanted, { urls: [url, url], delivery: 7 })
      expect((await all(session, 'SELECT * FROM files'))[0]?.columns).toEqual([
        ['x', 'x'],
        [2n, 2n],
        [null, null],
      ])
    })
  })
})

/** The next requests fail like this, one after the other; those after them pass. */
function arm(
  proxy: Awaited<ReturnType<typeof startFaulty>>,
  ...faults: readonly NonNullable<ReturnType<Awaited<ReturnType<typeof startFaulty>>['fault']>>[]
): void {
  const left = [...faults]
  proxy.fault = () => left.shift()
}

async function all(session: Session, sql: string) {
  const found = []
  for await (const batch of session.stream(sql)) found.push(batch)
  return found
}

async function failureOf(work: Promise<unknown>): Promise<C360Error> {
  const error: unknown = await work.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof C360Error)) throw error
  return error
}

async function* only(columns: readonly (readonly unknown[])[]): AsyncIterable<Rows> {
  yield { columns, rows: columns[0]?.length ?? 0 }
}

function causes(error: Error): string {
  const { cause } = error
  return cause instanceof Error ? `${cause.message} ${causes(cause)}` : JSON.stringify(cause ?? '')
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
