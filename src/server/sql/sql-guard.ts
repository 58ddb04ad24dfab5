import type { Problem } from '../../errors.ts'
import { didYouMean } from '../../project/words.ts'
import { allowedFunctions, allowedTableFunctions } from './sql-functions.ts'

type Node = Readonly<Record<string, unknown>>

/** Names a query sees at one place: the tables of the sandbox, and its own WITH queries. */
interface Scope {
  /** `gold.customer_360`, lower case. */
  readonly tables: ReadonlySet<string>
  readonly ctes: ReadonlySet<string>
  readonly used: Set<string>
}

export type Verdict =
  | { readonly ok: true; readonly tables: readonly string[] }
  | { readonly ok: false; readonly problem: Problem }

/** Everything a SELECT is made of; a kind that a newer engine adds is refused until somebody has looked at it. */
const NODES: ReadonlySet<string> = new Set([
  'SELECT_NODE',
  'SET_OPERATION_NODE',
  'RECURSIVE_CTE_NODE',
  'CTE_NODE',
  'EMPTY',
  'BASE_TABLE',
  'SUBQUERY',
  'JOIN',
  'TABLE_FUNCTION',
  'EXPRESSION_LIST',
  'PIVOT',
  'SHOW_REF',
  'ORDER_MODIFIER',
  'LIMIT_MODIFIER',
  'LIMIT_PERCENT_MODIFIER',
  'DISTINCT_MODIFIER',
  'ORDER_DEFAULT',
  'ASCENDING',
  'DESCENDING',
])

const EXPRESSIONS: ReadonlySet<string> = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLLATE',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'FUNCTION',
  'LAMBDA',
  'LAMBDA_REF',
  'OPERATOR',
  'POSITIONAL_REFERENCE',
  'STAR',
  'SUBQUERY',
  'WINDOW',
])

class Refused extends Error {
  readonly problem: Problem
  constructor(code: string, message: string, hint?: string) {
    super(message)
    this.problem = { code, message, ...(hint === undefined ? {} : { hint }) }
  }
}

/**
 * Judges a statement by the engine's own parse of it (`json_serialize_sql`): one SELECT, over the named tables only, with functions of the
 * allowed list only. By its tree, not its text: there is no second parser that could read it otherwise.
 */
export function judge(parsed: unknown, tables: readonly string[]): Verdict {
  const used = new Set<string>()
  try {
    const statements = listOf(nodeOf(parsed)?.statements)
    if (nodeOf(parsed)?.error === true) throw notSelect(nodeOf(parsed))
    if (statements.length !== 1)
      throw new Refused('sql_statements', `One statement at a time; this is ${statements.length}.`)
    const scope = { tables: new Set(tables.map((name) => name.toLowerCase())), ctes: new Set<string>(), used }
    visit(nodeOf(statements[0])?.node, scope)
    if (nodeOf(nodeOf(statements[0])?.node) === undefined) throw new Refused('sql_kind', ONLY_SELECT)
    return { ok: true, tables: [...used] }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problem: error.problem }
    throw error
  }
}

const ONLY_SELECT = 'Only a SELECT can be asked here.'

function notSelect(parsed: Node | undefined): Refused {
  const message = String(parsed?.error_message ?? '')
  return parsed?.error_type === 'parser'
    ? new Refused('sql_syntax', message.split('\n', 1)[0] ?? message)
    : new Refused(
        'sql_kind',
        ONLY_SELECT,
        'Nothing can be written, attached, set or loaded. PIVOT names its values: `pivot t on channel in (..)`.',
      )
}

const nodeOf = (value: unknown): Node | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Node) : undefined
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '')

function visit(value: unknown, scope: Scope): void {
  if (Array.isArray(value)) for (const item of value) visit(item, scope)
  const node = nodeOf(value)
  if (!node) return
  check(node, scope)
  // A constant is data, whatever it looks like; a type is no place to hide a query in.
  if (node.class === 'CONSTANT') return
  const inner = withQueries(node, scope)
  for (const [key, part] of Object.entries(node)) {
    if (key === 'cte_map' || key === 'cast_type') continue
    const recursive = node.type === 'RECURSIVE_CTE_NODE' && key === 'right'
    visit(part, recursive ? withName(inner, textOf(node.cte_name)) : inner)
  }
}

/** Each WITH query sees those before it, as the engine has it: a later name must not lend itself to an earlier query. */
function withQueries(node: Node, outer: Scope): Scope {
  let scope = outer
  for (const entry of listOf(nodeOf(node.cte_map)?.map)) {
    const { key, value } = nodeOf(entry) ?? {}
    visit(value, scope)
    scope = withName(scope, textOf(key))
  }
  return scope
}

const withName = (scope: Scope, name: string): Scope => ({ ...scope, ctes: new Set([...scope.ctes, name]) })

function check(node: Node, scope: Scope): void {
  if (typeof node.class === 'string') checkExpression(node)
  else if (typeof node.type === 'string') checkNode(node, scope)
}

function checkExpression(node: Node): void {
  const kind = String(node.class)
  if (!EXPRESSIONS.has(kind)) throw new Refused('sql_kind', `${kind.toLowerCase()} cannot be used here.`)
  if (kind === 'FUNCTION' || kind === 'WINDOW') checkFunction(node, allowedFunctions)
}

function checkFunction(node: Node, allowed: ReadonlySet<string>): void {
  const name = textOf(node.function_name)
  // The parser itself names the engine's own functions so, for example for `{a: 1}`.
  if (!['', 'system'].includes(textOf(node.catalog)) || !['', 'main'].includes(textOf(node.schema)))
    throw new Refused('sql_function', `Functions are named without a schema: \`${name}\`.`)
  if (!allowed.has(name))
    throw new Refused(
      'sql_function',
      `The function \`${name}\` cannot be used here.`,
      didYouMean(name, [...allowed]),
    )
}

function checkNode(node: Node, scope: Scope): void {
  const kind = String(node.type)
  if (!NODES.has(kind)) throw new Refused('sql_kind', `${kind.toLowerCase()} cannot be used here.`)
  if (kind === 'BASE_TABLE') checkTable(node, scope)
  if (kind === 'TABLE_FUNCTION') checkTableFunction(node)
  if (kind === 'SHOW_REF' && (textOf(node.table_name) !== '' || !nodeOf(node.query)))
    throw new Refused('sql_kind', 'The tables are listed beside the editor.')
}

function checkTableFunction(node: Node): void {
  const call = nodeOf(node.function)
  if (call?.class !== 'FUNCTION') throw new Refused('sql_kind', ONLY_SELECT)
  checkFunction(call, allowedTableFunctions)
}

function checkTable(node: Node, scope: Scope): void {
  const [catalog, schema, table] = [
    textOf(node.catalog_name),
    textOf(node.schema_name),
    textOf(node.table_name),
  ]
  if (node.at_clause !== null && node.at_clause !== undefined)
    throw new Refused('sql_kind', 'A version is chosen by the page, not with AT.')
  if (catalog === '' && schema === '' && scope.ctes.has(table)) return
  const name = `${schema === '' ? 'gold' : schema}.${table}`
  if (catalog !== '' || !scope.tables.has(name)) throw noTable([catalog, schema, table], scope)
  scope.used.add(name)
}

function noTable(parts: readonly string[], { tables, ctes }: Scope): Refused {
  const named = parts.filter((part) => part !== '').join('.')
  const known = [...tables].map((name) => (named.includes('.') ? name : name.replace(/^gold\./, '')))
  return new Refused(
    'sql_table',
    `There is no table \`${named}\` here.`,
    didYouMean(named, [...known, ...ctes]) ?? 'Tables of the schemas gold and silver can be asked.',
  )
}
