import { DATE_PARTS, FUNCTION_HINTS, FUNCTIONS, TYPES } from './functions.ts'
import { NODE_HINTS, NODES, SPELLING } from './subset.ts'
import { asNode, lineOf, listOf, nameOf, recordOf, type SqlNode, textOf, walk } from './walk.ts'

/** Something a query may not use, because not every engine has it or means the same by it. */
export interface NotPortable {
  readonly message: string
  readonly hint?: string
  readonly line: number
}

const JOINS: Readonly<Record<string, string>> = {
  Semi: 'use where exists (select 1 from ..)',
  Anti: 'use where not exists (select 1 from ..)',
  Natural: 'write the condition out: on a.x = b.x',
  Implicit: 'use cross join, or join .. on',
}
const PLAIN_JOINS: ReadonlySet<string> = new Set(['Inner', 'Left', 'Right', 'Full', 'Cross'])

const isUsed = (value: unknown): boolean =>
  value !== null &&
  value !== undefined &&
  value !== false &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0)

/** Everything in a query outside the portable subset, in order of appearance. */
export function notPortable(query: SqlNode): NotPortable[] {
  const found: NotPortable[] = []
  walk({ [query.kind]: query.fields }, (node, line) => {
    for (const { message, hint, line: own } of check(node)) {
      found.push({ message, ...(hint === undefined ? {} : { hint }), line: own ?? line })
    }
  })
  return found
}

interface Finding {
  readonly message: string
  readonly hint?: string | undefined
  readonly line?: number | undefined
}

function check(node: SqlNode): Finding[] {
  const parts = NODES[node.kind]
  if (!parts) return [unknownKind(node)]
  const unknown = Object.keys(node.fields)
    .filter(
      (part) =>
        isUsed(node.fields[part]) &&
        !parts.includes(part) &&
        !SPELLING.has(part) &&
        !part.endsWith('comments'),
    )
    .map((part) => refusal(`\`${words(part)}\``, NODE_HINTS[`${node.kind}.${part}`] ?? NODE_HINTS[part]))
  return [...unknown, ...(CHECKS[node.kind]?.(node.fields) ?? [])]
}

const words = (part: string): string => part.replaceAll('_', ' ')

const refusal = (what: string, hint?: string, line?: number): Finding => ({
  message: `${what} is not in the portable subset`,
  hint,
  line,
})

function unknownKind({ kind, fields }: SqlNode): Finding {
  const name = kind === 'aggregate_function' ? (textOf(fields.name) ?? kind).toLowerCase() : kind
  const hint = NODE_HINTS[name] ?? FUNCTION_HINTS[name] ?? FUNCTION_HINTS[name.replaceAll('_', '')]
  return refusal(`\`${words(name)}\``, hint)
}

type Check = (fields: SqlNode['fields']) => Finding[]

const CHECKS: Readonly<Record<string, Check>> = {
  select: (fields) => [...joins(fields), ...grouping(fields), ...recursion(fields)],
  function: ({ name, args }) => functionCall((textOf(name) ?? '').toLowerCase(), listOf(args)),
  extract: ({ field }) => datePart('extract', textOf(field) ?? textOf(recordOf(field).Custom) ?? ''),
  cast: ({ to }) => {
    const type = textOf(recordOf(to).data_type) ?? ''
    return TYPES.has(type)
      ? []
      : [
          refusal(
            `the type \`${words(type)}\``,
            'use varchar, integer, bigint, decimal(p,s), double, boolean, date or timestamp',
          ),
        ]
  },
  div: ({ left, right }) =>
    [left, right].some(isDouble)
      ? []
      : [
          refusal(
            '`/` between whole numbers or decimals',
            'use ratio(a, b, scale); for a double, cast one side to double',
          ),
        ],
}

function isDouble(value: unknown): boolean {
  const node = asNode(value)
  if (node?.kind === 'paren') return isDouble(node.fields.this)
  return node?.kind === 'cast' && recordOf(node.fields.to).data_type === 'double'
}

function joins({ from, joins: list }: SqlNode['fields']): Finding[] {
  const tables = listOf(recordOf(from).expressions)
  const commas =
    tables.length > 1 ? [refusal('a comma between tables', JOINS.Implicit, lineOf(tables[1]))] : []
  const calls = [...tables, ...listOf(list).map((join) => recordOf(join).this)]
    .filter((source) => asNode(source)?.kind === 'function')
    .map((source) => refusal('a function in place of a table', 'read a table of the model', lineOf(source)))
  return [...commas, ...calls, ...listOf(list).flatMap(joinKind)]
}

function joinKind(join: unknown): Finding[] {
  const { kind, using } = recordOf(join)
  const name = textOf(kind) ?? ''
  const line = lineOf(join)
  const bad = PLAIN_JOINS.has(name) ? [] : [refusal(`a ${name.toLowerCase()} join`, JOINS[name], line)]
  return isUsed(using) ? [...bad, refusal('`using`', 'write the condition out: on a.x = b.x', line)] : bad
}

function grouping({ group_by }: SqlNode['fields']): Finding[] {
  const { expressions, all, totals } = recordOf(group_by)
  const whole = isUsed(all) || isUsed(totals) ? [refusal('`group by all`', 'name the columns')] : []
  const positions = listOf(expressions).filter((expression) => {
    const node = asNode(expression)
    return (
      node?.kind === 'literal' ||
      (node?.kind === 'column' && (nameOf(node.fields.name) ?? '').toLowerCase() === 'all')
    )
  })
  return [...whole, ...positions.map(() => refusal('grouping by position', 'name the columns'))]
}

const recursion = ({ with: clause }: SqlNode['fields']): Finding[] =>
  recordOf(clause).recursive === true ? [refusal('`with recursive`', 'join dim_date for series of days')] : []

function functionCall(name: string, args: readonly unknown[]): Finding[] {
  if (!FUNCTIONS.has(name)) return [refusal(`the function \`${name}\``, FUNCTION_HINTS[name])]
  const part = textOf(recordOf(asNode(args[0])?.fields).value) ?? ''
  return name in DATE_PARTS ? datePart(name, part) : []
}

function datePart(name: string, part: string): Finding[] {
  const known = DATE_PARTS[name] ?? []
  return known.includes(part.toLowerCase())
    ? []
    : [refusal(`the date part \`${part}\` in ${name}`, `use ${known.join(', ')}`)]
}
