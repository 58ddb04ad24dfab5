import type { Problem } from '../../errors.ts'
import { asNode, listOf, nameOf, recordOf, type SqlNode } from '../../sql/walk.ts'

/** A legacy view, parsed. Lines are those of the file. */
export interface ParsedView {
  /** The name in CREATE VIEW; undefined for a bare SELECT. */
  readonly name?: string
  /** Column names given after the view's name. */
  readonly columns: readonly string[]
  readonly query: SqlNode
  /** The YAML after `reconcile:` in the first comment. */
  readonly settings?: { readonly yaml: string; readonly line: number }
}

/** Lines a script for SQL Server has around a view; they say nothing about its rows. */
const AROUND =
  /^[ \t]*(?:GO|USE[ \t]+\S+|SET[ \t]+(?:ANSI_NULLS|QUOTED_IDENTIFIER|NOCOUNT|ANSI_PADDING)[ \t]+(?:ON|OFF))[ \t]*;?[ \t]*$/gim

const problem = (message: string, line: number, hint?: string): Problem => ({
  code: 'legacy_sql',
  message,
  line,
  ...(hint === undefined ? {} : { hint }),
})

/** Reads one view (CREATE [OR ALTER] VIEW .. AS, or a bare SELECT) in T-SQL. */
export async function parseView(text: string): Promise<ParsedView | Problem> {
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const { parse, Dialect } = await import('@polyglot-sql/sdk')
  const result = parse(plain.replace(AROUND, ''), Dialect.TSQL)
  if (!result.success) {
    const message = (result.error ?? 'not SQL').replace(/^Parse error at line \d+, column \d+: /, '')
    return problem(message, result.errorLine ?? 1)
  }
  const statements = listOf(result.ast)
  if (statements.length !== 1)
    return problem(`${statements.length} statements where one view is expected`, 1, 'one view per file')
  return readStatement(asNode(statements[0]), settingsOf(plain))
}

function readStatement(
  statement: SqlNode | undefined,
  settings: ParsedView['settings'],
): ParsedView | Problem {
  const more = settings === undefined ? {} : { settings }
  if (statement?.kind === 'select' || statement?.kind === 'union')
    return { columns: [], query: statement, ...more }
  const query = statement?.kind === 'create_view' ? asNode(statement.fields.query) : undefined
  if (!statement || !query)
    return problem(`a view is expected, not ${statement?.kind.replaceAll('_', ' ') ?? 'this'}`, 1)
  const name = nameOf(recordOf(statement.fields.name).name)
  const columns = listOf(statement.fields.columns).map(
    (column) => nameOf(recordOf(column).name) ?? nameOf(column) ?? '',
  )
  return { columns, query, ...(name === undefined ? {} : { name }), ...more }
}

/** The first block comment that begins with `reconcile:` holds settings as YAML. */
function settingsOf(text: string): ParsedView['settings'] {
  const [whole, before = '', yaml = ''] = /^([\s\S]*?\/\*\s*reconcile:)([\s\S]*?)\*\//i.exec(text) ?? []
  if (whole === undefined || before.lastIndexOf('/*') !== before.search(/\/\*\s*reconcile:/i))
    return undefined
  return { yaml, line: before.split('\n').length }
}
