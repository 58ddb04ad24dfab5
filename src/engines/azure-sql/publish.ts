import type { GoldTable } from '../engine.ts'
import { type Gold, indexStatements, keyStatements, parentsFirst, shapedTableStatement } from './gold-ddl.ts'
import { ident, literal, named, unicode } from './names.ts'
import { referenceViews } from './reference-views.ts'
import { KEY_TEXT } from './tables.ts'

/** Where gold is built, and where it is noted which of the built tables readers have. */
export interface Built {
  readonly schema: string
  /** The full name of the table that notes it. */
  readonly notes: string
}

export const createNotes = (notes: string): string =>
  `if object_id(${unicode(notes)}, N'U') is null create table ${notes} (model ${KEY_TEXT} not null primary key, mark varchar(30) not null)`

export const forgotten =
  (notes: string) =>
  (name: string): string =>
    `delete from ${notes} where model = ${literal(name)}`

/**
 * Statements that bring the tables readers see to what was built: rows that differ are changed and new ones added, parents first; then
 * rows that are gone are deleted, children first, so that foreign keys hold at every moment. Nothing is rewritten that is as it was,
 * and readers of row versions are never kept waiting. To be done in one transaction.
 */
export function publishStatements({ schema, tables }: Gold, built: Built): string[] {
  const ordered = parentsFirst(tables)
  const gold = { schema, tables: ordered }
  return [
    createNotes(built.notes),
    ...ordered.map((table) => shapedTableStatement(schema, table, forgotten(built.notes))),
    ...ordered.map((table) => unlessNoted(built, table, bringIn(gold, built, table))),
    ...[...ordered].reverse().map((table) => unlessNoted(built, table, [takeAway(gold, built, table)])),
    ...ordered.map((table) => unlessNoted(built, table, noted(built, table))),
    // A table that was made anew has lost the keys of others to it.
    ...ordered.flatMap((table) => [...indexStatements(schema, table), ...keyStatements(gold, table)]),
    ...referenceViews(gold),
  ]
}

const markOf = (table: string): string =>
  `(select convert(varchar(30), create_date, 126) from sys.objects where object_id = object_id(${unicode(table)}))`

/** A table that was not built anew since it was brought in is left alone. */
function unlessNoted({ schema, notes }: Built, { name }: GoldTable, work: readonly string[]): string {
  const is = `exists (select 1 from ${notes} where model = ${literal(name)} and mark = ${markOf(named(schema, name))})`
  return [`if not ${is}`, 'begin', ...work.map((statement) => `${statement};`), 'end'].join('\n')
}

const noted = ({ schema, notes }: Built, { name }: GoldTable): string[] => [
  forgotten(notes)(name),
  `insert into ${notes} (model, mark) select ${literal(name)}, ${markOf(named(schema, name))}`,
]

const same = (grain: readonly string[]): string =>
  grain.map((column) => `t.${ident(column)} = b.${ident(column)}`).join(' and ')

function bringIn({ schema }: Gold, built: Built, { name, columns, grain }: GoldTable): string[] {
  const [to, from] = [named(schema, name), named(built.schema, name)]
  const names = columns.map(([column]) => ident(column))
  const others = columns.filter(([column]) => !grain.includes(column)).map(([column]) => ident(column))
  const each = (alias: string) => others.map((column) => `${alias}.${column}`).join(', ')
  const change = `update t set ${others.map((column) => `${column} = b.${column}`).join(', ')} from ${to} as t join ${from} as b on ${same(grain)} where exists (select ${each('t')} except select ${each('b')})`
  const add = `insert into ${to} (${names.join(', ')}) select ${names.map((column) => `b.${column}`).join(', ')} from ${from} as b where not exists (select 1 from ${to} as t where ${same(grain)})`
  return others.length > 0 ? [change, add] : [add]
}

const takeAway = ({ schema }: Gold, built: Built, { name, grain }: GoldTable): string =>
  `delete t from ${named(schema, name)} as t where not exists (select 1 from ${named(built.schema, name)} as b where ${same(grain)})`
