import { C360Error } from '../../errors.ts'
import type { FieldType } from '../../model/types.ts'
import type { Dialect, Layer } from '../../sql/dialect.ts'
import { merging } from '../../sql/merge.ts'
import { dotted, ident, literal } from './literals.ts'
import { tryDouble, tryNumber } from './numbers.ts'
import * as texts from './texts.ts'
import { parseDate, parseTimestamp } from './times.ts'
import { localTime } from './zones.ts'

const types: Record<FieldType, string> = {
  text: 'VARCHAR',
  integer: 'NUMBER(38,0)',
  decimal: 'NUMBER(18,2)',
  date: 'DATE',
  timestamp: 'TIMESTAMP_NTZ(6)',
  boolean: 'BOOLEAN',
}

type Columns = readonly (readonly [name: string, type: FieldType])[]

const typed = (columns: Columns): string =>
  columns.map(([column, type]) => `${ident(column)} ${types[type]}`).join(', ')

/** Snowflake's SQL; the session has our settings. `schemas` are names in a database. */
export function snowflakeDialect(database: string, schemas: Readonly<Record<Layer, string>>): Dialect {
  const table = (layer: Layer, name: string): string => dotted(database, schemas[layer], name)
  const tableAs = (name: string, select: string): string[] => [
    `create or replace table ${name} copy grants as ${select}`,
  ]
  const dropTable = (name: string): string => `drop table if exists ${name}`
  return {
    name: 'snowflake',
    ident,
    literal,
    bool: String,
    table,
    createSchemas: () =>
      [...new Set(Object.values(schemas))].map(
        (name) => `create schema if not exists ${dotted(database, name)}`,
      ),
    createTable: (name, columns) => `create table if not exists ${name} (${typed(columns)})`,
    addColumns: (name, columns) => `alter table ${name} add column ${typed(columns)}`,
    tableAs,
    viewAs: (name, select) => [`create or replace view ${name} copy grants as ${select}`],
    dropTable,
    dropView: (name) => `drop view if exists ${name}`,
    // Not temporary: a view of a temporary table would outlive it.
    workTable: (name, select) => [`create or replace transient table ${table('work', name)} as ${select}`],
    dropWorkTable: (name) => dropTable(table('work', name)),
    withoutColumns: (name, dropped) =>
      dropped.map((column) => `alter table ${name} drop column ${ident(column)}`),
    ...merging({ ident, table }),
    ...expressions,
  }
}

/** Rollups are built beside the embedded warehouse, and files are read through a stage. */
function embeddedOnly(): never {
  throw new C360Error('INTERNAL', 'Snowflake was asked for what only the embedded engine does.')
}

const expressions = {
  ...texts,
  descNullsLast: (x) => `${x} desc nulls last`,
  isDistinct: (a, b) => `${a} is distinct from ${b}`,
  type: (type) => types[type],
  wideInteger: 'NUMBER(38,0)',
  tryCast: (x, type) =>
    type === 'integer' || type === 'decimal' ? tryNumber(x, type) : `try_cast(${x} as ${types[type]})`,
  tryDouble,
  hash: (list) => `hash(${list.join(', ')})`,
  parseTimestamp,
  parseDate,
  localTime,
  list: embeddedOnly,
  joinedLists: embeddedOnly,
  sortedList: embeddedOnly,
  eachWithEarlier: embeddedOnly,
  numbers: (count) =>
    `(select row_number() over (order by 1) - 1 as n from table(generator(rowcount => ${count})))`,
  readParquet: embeddedOnly,
} satisfies Partial<Dialect>
