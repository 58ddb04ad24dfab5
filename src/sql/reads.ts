import { asNode, isRecord, lineOf, listOf, nameOf, recordOf, type SqlNode } from './walk.ts'

/** A table a query names in FROM or JOIN, and the line it does so on. */
export interface TableRead {
  readonly schema?: string
  readonly name: string
  readonly line: number
}

type Scope = ReadonlySet<string>

/** The tables a query reads, once each in order of appearance; names of CTEs are left out where they are in scope. */
export function tablesRead(query: SqlNode): TableRead[] {
  const found = new Map<string, TableRead>()
  visit({ [query.kind]: query.fields }, new Set(), (read) => {
    const key = `${read.schema ?? ''}.${read.name}`.toLowerCase()
    if (!found.has(key)) found.set(key, read)
  })
  return [...found.values()]
}

function visit(value: unknown, scope: Scope, report: (read: TableRead) => void): void {
  if (Array.isArray(value)) {
    for (const part of value) visit(part, scope, report)
    return
  }
  if (!isRecord(value)) return
  const node = asNode(value)
  if (node?.kind === 'table') reportTable(node, scope, report)
  const fields = node ? node.fields : value
  const inner = withScope(fields.with, scope, report)
  for (const [key, part] of Object.entries(fields)) if (key !== 'with') visit(part, inner, report)
}

/** Reads the CTEs in order (each sees the ones before it, and itself when recursive) and returns what the query sees. */
function withScope(clause: unknown, scope: Scope, report: (read: TableRead) => void): Scope {
  const { ctes, recursive } = recordOf(clause)
  let seen = scope
  for (const cte of listOf(ctes)) {
    const { alias, this: body } = recordOf(cte)
    const extended = new Set(seen).add((nameOf(alias) ?? '').toLowerCase())
    visit(body, recursive === true ? extended : seen, report)
    seen = extended
  }
  return seen
}

function reportTable(node: SqlNode, scope: Scope, report: (read: TableRead) => void): void {
  const name = nameOf(node.fields.name)
  const schema = nameOf(node.fields.schema)
  if (name === undefined || (schema === undefined && scope.has(name.toLowerCase()))) return
  report({ ...(schema === undefined ? {} : { schema }), name, line: lineOf(node.fields.name) ?? 1 })
}

/** The names of the columns a query returns; undefined for one without a name or a star. */
export function outputColumns(query: SqlNode): (string | undefined)[] {
  if (query.kind !== 'select') {
    const left = asNode(query.fields.left)
    return left ? outputColumns(left) : []
  }
  return listOf(query.fields.expressions).map((expression) => {
    const node = asNode(expression)
    if (node?.kind === 'alias') return nameOf(node.fields.alias)
    return node?.kind === 'column' ? nameOf(node.fields.name) : undefined
  })
}
