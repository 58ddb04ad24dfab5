import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialect as duck } from '../../src/engines/duckdb/dialect.ts'
import type { RowBatch } from '../../src/engines/engine.ts'
import { literal } from '../../src/engines/spark/literals.ts'
import { parity } from '../../src/engines/spark/parity.ts'
import type { Side } from '../../src/parity/side.ts'
import { type Spark, sparkWhenAsked, startSpark } from '../support/spark.ts'
import { compareSides, duckSide } from './sides.ts'

/** Values at the edges of each type, as text; last, the type's name in Spark where it is another. */
const EDGES: readonly (readonly [type: string, values: readonly string[], sparkType?: string])[] = [
  ['integer', ['0', '-1', '2147483647', '-2147483648']],
  ['bigint', ['0', '-1', '9223372036854775807', '-9223372036854775808']],
  ['decimal(18,2)', ['0', '-0.5', '0.05', '100', '1000', '-12.30', '9999999999999999.99']],
  ['decimal(5,2)', ['0', '99.9', '-100.01']],
  ['decimal(2,2)', ['0', '0.5', '-0.05', '0.99']],
  [
    'decimal(38,0)',
    ['0', '10', '99999999999999999999999999999999999999', '-99999999999999999999999999999999999999'],
  ],
  [
    'decimal(38,10)',
    ['0', '0.0000000001', '-0.0000001', '100.0000000000', '1234567890123456789012345678.0987654321'],
  ],
  ['decimal(38,38)', ['0', '0.00000000000000000000000000000000000001', '-0.1']],
  ['boolean', ['true', 'false']],
  [
    'date',
    ['1970-01-01', '1969-12-31', '0001-01-01', '1582-10-04', '1582-10-15', '2024-02-29', '9999-12-31'],
  ],
  [
    'timestamp',
    [
      '1970-01-01 00:00:00',
      '1969-12-31 23:59:59.999999',
      '0001-01-01 00:00:00.000001',
      '1582-10-10 12:00:00',
      '2024-03-31 02:30:00.5',
      '9999-12-31 23:59:59.999999',
    ],
  ],
  ['timestamp', ['1969-12-31 23:59:59.999999', '2024-03-31 02:30:00'], 'timestamp_ntz'],
  [
    'varchar',
    [
      '',
      ' ',
      'a ',
      ' a',
      'A',
      'ä',
      'a\u0308',
      'ß',
      '日本',
      '😀',
      '\0',
      'a\0b',
      '|',
      '|=',
      '~',
      '~0',
      '\\',
      "'",
      '"',
      '\n',
      '\r\n',
      '\u00a0',
      '\uffff',
      'NULL',
      '-',
      '12.0',
      'x'.repeat(70_000),
    ],
    'string',
  ],
  ['double', ['0', '-0.0', '1e300', '-1e-300', '0.1', '123456789.123456789']],
]

/** Spark shares the machine with other tests. */
const PATIENCE = 240_000

const home = await sparkWhenAsked()
const skipped = 'skipped' in home ? home.skipped : undefined
let folder: string
let spark: Spark

describe.skipIf(skipped)('DuckDB and Spark', () => {
  beforeAll(async () => {
    if ('skipped' in home) return
    folder = await mkdtemp(join(tmpdir(), 'c360-parity-'))
    spark = await startSpark(home, folder)
    await spark.sql('create schema gold')
  }, PATIENCE)
  afterAll(async () => {
    await spark?.[Symbol.asyncDispose]()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  test(
    'hold the same values at the edges of every type, whatever Spark makes of errors',
    async () => {
      await using a = await duckSide('local', [edges('gold.edges', ([type]) => type, duck.literal)])
      await spark.sql(edges('gold.edges using parquet', ([type, , own = type]) => own, literal))
      for (const ansi of [true, false]) {
        await spark.sql(`set spark.sql.ansi.enabled = ${ansi}`)
        const { verdict, tables } = await compareSides(a, sparkSide(), { grain: ['id'], show: 50 })
        expect(tables[0]?.reasons).toEqual([])
        expect(tables[0]?.differences).toEqual([])
        expect([verdict, tables[0]?.columns.length]).toEqual(['equal', EDGES.length + 1])
      }
      await spark.sql('drop table gold.edges')
    },
    PATIENCE,
  )

  test(
    'find the same row in a table that is searched by shares of its keys',
    async () => {
      await using a = await duckSide('local', [
        "create table gold.t as select range as id, 'é' || range as word from range(20001)",
      ])
      await spark.sql(
        "create table gold.t using parquet as select id, concat('é', if(id = 4321, 'x', cast(id as string))) as word from range(20001)",
      )
      const { verdict, tables } = await compareSides(a, sparkSide(), { grain: ['id'] })
      expect(verdict).toBe('differs')
      expect(tables[0]?.differences).toEqual([
        {
          kind: 'changed',
          key: { id: '4321' },
          columns: [{ column: 'word', a: 'é4321', b: 'éx' }],
          times: 1,
        },
      ])
    },
    PATIENCE,
  )
})

test.runIf(skipped)('Spark is not here', () => {
  console.warn(`skipped: ${skipped}`)
})

/** A table with a column per edge; the rows behind a column's last value hold NULL. */
function edges(
  table: string,
  typeOf: (edge: (typeof EDGES)[number]) => string,
  write: (value: string) => string,
): string {
  const cell = (value: string | undefined) => (value === undefined ? 'null' : write(value))
  const count = Math.max(...EDGES.map(([, values]) => values.length)) + 1
  const rows = Array.from(
    { length: count },
    (_, id) => `(${[id, ...EDGES.map(([, values]) => cell(values[id]))].join(', ')})`,
  )
  const names = EDGES.map((_, at) => `edge_${at}`)
  const typed = EDGES.map((edge, at) => `cast(${names[at]} as ${typeOf(edge)}) as ${names[at]}`)
  return `create table ${table} as select id, ${typed.join(', ')} from (values ${rows.join(', ')}) t(id, ${names.join(', ')})`
}

/** Gold in the Spark that runs. */
const sparkSide = (): Side => ({
  name: 'spark',
  engine: 'spark',
  place: 'here',
  dialect: parity,
  session: {
    execute: async (statements) => {
      for (const statement of statements) await spark.sql(statement)
    },
    stream: (sql) => sparkStream(sql),
    [Symbol.asyncDispose]: async () => undefined,
  },
  async tables() {
    return (await spark.sql('show tables in gold')).map(({ tableName }) => String(tableName))
  },
  table: (name) => `gold.${parity.ident(name)}`,
  state: async () => ({}),
  [Symbol.asyncDispose]: async () => undefined,
})

async function* sparkStream(sql: string): AsyncIterable<RowBatch> {
  const described = await spark.sql(`describe query ${sql}`)
  const names = described.map(({ col_name }) => String(col_name))
  const types = described.map(({ data_type }) => String(data_type))
  const rows = await spark.sql(sql)
  yield { names, types, columns: names.map((name) => rows.map((row) => row[name])), rows: rows.length }
}
