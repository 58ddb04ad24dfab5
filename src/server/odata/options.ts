import type { FeedColumn, FeedTable } from './feed.ts'
import { quotedName } from './names.ts'
import { parseExpression, parseOrder } from './parser.ts'
import { columnNamed, orderSql, type Printing, predicateSql } from './print.ts'
import { invalid, unsupported } from './refusals.ts'

/** What a request asks of one table, understood and ready for SQL. */
export interface Asked {
  readonly columns: readonly FeedColumn[]
  /** `$select` was there. */
  readonly isSelected: boolean
  /** A predicate over alias `t`; undefined = every row. */
  readonly filter?: string
  readonly order: readonly { readonly sql: string; readonly descending: boolean }[]
  readonly top?: number
  readonly skip: number
  readonly count: boolean
  readonly after?: After
}

/** Where the page before ended, in a version that must still be the same. */
export interface After {
  readonly version: number
  readonly stamp: string
  readonly row: number
}

/** System query options by name, as they came, decoded once. */
export type Options = ReadonlyMap<string, string>

const KNOWN = new Set(['$select', '$filter', '$orderby', '$top', '$skip', '$count', '$skiptoken', '$format'])
const OF_ODATA = /^\$(expand|search|apply|compute|levels|deltatoken|index|schemaversion|id)$/
const LONGEST = 16_000

/**
 * Reads what stands after `?`. A name without `$` is the caller's own and ignored, unless it is one of ours without its sign: to
 * ignore `filter=..` would give every row to whoever asked for a few.
 */
export function readOptions(query: string): Options {
  const options = new Map<string, string>()
  for (const part of query.split('&')) {
    const at = part.indexOf('=')
    const name = decoded(at < 0 ? part : part.slice(0, at)).trim()
    const value = decoded(at < 0 ? '' : part.slice(at + 1))
    if (name === '') continue
    if (KNOWN.has(`$${name}`) && name !== 'format')
      throw invalid(`\`${name}\``, 'the options of OData begin with a `$`.')
    if (name.startsWith('@')) throw unsupported('the address', 'there are no parameter aliases.')
    if (!name.startsWith('$')) continue
    if (OF_ODATA.test(name)) throw unsupported(name, 'this option is not known here.')
    if (!KNOWN.has(name)) throw invalid('the address', `OData has no option ${quotedName(name)}.`)
    if (options.has(name)) throw invalid(name, 'it is there twice.')
    if (value.length > LONGEST) throw invalid(name, `it may have ${LONGEST} characters.`)
    options.set(name, value)
  }
  return options
}

/** A plus is a space, as forms and most clients write it; a real one is `%2B`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalid('the address', 'a `%` in it is not followed by two digits of UTF-8.')
  }
}

/** USAGE where one of the options has no meaning at this address. */
export function allowOnly(options: Options, allowed: readonly string[], where: string): void {
  for (const name of options.keys())
    if (!allowed.includes(name) && name !== '$format') throw invalid(name, `it has no meaning for ${where}.`)
}

export function askedOf(options: Options, table: FeedTable, inAddress: boolean): Asked {
  const [top, after] = [whole(options, '$top'), afterOf(options)]
  const filter = filterOf(options, table, inAddress)
  return {
    ...selected(options, table),
    ...(filter === undefined ? {} : { filter }),
    order: orderOf(options, { table, where: '$orderby', inAddress }),
    ...(top === undefined ? {} : { top }),
    skip: whole(options, '$skip') ?? 0,
    count: counted(options),
    ...(after ? { after } : {}),
  }
}

export function filterOf(options: Options, table: FeedTable, inAddress: boolean): string | undefined {
  const text = options.get('$filter')
  if (text === undefined) return undefined
  return predicateSql(parseExpression(text, '$filter'), { table, where: '$filter', inAddress })
}

export function selected(options: Options, table: FeedTable): Pick<Asked, 'columns' | 'isSelected'> {
  const names = options
    .get('$select')
    ?.split(',')
    .map((name) => name.trim())
  if (names === undefined || names.includes('*')) return { columns: table.columns, isSelected: false }
  const chosen = new Set(names.map((name) => selectable(name, table)))
  return { columns: table.columns.filter((column) => chosen.has(column)), isSelected: true }
}

function selectable(name: string, table: FeedTable): FeedColumn {
  if (name.includes('/')) throw unsupported('$select', 'there are no paths: columns have no parts.')
  if (name === '') throw invalid('$select', 'a name is missing.')
  return columnNamed(table, name, '$select')
}

function orderOf(options: Options, printing: Printing): Asked['order'] {
  const text = options.get('$orderby')
  if (text === undefined) return []
  return parseOrder(text, printing.where).map(({ by, descending }) => ({
    sql: orderSql(by, printing),
    descending,
  }))
}

function whole(options: Options, name: string): number | undefined {
  const text = options.get(name)?.trim()
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw invalid(name, 'it must be a whole number that is not negative.')
  return Number(text)
}

function counted(options: Options): boolean {
  const text = options.get('$count')?.trim() ?? 'false'
  if (text !== 'true' && text !== 'false') throw invalid('$count', 'it must be `true` or `false`.')
  return text === 'true'
}

function afterOf(options: Options): After | undefined {
  const text = options.get('$skiptoken')
  if (text === undefined) return undefined
  const [, version, stamp, row] = /^(\d{1,10})-([0-9a-f]{16})-(\d{1,15})$/.exec(text) ?? []
  if (version === undefined || stamp === undefined || row === undefined)
    throw invalid('$skiptoken', 'it is none that this server has given.')
  return { version: Number(version), stamp, row: Number(row) }
}

/** The same question from behind a row: what was skipped stays skipped, what was counted stays counted. */
export function nextQuery(
  options: Options,
  { version, stamp, row }: After,
  left: number | undefined,
): string {
  const kept = [...options].filter(([name]) => !['$skip', '$count', '$top', '$skiptoken'].includes(name))
  const token = `${version}-${stamp}-${row}`
  const all = [...kept, ...(left === undefined ? [] : [['$top', String(left)]]), ['$skiptoken', token]]
  return all.map(([name, value = '']) => `${name}=${encodeURIComponent(value)}`).join('&')
}
