import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import type { Session } from '../../src/engines/engine.ts'
import { openTable } from '../../src/lake/table.ts'
import type { Snapshot } from '../../src/lake/types.ts'
import { all } from '../../src/run/execute.ts'
import { columnsOf } from '../../src/run/export-columns.ts'
import { publishedDatabase, rollback } from '../../src/run/history.ts'
import { type Exported, exportLayers, exportVersion } from '../../src/run/lake-export.ts'
import { prepare } from '../../src/run/prepare.ts'
import { lakeOf, warehouseOf } from '../../src/run/stores.ts'
import { Versions } from '../../src/run/versions.ts'
import { configs } from '../history/shop.ts'
import { csv, customers, ORDER, ordersWith } from '../history/small.ts'
import { type Lab, makeLab } from '../support/lab.ts'
import { pythonWith } from '../support/python.ts'
import { python } from './support.ts'

const found = await pythonWith()
const executable = typeof found === 'string' ? found : ''
const reason = typeof found === 'string' ? '' : ` (SKIPPED: ${found.skipped})`

const MODELS = ['dim_customers', 'fact_transactions']

async function shop(layers = '[silver, gold]'): Promise<Lab> {
  const lab = await makeLab({
    config: `${configs[0] ?? ''}\nlake_export: ${layers}\n`,
    contracts: { customers: customers(), orders: ordersWith('customer_id', 'key: [transaction_id]') },
    only: MODELS,
  })
  await lab.put('customers.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob'))
  await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01 10:00:00,10.25', '2,C2,2024-01-02,7'))
  await lab.run()
  return lab
}

/** As a run does it after publishing; once more after a run that did it changes nothing. */
async function exportNow(lab: Lab, force = false): Promise<readonly Exported[]> {
  const { models } = await prepare(lab.root)
  const project = await lab.project()
  const { manifest } = await publishedDatabase(project)
  const own = models.filter(({ name }) => MODELS.includes(name))
  return exportVersion(
    { prepared: { project, models: own }, versions: new Versions(warehouseOf(project)) },
    manifest,
    force,
  )
}

const outcomes = (done: readonly Exported[]) => done.map(({ table, outcome }) => `${table} ${outcome}`).sort()

const snapshots = async (lab: Lab, tables: readonly string[]): Promise<(Snapshot | undefined)[]> => {
  await using session = await duckdb.connect({})
  const store = lakeOf(await lab.project())
  return Promise.all(tables.map((table) => openTable(store, table, session).snapshot()))
}

const TABLES = ['silver/customers', 'silver/orders', 'gold/dim_customers', 'gold/fact_transactions']

/** Rows that only one of them has: the published table, and the files the lake's newest snapshot names. */
async function apart(lab: Lab, table: string): Promise<Record<string, unknown>[]> {
  const { path } = await publishedDatabase(await lab.project())
  await using session = await duckdb.connect({ database: path, readOnly: true })
  await session.execute(["set timezone = 'UTC'"])
  const store = lakeOf(await lab.project())
  const files = (await openTable(store, table, session).snapshot())?.files ?? []
  const lake = `read_parquet([${files.map((file) => `'${store.file(`${table}/${file.path}`)}'`).join(', ')}])`
  return await apartFrom(session, table, lake)
}

async function apartFrom(session: Session, table: string, lake: string): Promise<Record<string, unknown>[]> {
  const ours = `from ${table.replace('/', '.')}`
  const [row] = await all(
    session,
    `select string_agg('"' || column_name || '"', ', ') as names from (describe ${ours})`,
  )
  // As text of the same types: the engine's timestamps have no zone.
  const types = await all(session, `select column_name as name, column_type as type from (describe ${ours})`)
  const cast = types.map(({ name, type }) => `cast("${name}" as ${type}) as "${name}"`).join(', ')
  const theirs = `select ${cast} from ${lake}`
  expect(String(row?.names).length).toBeGreaterThan(0)
  return all(
    session,
    `(select * ${ours} except all ${theirs}) union all (${theirs} except all select * ${ours})`,
  )
}

describe('exported layers', () => {
  it('are written once, with the types they have, and again only where something behind them changed', async () => {
    await using lab = await shop()
    await exportNow(lab)
    for (const table of TABLES) expect(await apart(lab, table)).toEqual([])
    expect(outcomes(await exportNow(lab))).toEqual(TABLES.map((table) => `${table} unchanged`).sort())
    const fact = (await snapshots(lab, ['gold/fact_transactions']))[0]
    const typeOf = Object.fromEntries((fact?.columns ?? []).map(({ name, type }) => [name, type]))
    expect(typeOf).toMatchObject({
      transaction_id: 'string',
      amount: 'decimal(18,2)',
      occurred_at: 'timestamp',
    })
    await lab.put('customers-2.csv', csv('ID,Name', 'C3,Cid'))
    await lab.run()
    const second = await exportNow(lab)
    expect(outcomes(second).filter((text) => text.startsWith('silver/orders'))).toEqual([
      'silver/orders unchanged',
    ])
    for (const table of TABLES) expect(await apart(lab, table)).toEqual([])
    const [silver, orders] = await snapshots(lab, ['silver/customers', 'silver/orders'])
    expect([silver?.version, orders?.version]).toEqual([1, 0])
    expect(silver?.files.map(({ rows }) => rows)).toEqual([3])
  })

  it('stay as they are after a full refresh that came to the same', async () => {
    await using lab = await shop('[gold]')
    await exportNow(lab)
    await lab.run({ fullRefresh: true })
    expect(outcomes(await exportNow(lab))).toEqual(MODELS.map((name) => `gold/${name} unchanged`))
    expect(await snapshots(lab, ['silver/customers'])).toEqual([undefined])
  })

  it('are made good again after somebody else has changed them', async () => {
    await using lab = await shop('[gold]')
    await exportNow(lab)
    const project = await lab.project()
    await using session = await duckdb.connect({})
    const store = lakeOf(project)
    const table = openTable(store, 'gold/dim_customers', session)
    const [file] = (await table.snapshot())?.files ?? []
    if (file?.rows === undefined) throw new Error('nothing was exported')
    const copied = 'gold/dim_customers/foreign.parquet'
    await store.put(copied, (await store.read(`gold/dim_customers/${file.path}`)) ?? '')
    await table.append({
      columns: [],
      files: [{ ...file, rows: file.rows, path: 'foreign.parquet', tags: {} }],
      operation: 'WRITE',
    })
    expect((await apart(lab, 'gold/dim_customers')).length).toBeGreaterThan(0)
    expect(outcomes(await exportNow(lab))).toEqual([
      'gold/dim_customers written',
      'gold/fact_transactions unchanged',
    ])
    expect(await apart(lab, 'gold/dim_customers')).toEqual([])
  })

  it('tell as a warning what failed, and catch up when it works again', async () => {
    await using lab = await shop('[gold]')
    const project = await lab.project()
    const broken = lakeOf(project).file('gold/dim_customers/_delta_log')
    const { manifest } = await publishedDatabase(project)
    const { models } = await prepare(lab.root)
    const own = models.filter(({ name }) => MODELS.includes(name))
    const work = { prepared: { project, models: own }, versions: new Versions(warehouseOf(project)) }
    await rm(lakeOf(project).file('gold'), { recursive: true, force: true })
    await mkdir(broken, { recursive: true })
    await writeFile(join(broken, `${'0'.repeat(20)}.json`), 'not a commit')
    const problems = await exportLayers(work, manifest)
    expect(problems).toMatchObject([{ code: 'export_failed', severity: 'warn' }])
    expect(problems[0]?.message).toContain('gold/dim_customers')
    expect(await apart(lab, 'gold/fact_transactions')).toEqual([])
    await rm(broken, { recursive: true })
    expect(await exportLayers(work, manifest)).toEqual([])
    expect(await apart(lab, 'gold/dim_customers')).toEqual([])
  })

  it('follow the newest version, or by hand the one that is current', async () => {
    await using lab = await shop('[silver]')
    await exportNow(lab)
    await lab.put('customers-2.csv', csv('ID,Name', 'C3,Cid'))
    await lab.run()
    await exportNow(lab)
    await rollback(await lab.project(), 1)
    expect(outcomes(await exportNow(lab))).toContain('silver/customers overtaken')
    expect(outcomes(await exportNow(lab, true))).toContain('silver/customers written')
    expect(await apart(lab, 'silver/customers')).toEqual([])
  })

  it('have a Delta type for every type of the engine', async () => {
    await using session = await duckdb.connect({ threads: 1 })
    await session.execute([
      'create schema gold',
      `create table gold.t as select 1::tinyint as a, 2::ubigint as b, 3::hugeint as c, 1.5::float as d, 12.5::decimal(5,1) as e,
       timestamp '2024-03-31 02:30:00.000001' as f, timestamptz '2024-03-31 02:30:00+02' as g, [1, 2] as h, {'x': 1} as i, time '10:00' as j,
       date '2024-01-01' as k, true as l, 9::bigint as m, 'x' as "Two words", 'e'::enum ('e') as n`,
    ])
    const columns = await columnsOf(session, 'gold/t')
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'a integer',
      'b decimal(20,0)',
      'c decimal(38,0)',
      'd double',
      'e decimal(5,1)',
      'f timestamp',
      'g timestamp',
      'h string',
      'i string',
      'j string',
      'k date',
      'l boolean',
      'm long',
      'Two_words string',
      'n string',
    ])
    await session.execute(["set timezone = 'America/New_York'"])
    const [row] = await all(
      session,
      `select ${columns.map(({ sql, name }) => `cast(${sql} as varchar) as ${name}`).join(', ')}, epoch_us(${columns[5]?.sql}) as us from gold.t`,
    )
    expect(row).toMatchObject({ c: '3', h: '[1,2]', i: '{"x":1}', j: '10:00:00', us: 1711852200000001n })
  })
})

describe.skipIf(executable === '')(`exported layers in delta-rs${reason}`, () => {
  it('have the same rows and types; what delta-rs merges, appends and deletes there is read back', async () => {
    await using lab = await shop('[gold]')
    await exportNow(lab)
    const store = lakeOf(await lab.project())
    const table = 'gold/fact_transactions'
    const out = store.file('gold/fact_transactions/_seen.parquet')
    const on = { MERGE_ON: 't.transaction_id = s.transaction_id' }
    const delta = (command: string, argument: string) =>
      python(executable, command, store, argument, table, on)
    const seen = await delta('dump', out)
    const { path } = await publishedDatabase(await lab.project())
    await using session = await duckdb.connect({ database: path, readOnly: true })
    await session.execute(["set timezone = 'UTC'"])
    expect(await apartFrom(session, table, `read_parquet('${out}')`)).toEqual([])
    const [snapshot] = await snapshots(lab, [table])
    expect(seen.fields.map(({ name, type }) => ({ name, type }))).toEqual(
      snapshot?.columns.map(({ name, type }) => ({ name, type })),
    )
    const source = store.file('source.parquet')
    const change = `select * replace ('9.99'::decimal(18,2) as amount) from read_parquet('${out}') where transaction_id = '1'`
    const more = `select * replace ('3' as transaction_id) from read_parquet('${out}') where transaction_id = '2'`
    await session.execute([`copy (${change} union all ${more}) to '${source}' (format parquet)`])
    expect(await delta('merge', source)).toMatchObject({ updated: 1 })
    expect(await delta('append', source)).toMatchObject({ version: 2 })
    expect(await delta('delete', "transaction_id = '2'")).toMatchObject({ version: 3 })
    const files = (await openTable(store, table, session).snapshot())?.files ?? []
    const now = `read_parquet([${files.map((file) => `'${store.file(`${table}/${file.path}`)}'`).join(', ')}])`
    const rows = await all(session, `select transaction_id || ' ' || amount as row from ${now} order by 1`)
    expect(rows.map(({ row }) => row)).toEqual(['1 9.99', '1 9.99', '3 7.00', '3 7.00'])
    expect(outcomes(await exportNow(lab))).toContain('gold/fact_transactions written')
    expect(await apart(lab, table)).toEqual([])
  }, 120_000)
})
