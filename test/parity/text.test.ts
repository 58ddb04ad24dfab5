import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parity as azureSql } from '../../src/engines/azure-sql/parity.ts'
import { parity as duckdb } from '../../src/engines/duckdb/parity.ts'
import { parity as snowflake } from '../../src/engines/snowflake/parity.ts'
import { parity as spark } from '../../src/engines/spark/parity.ts'
import type { Compared } from '../../src/parity/columns.ts'
import { checksumSql, sharesSql, sortedRowsSql } from '../../src/parity/statements.ts'
import type { ExactKind, ParityDialect, ValueKind } from '../../src/sql/parity-dialect.ts'

/** A table of every kind, as one engine sees it. */
function compared(dialect: ParityDialect, types: Readonly<Record<ValueKind, string>>): Compared {
  const kinds: ExactKind[] = ['number', 'text', 'boolean', 'date', 'timestamp']
  const exact = kinds.map((kind, index) => ({
    name: kind,
    kind,
    alias: `c${index}`,
    canonical: dialect.canonical(dialect.ident(kind), kind, types[kind]),
  }))
  const doubles = [{ name: 'double', alias: 'd5', value: dialect.double(dialect.ident('double')) }]
  return { dialect, table: 'gold.t', exact, doubles, key: ['c1', 'c3'] }
}

const TYPES: readonly (readonly [ParityDialect, Readonly<Record<ValueKind, string>>])[] = [
  [
    duckdb,
    {
      number: 'DECIMAL(18,2)',
      text: 'VARCHAR',
      boolean: 'BOOLEAN',
      date: 'DATE',
      timestamp: 'TIMESTAMP',
      double: 'DOUBLE',
    },
  ],
  [
    spark,
    {
      number: 'decimal(18,2)',
      text: 'string',
      boolean: 'boolean',
      date: 'date',
      timestamp: 'timestamp',
      double: 'double',
    },
  ],
  [
    snowflake,
    {
      number: 'NUMBER(18,2)',
      text: 'TEXT',
      boolean: 'BOOLEAN',
      date: 'DATE',
      timestamp: 'TIMESTAMP_NTZ(9)',
      double: 'FLOAT',
    },
  ],
  [
    azureSql,
    {
      number: 'decimal(18,2)',
      text: 'nvarchar(max)',
      boolean: 'bit',
      date: 'date',
      timestamp: 'datetime2(6)',
      double: 'float(53)',
    },
  ],
]

test('every engine has its own words for every kind', () => {
  for (const [dialect, types] of TYPES)
    for (const [kind, type] of Object.entries(types))
      expect([dialect.name, type, dialect.kind(type)]).toEqual([dialect.name, type, kind])
})

test.each([
  [duckdb, ['INTERVAL', 'BLOB', 'VARCHAR[]', 'STRUCT(a INTEGER)', 'TIME', 'TIMESTAMP_NS', 'UUID']],
  [
    spark,
    ['binary', 'array<int>', 'map', 'struct', 'interval year to month', 'void', 'string collate utf8_lcase'],
  ],
  [snowflake, ['VARIANT', 'ARRAY', 'OBJECT', 'BINARY', 'TIME(9)', 'GEOGRAPHY']],
  [azureSql, ['varbinary(max)', 'xml', 'time(7)', 'money', 'datetimeoffset(7)', 'uniqueidentifier']],
] as const)('$name compares no type it cannot spell alike', (dialect, types) => {
  expect(types.filter((type) => dialect.kind(type) !== undefined)).toEqual([])
})

test.each(TYPES)('$name: the queries', async (dialect, types) => {
  const one = compared(dialect, types)
  const text = [
    ['one scan', checksumSql(one)],
    ['shares of the keys', sharesSql(one, 3)],
    ['sorted rows of some shares', sortedRowsSql(one, ['text', 'number'], ['0a1', 'fff'])],
    ['all sorted rows', sortedRowsSql(one, ['text'])],
  ]
    .map(([what, sql]) => `-- ${what}\n${sql};\n`)
    .join('\n')
  await expect(text).toMatchFileSnapshot(`text/${dialect.name}.sql`)
})

test('no golden file is without an engine', () => {
  const files = readdirSync(new URL('text/', import.meta.url))
  expect(files.sort()).toEqual(TYPES.map(([{ name }]) => `${name}.sql`).sort())
})
