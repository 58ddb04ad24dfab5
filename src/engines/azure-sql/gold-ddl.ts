import { createHash } from 'node:crypto'
import type { SqlType } from '../../sql/types.ts'
import type { GoldTable } from '../engine.ts'
import { ident, named, unicode } from './names.ts'
import { typeName } from './sql-casts.ts'
import { KEY_TEXT, LONG_TEXT } from './tables.ts'

/** Where gold lies for readers, and what of it there is. */
export interface Gold {
  readonly schema: string
  readonly tables: readonly GoldTable[]
}

/** Holds what a table or view was made as: one that is to be otherwise is made anew. */
const SHAPE = 'c360_shape'

const CLUSTERED_BYTES = 900

/** Bytes of a column in a key. */
const bytesOf = (type: SqlType): number =>
  type.kind === 'text' || type.kind === 'null' ? 450 : type.kind === 'decimal' ? 17 : 8

const isKeyed = ({ grain, references, indexed }: GoldTable, name: string): boolean =>
  [...grain, ...references.map(({ column }) => column), ...indexed].includes(name)

function columnType(table: GoldTable, name: string, type: SqlType): string {
  if (type.kind !== 'text' && type.kind !== 'null') return typeName(type)
  return isKeyed(table, name) ? KEY_TEXT : LONG_TEXT
}

function createTable(schema: string, table: GoldTable): string {
  const { name, columns, grain } = table
  const bytes = columns.reduce((sum, [column, type]) => sum + (grain.includes(column) ? bytesOf(type) : 0), 0)
  const kind = bytes <= CLUSTERED_BYTES ? 'clustered' : 'nonclustered'
  const lines = columns.map(
    ([column, type]) =>
      `  ${ident(column)} ${columnType(table, column, type)} ${grain.includes(column) ? 'not null' : 'null'}`,
  )
  const key = `  constraint ${ident(`pk_${name}`)} primary key ${kind} (${grain.map(ident).join(', ')})`
  return `create table ${named(schema, name)} (\n${[...lines, key].join(',\n')}\n)`
}

/** Foreign keys to a table that is to go. */
const unreferenced = (table: string): string =>
  [
    `declare @keys nvarchar(max) = (select string_agg(cast(concat(N'alter table ', quotename(object_schema_name(parent_object_id)), N'.', quotename(object_name(parent_object_id)), N' drop constraint ', quotename(name)) as nvarchar(max)), N'; ')`,
    `from sys.foreign_keys where referenced_object_id = object_id(${unicode(table)}));`,
    'if @keys is not null exec sys.sp_executesql @keys;',
  ].join('\n')

export const dropGold = (schema: string, name: string): string[] => {
  const table = named(schema, name)
  return [`${unreferenced(table)}\ndrop table if exists ${table}`]
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

const isShaped = (object: string, shape: string): string =>
  `exists (select 1 from sys.extended_properties where class = 1 and major_id = object_id(${unicode(object)}) and minor_id = 0 and name = ${unicode(SHAPE)} and cast(value as nvarchar(64)) = ${unicode(shape)})`

const note = (schema: string, name: string, kind: 'TABLE' | 'VIEW', shape: string): string =>
  `exec sys.sp_addextendedproperty @name = ${unicode(SHAPE)}, @value = ${unicode(shape)}, @level0type = N'SCHEMA', @level0name = ${unicode(schema)}, @level1type = N'${kind}', @level1name = ${unicode(name)}`

/** The table with its key, unless there is one of its name. */
export function tableStatement(schema: string, table: GoldTable): string {
  return [
    `if object_id(${unicode(named(schema, table.name))}, N'U') is null`,
    'begin',
    ...creation(schema, table),
    'end',
  ].join('\n')
}

/** The table, unless it is there in just this shape: one that is made anew is empty, and `forgotten` then. */
export function shapedTableStatement(
  schema: string,
  table: GoldTable,
  forgotten: (name: string) => string,
): string {
  const full = named(schema, table.name)
  return [
    `if not ${isShaped(full, digest(createTable(schema, table)))}`,
    'begin',
    unreferenced(full),
    `drop table if exists ${full};`,
    `${forgotten(table.name)};`,
    ...creation(schema, table),
    'end',
  ].join('\n')
}

function creation(schema: string, table: GoldTable): string[] {
  const create = createTable(schema, table)
  return [`${create};`, `${note(schema, table.name, 'TABLE', digest(create))};`]
}

export function indexStatements(schema: string, { name, indexed, grain, references }: GoldTable): string[] {
  const columns = new Set([...references.map(({ column }) => column), ...indexed])
  return [...columns]
    .filter((column) => column !== grain[0])
    .map((column) => {
      const [table, index] = [named(schema, name), `ix_${name}_${column}`]
      return `if not exists (select 1 from sys.indexes where object_id = object_id(${unicode(table)}) and name = ${unicode(index)})\n  create index ${ident(index)} on ${table} (${ident(column)})`
    })
}

export function keyStatements({ schema, tables }: Gold, { name, references }: GoldTable): string[] {
  return references.flatMap(({ column, table }) => {
    const parent = tables.find((other) => other.name === table)
    const [to] = parent?.grain ?? []
    if (to === undefined) return []
    const key = `fk_${name}_${column}`
    return [
      `if object_id(${unicode(named(schema, key))}, N'F') is null\n  alter table ${named(schema, name)} add constraint ${ident(key)} foreign key (${ident(column)}) references ${named(schema, table)} (${ident(to)})`,
    ]
  })
}

/** A view, unless it is there just so. */
export function viewStatement(schema: string, name: string, select: string): string {
  const full = named(schema, name)
  const create = `create view ${full} as\n${select}`
  const shape = digest(create)
  return [
    `if not ${isShaped(full, shape)}`,
    'begin',
    `drop view if exists ${full};`,
    `exec(${unicode(create)});`,
    `${note(schema, name, 'VIEW', shape)};`,
    'end',
  ].join('\n')
}

/** Tables that others refer to before those that do; else in their order. */
export function parentsFirst(tables: readonly GoldTable[]): GoldTable[] {
  const done = new Set<GoldTable>()
  const visit = (table: GoldTable): void => {
    if (done.has(table)) return
    for (const { table: parent } of table.references)
      for (const found of tables.filter(({ name }) => name === parent && name !== table.name)) visit(found)
    done.add(table)
  }
  tables.forEach(visit)
  return [...done]
}
