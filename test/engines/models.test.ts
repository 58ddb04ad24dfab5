import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sparkTarget } from '../../src/engines/spark/sql-target.ts'
import { sparkTraits } from '../../src/engines/spark/traits.ts'
import type { GoldModel } from '../../src/model/gold-model.ts'
import { certificateOf, certifySql } from '../../src/plan/certify.ts'
import { type PrintedQuery, printed } from '../../src/sql/print.ts'
import type { Columns } from '../../src/sql/types.ts'
import { fillSample } from '../model/sample.ts'
import { goldModels, Warehouse } from '../model/warehouse.ts'
import { columnsIn, parsed, printModels } from '../sql/printing.ts'
import { type Spark, sparkWhenAsked, startSpark } from '../support/spark.ts'

const found = await sparkWhenAsked()
const home = 'python' in found ? found : undefined
const reason = 'python' in found ? '' : ` (SKIPPED: ${found.skipped})`

/** Spark's schemas are named apart, so that a name which was not translated finds nothing. */
const table = (name: string, schema = 'gold'): string => `\`spark_${schema}\`.\`${name}\``

describe.skipIf(home === undefined)(`the shipped models in Spark${reason}`, () => {
  let folder: string
  let spark: Spark
  let warehouse: Warehouse
  let models: readonly GoldModel[]
  let tables: ReadonlyMap<string, Columns>
  let queries: ReadonlyMap<string, PrintedQuery>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'c360-models-'))
    warehouse = await Warehouse.open()
    await fillSample(warehouse)
    models = await goldModels()
    await warehouse.build(models)
    tables = await columnsIn(warehouse.connection)
    queries = await printModels(models, sparkTarget, table, tables)
    if (!home) return
    spark = await startSpark(home, folder)
    for (const statement of sparkTraits.prepare) await spark.sql(statement)
    for (const schema of ['conformed', 'rules', 'gold']) await spark.sql(`create schema spark_${schema}`)
    for (const name of tables.keys()) {
      if (/^(conformed|rules)\./.test(name)) await lend(name)
    }
  }, 300_000)

  afterAll(async () => {
    await spark?.[Symbol.asyncDispose]()
    await warehouse[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  /** A table of DuckDB's, as Parquet, under the same name in Spark. */
  async function lend(name: string): Promise<void> {
    const file = join(folder, `${name}.parquet`)
    await warehouse.run(`copy ${name} to '${file}' (format parquet)`)
    await spark.sql(`create view spark_${name} as select * from parquet.\`${file}\``)
  }

  const texts = (names: readonly string[], text: string): string =>
    names.map((name) => `cast(${name} as ${text}) as ${name}`).join(', ')

  test('have the rows that DuckDB has', async () => {
    for (const { name } of models) {
      const sql = queries.get(name)?.sql ?? ''
      await spark.sql(`create table ${table(name)} using parquet as ${sql}`).catch((error: unknown) => {
        throw new Error(`${name}: ${String(error)}\n${sql}`)
      })
      const columns = tables.get(`gold.${name}`)?.map(([column]) => column) ?? []
      const own = await warehouse.rows(
        `select ${texts(
          columns.map((c) => `"${c}"`),
          'varchar',
        )} from gold."${name}"`,
      )
      const there = await spark.sql(
        `select ${texts(
          columns.map((c) => `\`${c}\``),
          'string',
        )} from ${table(name)}`,
      )
      expect(sorted(there), name).toEqual(sorted(own))
    }
  }, 600_000)

  test('are certified there as well', async () => {
    for (const model of models) {
      const sql = certifySql(model)
      const there = printed(await parsed(sql), sparkTarget, table, (name, schema) =>
        tables.get(`${schema}.${name}`),
      )
      const rows = await spark.sql(there.sql).catch((error: unknown) => {
        throw new Error(`${model.name}: ${String(error)}\n${there.sql}`)
      })
      const own = await warehouse.rows(sql)
      expect(certificateOf(rows[0]), model.name).toEqual(certificateOf(own[0]))
      expect(Number(rows[0]?.row_count), model.name).toBe(Number(own[0]?.row_count))
      expect(certificateOf(rows[0])).toMatchObject({ certified: true })
    }
  }, 600_000)
})

const sorted = (rows: readonly Record<string, unknown>[]): string[] =>
  rows.map((row) => JSON.stringify(row)).sort()
