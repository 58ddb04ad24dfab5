import type { FieldType } from '../../model/types.ts'
import { ident, unicode } from './names.ts'
import { TEXT_COLLATION } from './sql-casts.ts'

/** A text of any length; where it is a key or has an index, `KEY_TEXT`. */
export const LONG_TEXT = `varchar(max) collate ${TEXT_COLLATION}`

/** What can be a key: two of them together are the 900 bytes a clustered key may have. */
export const KEY_TEXT = `varchar(450) collate ${TEXT_COLLATION}`

export const fieldTypes: Readonly<Record<FieldType, string>> = {
  text: LONG_TEXT,
  integer: 'bigint',
  decimal: 'decimal(18,2)',
  date: 'date',
  timestamp: 'datetime2(6)',
  boolean: 'bit',
}

type Columns = readonly (readonly [name: string, type: FieldType])[]

const declared = (columns: Columns): string =>
  columns.map(([name, type]) => `${ident(name)} ${fieldTypes[type]} null`).join(', ')

/** CREATE SCHEMA must be alone in its batch. */
export const createSchema = (name: string): string =>
  `if schema_id(${unicode(name)}) is null exec(${unicode(`create schema ${ident(name)}`)})`

export const createTable = (table: string, columns: Columns): string =>
  `if object_id(${unicode(table)}, N'U') is null create table ${table} (${declared(columns)})`

export const addColumns = (table: string, columns: Columns): string =>
  `alter table ${table} add ${declared(columns)}`

const DECLARED_TYPE = [
  `case when t.name in (N'varchar', N'nvarchar', N'char', N'nchar') then ${unicode(LONG_TEXT)}`,
  `when t.name in (N'decimal', N'numeric') then concat(N'decimal(', c.precision, N',', c.scale, N')')`,
  `when t.name in (N'datetime2', N'datetime') then N'datetime2(6)'`,
  `else t.name end`,
].join(' ')

/**
 * A table of a SELECT's rows. SELECT INTO would take the lengths of texts from what is written (a column that begins with 'new' has three
 * characters for ever), and cannot hold WITH: a view of the SELECT says the columns, and the table is made from those.
 */
export function tableAs(table: string, select: string, scratch: (name: string) => string): string[] {
  const view = scratch('c360_select')
  return [
    `drop view if exists ${view}`,
    `create view ${view} as ${select}`,
    [
      `declare @columns nvarchar(max) = (select string_agg(cast(concat(quotename(c.name), N' ', ${DECLARED_TYPE}, N' null') as nvarchar(max)), N', ') within group (order by c.column_id)`,
      `from sys.columns c join sys.types t on t.user_type_id = c.user_type_id where c.object_id = object_id(${unicode(view)}));`,
      `declare @statement nvarchar(max) = concat(${unicode(`drop table if exists ${table}; create table ${table} (`)}, @columns, N')');`,
      'exec sys.sp_executesql @statement',
    ].join('\n'),
    `insert into ${table} with (tablock) select * from ${view}`,
    `drop view ${view}`,
  ]
}

export const viewAs = (view: string, select: string): string[] => [
  `create or alter view ${view} as ${select}`,
]

export const dropTable = (table: string): string => `drop table if exists ${table}`
export const dropView = (view: string): string => `drop view if exists ${view}`

/** All rows of one table are told apart by `on`; what matches several is deleted once. */
export const deleteMatching = (
  table: string,
  as: string,
  using: string,
  usingAs: string,
  on: string,
): string =>
  `delete ${as} from ${table} as ${as} where exists (select 1 from ${using} as ${usingAs} where ${on})`

export const updateMatching = (
  table: string,
  as: string,
  set: Readonly<Record<string, string>>,
  using: string,
  usingAs: string,
  on: string,
): string =>
  `update ${as} set ${Object.entries(set)
    .map(([column, value]) => `${ident(column)} = ${value}`)
    .join(', ')} from ${table} as ${as} join ${using} as ${usingAs} on ${on}`

export const withoutColumns = (table: string, dropped: readonly string[]): string[] =>
  dropped.map((column) => `alter table ${table} drop column ${ident(column)}`)
