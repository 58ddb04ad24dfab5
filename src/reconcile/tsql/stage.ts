import { outName, renamed } from './result.ts'
import { quoted } from './scope.ts'
import { type BoundQuery, type Column, Refused, type Relation } from './types.ts'

/** A query inside a view whose rows are made once, in a temporary table, and read from there. */
export interface Stage {
  readonly table: string
  readonly statement: string
}

/** The collated form of a text column, kept beside it: computed per row once and not per row of every join. */
export const foldedColumn = (name: string): string => `_text_${name}`

/**
 * The rows of a CTE or derived table as a relation. What groups, orders or removes duplicates becomes a stage, so that
 * nothing asked about it computes it again; a plain SELECT may have more rows than anybody wants to keep and stays a query.
 */
export function queryRelation(
  name: string,
  query: BoundQuery,
  stages: Stage[] | undefined,
  names: readonly string[] = [],
): Relation {
  const columns = renamed(query.columns, names)
  const nameless = columns.findIndex((column) => column.name === '')
  if (nameless >= 0)
    throw new Refused('legacy_name', `column ${nameless + 1} of \`${name}\` has no name`, 'write AS name')
  const list = query.columns.map(
    (column, index) => `${outName(column.name, index)} as ${quoted(columns[index]?.name ?? '')}`,
  )
  const rows = `(select ${list.join(', ')} from (${query.sql}) q)`
  if (stages === undefined || !isWork(query))
    return { kind: 'query', name, query, numbered: false, sql: rows, columns }
  const table = quoted(`legacy query ${stages.length + 1}`)
  stages.push({ table, statement: stageSql(table, rows, columns) })
  return { kind: 'query', name, query, numbered: true, sql: table, columns: columns.map(withFolded) }
}

/** More than handing rows on: work that nobody wants to do twice. */
const isWork = (query: BoundQuery): boolean =>
  query.kind === 'union'
    ? !query.all || isWork(query.left) || isWork(query.right)
    : query.grouped ||
      query.filters.length > 0 ||
      query.outputs.some(({ expression }) => / over \(/.test(expression.sql))

const withFolded = (column: Column): Column =>
  column.type === 'text' ? { ...column, folded: foldedColumn(column.name) } : column

function stageSql(table: string, rows: string, columns: readonly Column[]): string {
  const texts = columns.flatMap(({ name, type }) =>
    type === 'text' ? [`, tsql_text(${quoted(name)}) as ${quoted(foldedColumn(name))}`] : [],
  )
  return `create temp table ${table} as select *${texts.join('')}, row_number() over () as _row from ${rows} s`
}

/** The statements of the stages a query reads, in the order in which they read each other. */
export function statementsFor(sql: string, stages: readonly Stage[]): string[] {
  let read = sql
  const needed: string[] = []
  for (const { table, statement } of [...stages].reverse()) {
    if (!read.includes(table)) continue
    read += statement
    needed.unshift(statement)
  }
  return needed
}
