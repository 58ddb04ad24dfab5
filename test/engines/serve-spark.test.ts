import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { all } from '../../src/run/execute.ts'
import { prepare } from '../../src/run/prepare.ts'
import { run } from '../../src/run/run.ts'
import { openTarget } from '../../src/run/target/open.ts'
import { generateRetail } from '../../src/samples/retail.ts'
import { type Running, startServer } from '../../src/server/start.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import { sparkWhenAsked } from '../support/spark.ts'
import { type SparkThrift, startSparkThrift } from '../support/spark-thrift.ts'
import { publishOnSpark } from './published-there.ts'

const home = await sparkWhenAsked()
const skipped = 'skipped' in home ? home.skipped : undefined

/** The web app over a Spark: the same pages, from a copy of its gold and asked live. */
describe.skipIf(skipped)(`serve --target on Spark${skipped ? ` (${skipped})` : ''}`, () => {
  let folder: string
  let spark: SparkThrift
  let project: TestProject
  const servers: Running[] = []
  type Ask = (path: string, body?: unknown, signal?: AbortSignal) => Promise<unknown>

  beforeAll(async () => {
    if ('skipped' in home) return
    folder = await mkdtemp(join(tmpdir(), 'c360-serve-spark-'))
    spark = await startSparkThrift(home, folder)
    project = await retailProject()
    await generateRetail(join(project.root, 'landing'), { customers: 60, seed: 5 })
    await run(await prepare(project.root))
    const target = `\ntargets:\n  cluster: { engine: spark, host: 127.0.0.1, port: ${spark.port} }\n`
    await appendFile(join(project.root, 'c360.yaml'), target)
    const prepared = await prepare(project.root)
    const remote = await openTarget(prepared.project, 'cluster')
    await publishOnSpark(prepared, remote, join(folder, 'files'))
  }, 600_000)
  afterAll(async () => {
    for (const running of servers) await running.close()
    await spark?.[Symbol.asyncDispose]()
    await project?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function served(mode?: 'import' | 'direct'): Promise<Ask> {
    const running = await startServer({
      roots: [project.root],
      port: 0,
      host: '127.0.0.1',
      program: 'test',
      log: () => undefined,
      web: project.root,
      ...(mode === undefined ? {} : { target: { name: 'cluster', mode } }),
    })
    servers.push(running)
    return async (path, body, signal) => {
      const answer = await fetch(running.origin + path, {
        method: body === undefined ? 'GET' : 'POST',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
        headers: { authorization: `Bearer ${running.token}`, 'content-type': 'application/json' },
      })
      return answer.json()
    }
  }

  const range = { from: '2024-07-01', to: '2025-07-01' }
  const pages: readonly (readonly [path: string, body?: unknown])[] = [
    [
      '/api/query',
      {
        queries: [
          {
            measures: ['revenue', 'orders', 'buyers', 'aov'],
            by: [{ dimension: 'date', grain: 'month' }],
            filters: { range },
            compare: 'year',
          },
          { measures: ['revenue', 'repeat_rate'], by: [{ dimension: 'store' }], limit: 5 },
          { measures: ['customers'], by: [{ dimension: 'segment' }] },
          { measures: ['interactions'], by: [{ dimension: 'issue_type' }] },
          {
            measures: ['orders'],
            by: [{ dimension: 'weekday' }, { dimension: 'hour' }],
            filters: { values: { channel: ['online'] } },
          },
        ],
      },
    ],
    ['/api/customers', { order: { by: 'total_spend', descending: true }, limit: 10 }],
    ['/api/gold/customer_segmentation?limit=20'],
    ['/api/gold/monthly_churn_and_retention'],
    ['/api/customers/7'],
    ['/api/customers/7/timeline?limit=20'],
  ]

  /** All but where rows came from, which silver knows; sums of doubles depend on the order of rows in the last digit. */
  const figures = (body: unknown): unknown =>
    JSON.parse(
      JSON.stringify(body, (key, value) => {
        if (key === 'sourceIds') return undefined
        if (key === 'file' || key === 'row') return null
        return typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value
      }),
    )

  it('copies gold with every type and row, and answers every page as the embedded engine does, copied and live', async () => {
    const embedded = await served()
    const copied = await served('import')
    await expect
      .poll(async () => ((await copied('/api/session')) as { needs: string }).needs, {
        timeout: 300_000,
        interval: 1000,
      })
      .toBe('nothing')
    const live = await served('direct')
    for (const [path, body] of pages) {
      const expected = figures(await embedded(path, body))
      expect(JSON.stringify(expected)).not.toContain('"code"')
      expect(figures(await copied(path, body)), `copied ${path}`).toEqual(expected)
      expect(figures(await live(path, body)), `live ${path}`).toEqual(expected)
    }

    await using session = await duckdb.connect({})
    const ours = join(project.root, 'warehouse', '000001.duckdb')
    const theirs = join(project.root, '.c360/targets/cluster/warehouse/000001.duckdb')
    await session.execute([`attach '${ours}' as a (read_only)`, `attach '${theirs}' as b (read_only)`])
    const columns = (name: string) =>
      all(
        session,
        `select table_name, column_name, data_type from duckdb_columns() where schema_name = 'gold' and database_name = '${name}' order by all`,
      )
    expect(await columns('b')).toEqual(await columns('a'))
    const tables = await all(
      session,
      `select distinct table_name as t from duckdb_columns() where schema_name = 'gold' and database_name = 'a'`,
    )
    for (const { t } of tables)
      expect(
        await all(
          session,
          `(select * from a.gold."${t}" except all select * from b.gold."${t}") union all (select * from b.gold."${t}" except all select * from a.gold."${t}")`,
        ),
        String(t),
      ).toEqual([])
  }, 900_000)

  it('ends a statement of Spark when whoever asked has gone', async () => {
    const live = await served('direct')
    await live('/api/model')
    const going = new AbortController()
    const query = {
      measures: ['buyers', 'repeat_rate'],
      by: [{ dimension: 'date', grain: 'day' }, { dimension: 'store' }],
    }
    const left = live('/api/query', { queries: [query] }, going.signal)
    setTimeout(() => going.abort(), 400)
    await expect(left).rejects.toThrow()
    expect(await live('/api/query', { queries: [{ measures: ['revenue'] }] })).toMatchObject({
      answers: [{ ok: true }],
    })
  }, 120_000)
})
