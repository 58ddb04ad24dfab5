import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { maskedSql } from '../people/contacts.ts'
import { NAMESPACE } from './csdl.ts'
import type { FeedColumn, FeedTable } from './feed.ts'
import type { Format } from './format.ts'
import type { Asked } from './options.ts'

/*
 * Every statement reads one table of gold as `t`. A version never changes, so the number the engine gives each row (`rowid`) stays the
 * same: it makes any order total, and names the row a page ended with without saying a value of it.
 */

/** Rows that are asked for: number of them, not more than `most` behind `skip`; and without an order, the first and last `rowid`. */
export function boundsSql(table: FeedTable, asked: Asked, most: number): string {
  const order = asked.order.length === 0 ? ' order by t.rowid' : ''
  const rows = `select t.rowid as r ${from(table)}${where(table, asked)}${order} limit ${most}${offset(asked)}`
  return `select count(*) as n, min(r) as lo, max(r) as hi from (${rows})`
}

/** How many of the rows numbered `lo` to `hi` there are: all of them, unless numbers were left out or the table ends. */
export const betweenSql = (table: FeedTable, lo: number, hi: number): string =>
  `select count(*) as n ${from(table)} where t.rowid between ${lo} and ${hi}`

export const countSql = (table: FeedTable, filter: string | undefined): string =>
  `select count(*) as n ${from(table)}${filter === undefined ? '' : ` where ${filter}`}`

/** A page between two rows, in the order of the table: one look at a part of it. */
export const rangeSql = (table: FeedTable, asked: Asked, format: Format, lo: number, hi: number): string =>
  `select ${jsonSql(table, asked.columns, format)} as j, t.rowid as r ${from(table)}${where(table, asked)} and t.rowid between ${lo} and ${hi} order by t.rowid`

/** A page in an order asked for: its rows are found by what they are ordered by, and only then read whole. */
export function orderedSql(table: FeedTable, asked: Asked, format: Format, most: number): string {
  const order = orderSql(asked)
  const page = `select t.rowid ${from(table)}${where(table, asked)}${order} limit ${most}${offset(asked)}`
  return `select ${jsonSql(table, asked.columns, format)} as j, t.rowid as r ${from(table)} where t.rowid in (${page})${order}`
}

export const entitySql = (table: FeedTable, columns: readonly FeedColumn[], format: Format, key: string) =>
  `select ${jsonSql(table, columns, format)} as j, t.rowid as r ${from(table)} where ${key} limit 2`

const from = ({ table }: FeedTable): string => `from gold.${d.ident(table)} t`

const offset = ({ skip }: Asked): string => (skip > 0 ? ` offset ${skip}` : '')

function where(table: FeedTable, asked: Asked): string {
  const parts = [...(asked.filter === undefined ? [] : [asked.filter]), ...behind(table, asked)]
  return ` where ${parts.length === 0 ? 'true' : parts.join(' and ')}`
}

/** NULL comes before every value, and after it when descending: so says OData. */
const orderSql = ({ order }: Asked): string =>
  ` order by ${order.map(({ sql, descending }) => `${sql} ${descending ? 'desc nulls last' : 'asc nulls first'}, `).join('')}t.rowid`

/** Rows behind the one the page before ended with. */
function behind(table: FeedTable, { order, after }: Asked): string[] {
  if (!after) return []
  if (order.length === 0) return [`t.rowid > ${after.row}`]
  const last = (sql: string) => `(select ${sql} ${from(table)} where t.rowid = ${after.row})`
  const options = order.map(({ sql, descending }, i) => {
    const same = order
      .slice(0, i)
      .map((earlier) => `${earlier.sql} is not distinct from ${last(earlier.sql)}`)
    const later = descending
      ? `(${sql} < ${last(sql)} or (${sql} is null and ${last(sql)} is not null))`
      : `(${sql} > ${last(sql)} or (${sql} is not null and ${last(sql)} is null))`
    return [...same, later].join(' and ')
  })
  const equal = order.map(({ sql }) => `${sql} is not distinct from ${last(sql)}`)
  options.push([...equal, `t.rowid > ${after.row}`].join(' and '))
  return [`(${options.map((option) => `(${option})`).join(' or ')})`]
}

/** One row as the text of a JSON object: the engine writes it on all its threads, and nothing is taken apart again. */
export function jsonSql(table: FeedTable, columns: readonly FeedColumn[], format: Format): string {
  const parts = [
    ...(format.metadata === 'full' ? controlSql(table) : []),
    ...columns.map((column) => memberSql(column, format)),
  ]
  return `concat('{', ${parts.join(", ',', ")}, '}')`
}

function memberSql(column: FeedColumn, { metadata, isIeee754 }: Format): string {
  const own = `t.${d.ident(column.column)}`
  const value = column.edm.json(column.isMasked ? masked(column) : own)
  const text = isIeee754 && column.edm.isWide ? `'"' || ${value} || '"'` : value
  const name = JSON.stringify(column.name)
  const typed = metadata === 'full' && !UNTYPED.has(column.edm.type)
  const type = typed ? `"${column.name}@odata.type":"#${column.edm.type.slice('Edm.'.length)}",` : ''
  return `${d.literal(`${type}${name}:`)}, coalesce(${text}, 'null')`
}

/** `maskedSql` names the column without its table, which is the only one here. */
const masked = ({ column }: FeedColumn): string => `(${maskedSql(d, column)})`

/** JSON itself says these types. */
const UNTYPED = new Set(['Edm.String', 'Edm.Boolean', 'Edm.Double'])

/**
 * What `odata.metadata=full` adds to each row: its type and its own address, relative to the root. A row whose key is personal
 * has none: such a value may stand in no address.
 */
function controlSql({ name, columns }: FeedTable): string[] {
  const keys = columns.filter(({ isKey }) => isKey)
  if (keys.some(({ isPersonal }) => isPersonal)) return [d.literal(`"@odata.type":"#${NAMESPACE}.${name}"`)]
  const values = keys.map((key, i) => {
    const named = keys.length === 1 ? '' : `${i === 0 ? '' : ','}${key.name}=`
    return `${d.literal(named)}, ${keySql(key)}`
  })
  return [
    d.literal(`"@odata.type":"#${NAMESPACE}.${name}"`),
    `${d.literal(`"@odata.id":"${name}(`)}, ${values.join(', ')}, ')"'`,
  ]
}

function keySql({ column, edm }: FeedColumn): string {
  const own = `t.${d.ident(column)}`
  if (edm.kind === 'text') return `'%27', url_encode(replace(cast(${own} as varchar), '''', '''''')), '%27'`
  if (edm.kind === 'instant') return `replace(replace(cast(${own} as varchar), ' ', 'T'), ':', '%3A'), 'Z'`
  return `cast(${own} as varchar)`
}
