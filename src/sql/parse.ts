import { asNode, isRecord, listOf, recordOf, type SqlNode } from './walk.ts'

/** A parsed query, or why it is none. Lines count from 1 in the text that was given. */
export type Parsed =
  | { readonly ok: true; readonly query: SqlNode }
  | { readonly ok: false; readonly message: string; readonly line: number }

const QUERIES: ReadonlySet<string> = new Set(['select', 'union', 'intersect', 'except'])

const refused = (message: string, line: number): Parsed => ({ ok: false, message, line })

/** Parses one SELECT in DuckDB's dialect. The parser takes 0.2 s to load: nothing else in the program imports it. */
export async function parseQuery(sql: string): Promise<Parsed> {
  const { parse, Dialect } = await import('@polyglot-sql/sdk')
  const result = parse(sql, Dialect.DuckDB)
  if (!result.success) {
    const message = (result.error ?? 'not SQL').replace(/^Parse error at line \d+, column \d+: /, '')
    return refused(message, result.errorLine ?? 1)
  }
  const statements = listOf(result.ast)
  if (statements.length === 0) return refused('there is no statement', 1)
  if (statements.length > 1) return refused(`${statements.length} statements where one SELECT is expected`, 1)
  const query = asNode(statements[0])
  if (!query || !QUERIES.has(query.kind))
    return refused(`a SELECT is expected, not ${query?.kind ?? 'this'}`, 1)
  return { ok: true, query }
}

/** Parses one scalar expression or predicate; anything that would end it early is refused. */
export async function parseExpression(sql: string): Promise<Parsed> {
  const parsed = await parseQuery(`select case when\n${sql}\nthen 1 end`)
  if (!parsed.ok) return { ...parsed, line: Math.max(1, parsed.line - 1) }
  const { query } = parsed
  const [only, ...others] = listOf(query.fields.expressions)
  const whens = listOf(recordOf(isRecord(only) ? only.case : undefined).whens)
  const [condition, result] = listOf(whens[0])
  const node = asNode(condition)
  const whole = query.kind === 'select' && others.length === 0 && whens.length === 1 && !query.fields.from
  const untouched = recordOf(recordOf(result).literal).value === '1'
  if (!whole || !untouched || !node) return refused('one expression is expected', 1)
  return { ok: true, query: node }
}
