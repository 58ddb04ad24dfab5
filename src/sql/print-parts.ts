import { C360Error } from '../errors.ts'
import type { Columns } from './types.ts'
import { asNode, listOf, nameOf, recordOf, type SqlNode, textOf } from './walk.ts'

export const notPrinted = (kind: string): C360Error =>
  new C360Error('INTERNAL', `no engine can print ${kind}`)

export function nodeIn(value: unknown): SqlNode {
  const node = asNode(value)
  if (!node) throw notPrinted('something that is no node')
  return node
}

/** The names a SELECT gives, lower case, and what they stand for. */
export function aliasesOf(expressions: unknown): ReadonlyMap<string, SqlNode> {
  const named = listOf(expressions).flatMap((item) => {
    const node = asNode(item)
    const inner = node?.kind === 'alias' ? asNode(node.fields.this) : undefined
    return node && inner ? [[(nameOf(node.fields.alias) ?? '').toLowerCase(), inner] as const] : []
  })
  return new Map(named)
}

export function renamedColumns(columns: Columns, names: unknown): Columns {
  const given = listOf(names).map((name) => nameOf(name) ?? '')
  return columns.map(([name, type], index) => [given[index] ?? name, type])
}

const JOIN_WORDS: Readonly<Record<string, string>> = {
  Inner: 'join',
  Left: 'left join',
  Right: 'right join',
  Full: 'full join',
  Cross: 'cross join',
}

export function joinWord(kind: string): string {
  const word = JOIN_WORDS[kind]
  if (word === undefined) throw notPrinted(`${kind} join`)
  return word
}

/** The sides of a chain of UNION ALL when each is a row of words and numbers; otherwise none. */
export function writtenSelects({ kind, fields }: SqlNode): readonly SqlNode[] {
  if (kind === 'select') return isWritten(fields) ? [{ kind, fields }] : []
  if (kind !== 'union' || fields.all !== true || fields.with) return []
  const [left, right] = [asNode(fields.left), asNode(fields.right)].map((side) =>
    side ? writtenSelects(side) : [],
  )
  return left && right && left.length > 0 && right.length > 0 ? [...left, ...right] : []
}

const isWritten = ({
  expressions,
  from,
  where_clause,
  group_by,
  having,
  distinct,
  with: clause,
}: SqlNode['fields']): boolean =>
  ![from, where_clause, group_by, having, clause].some((part) => part !== null && part !== undefined) &&
  distinct !== true &&
  listOf(expressions).every((item) => {
    const node = asNode(item)
    return isConstant(node?.kind === 'alias' ? node.fields.this : item)
  })

function isConstant(expression: unknown): boolean {
  const node = asNode(expression)
  if (node?.kind === 'cast' || node?.kind === 'neg') return isConstant(node.fields.this)
  return node !== undefined && ['literal', 'boolean', 'null'].includes(node.kind)
}

/** The whole number an expression is, or undefined. */
export function positionOf(expression: unknown): number | undefined {
  const node = asNode(expression)
  const written = node?.kind === 'literal' && node.fields.literal_type === 'number' ? node.fields.value : ''
  return /^\d+$/.test(textOf(written) ?? '') ? Number(written) : undefined
}

export interface Page {
  readonly limit: number
  readonly offset: number
}

/** How many rows a SELECT wants, after how many; undefined = all. */
export function pageOf({ limit, offset }: SqlNode['fields']): Page | undefined {
  const isThere = (part: unknown): boolean => part !== null && part !== undefined
  if (!isThere(limit) && !isThere(offset)) return undefined
  const most = positionOf(recordOf(limit).this)
  const first = isThere(offset) ? positionOf(recordOf(offset).this) : 0
  if (most === undefined || first === undefined) throw notPrinted('a limit that is no whole number')
  return { limit: most, offset: first }
}

export const usualPage = ({ limit, offset }: Page): string =>
  `limit ${limit}${offset > 0 ? ` offset ${offset}` : ''}`
