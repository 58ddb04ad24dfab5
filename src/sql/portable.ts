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

/** A model is a table, which has no order; a question is read as it comes, in its order and no more of it than asked for. */
export type Use = 'model' | 'question'

/** Everything in a query outside the portable subset, in order of appearance. */
export function notPortable(query: SqlNode, use: Use = 'model'): NotPortable[] {
  const found: NotPortable[] = []
  walk({ [query.kind]: query.fields }, (node, line) => {
    for (const { message, hint, line: own } of check(node, use)) {
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

function check(node: SqlNode, use: Use): Finding[] {
  const known = NODES[node.kind]
  if (!known) return [unknownKind(node)]
  const isQuestion = use === 'question' && node.kind === 'select'
  const parts = isQuestion ? [...known, ...OF_A_QUESTION] : known
  const unknown = Object.keys(node.fields)
    .filter(
      (part) =>
        isUsed(node.fields[part]) &&
        !parts.includes(part) &&
        !SPELLING.has(part) &&
        !part.endsWith('comments'),
    )
    .map((part) => refusal(`\`${words(part)}\``, NODE_HINTS[`${node.kind}.${part}`] ?? NODE_HINTS[part]))
  const checked = CHECKS[node.kind]?.(node.fields) ?? []
  return [...unknown, ...(isQuestion ? checked.filter((one) => one !== BY_POSITION) : checked)]
}

/** `group by 1` and these are written by our own compiler of questions, and printed for every engine. */
const OF_A_QUESTION = ['order_by', 'limit', 'offset']

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

const COMPARISONS: ReadonlySet<string> = new Set('eq neq lt lte gt gte in between like is_null'.split(' '))
const CONDITIONS: ReadonlySet<string> = new Set([...COMPARISONS, 'not', 'and', 'or'])

type Check = (fields: SqlNode['fields']) => Finding[]

const CHECKS: Readonly<Record<string, Check>> = {
  select: (fields) => [...joins(fields), ...grouping(fields), ...recursion(fields)],
  except: ({ all }) => (all === true ? [refusal('`except all`', 'use except, or count the rows')] : []),
  intersect: ({ left, all }) => [
    ...(all === true ? [refusal('`intersect all`', 'use intersect, or count the rows')] : []),
    ...(SETS.has(asNode(left)?.kind ?? '')
      ? [refusal('`intersect` after another set operation', 'put brackets around the one that comes first')]
      : []),
  ],
  literal: ({ literal_type }) =>
    LITERALS.has(textOf(literal_type) ?? '')
      ? []
      : [refusal(`a ${words(textOf(literal_type) ?? '')}`, "write the text in single quotes: 'it''s'")],
  concat: ({ left, right }) => brackets([left, right], ARITHMETIC),
  add: ({ left, right }) => brackets([left, right], CONCAT),
  sub: ({ left, right }) => brackets([left, right], CONCAT),
  mul: ({ left, right }) => brackets([left, right], CONCAT),
  ...comparisons(),
  round: ({ decimals }) => wholeNumber('the places of round', decimals),
  substring: ({ start, length }) => [
    ...wholeNumber('the start of substring', start, 1),
    ...wholeNumber('the length of substring', length, 0),
  ],
  lag: ({ offset }) => wholeNumber('the distance of lag', offset, 0),
  lead: ({ offset }) => wholeNumber('the distance of lead', offset, 0),
  window_function: ({ this: inner, over }) => window(asNode(inner)?.fields ?? {}, recordOf(over)),
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
      ? brackets([left, right], CONCAT)
      : [
          refusal(
            '`/` between whole numbers or decimals',
            'use ratio(a, b, scale); for a double, cast one side to double',
          ),
        ],
}

/** `a = b in (c)`, `a = b is null`: nobody reads these alike. */
function comparisons(): Readonly<Record<string, Check>> {
  const inner = ({ left, right, this: x, low, high }: SqlNode['fields']): Finding[] =>
    [left, right, x, low, high].some((side) => CONDITIONS.has(asNode(side)?.kind ?? ''))
      ? [refusal('a condition inside a comparison without brackets', 'write the brackets: (a = b) is null')]
      : []
  return Object.fromEntries([...COMPARISONS].map((kind) => [kind, inner]))
}

const SETS: ReadonlySet<string> = new Set(['union', 'except'])
const LITERALS: ReadonlySet<string> = new Set(['string', 'number', 'date', 'timestamp'])
const ARITHMETIC: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div'])
const CONCAT: ReadonlySet<string> = new Set(['concat'])

/** Engines, and the parser, do not agree what `||` binds more tightly than. */
const brackets = (sides: readonly unknown[], kinds: ReadonlySet<string>): Finding[] =>
  sides.some((side) => kinds.has(asNode(side)?.kind ?? ''))
    ? [refusal('`||` beside arithmetic without brackets', "write the brackets: 'x' || (a + b)")]
    : []

/** Something that is either left out or written as a whole number. */
function wholeNumber(what: string, expression: unknown, least = Number.NEGATIVE_INFINITY): Finding[] {
  const node = asNode(expression)
  if (!node) return []
  const { literal_type, value } = recordOf((node.kind === 'neg' ? asNode(node.fields.this) : node)?.fields)
  const isWhole = literal_type === 'number' && /^\d+$/.test(textOf(value) ?? '')
  const number = Number(value) * (node.kind === 'neg' ? -1 : 1)
  return isWhole && number >= least
    ? []
    : [
        refusal(
          `${what} as anything but a whole number${least === 1 ? ' from 1 on' : ''}`,
          'write the number itself',
        ),
      ]
}

function window(
  call: SqlNode['fields'],
  { frame, window_name }: Readonly<Record<string, unknown>>,
): Finding[] {
  const { kind, exclude } = recordOf(frame)
  return [
    ...(isUsed(call.distinct) ? [refusal('`distinct` in a window', 'count in a CTE and join it')] : []),
    ...(isUsed(window_name) ? [refusal('a named window', 'write the window out in over (..)')] : []),
    ...(isUsed(frame) && (kind !== 'Rows' || isUsed(exclude))
      ? [refusal('a frame other than `rows between`', 'use rows between .. and ..')]
      : []),
  ]
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
  return [...whole, ...positions.map(() => BY_POSITION)]
}

const BY_POSITION = refusal('grouping by position', 'name the columns')

const recursion = ({ with: clause }: SqlNode['fields']): Finding[] =>
  recordOf(clause).recursive === true ? [refusal('`with recursive`', 'join dim_date for series of days')] : []

function functionCall(name: string, args: readonly unknown[]): Finding[] {
  if (!FUNCTIONS.has(name)) return [refusal(`the function \`${name}\``, FUNCTION_HINTS[name])]
  const part = textOf(recordOf(asNode(args[0])?.fields).value) ?? ''
  if (name === 'ratio') return ratioScale(args[2])
  if (name === 'round') return wholeNumber('the places of round', args[1])
  return name in DATE_PARTS ? datePart(name, part) : []
}

function ratioScale(scale: unknown): Finding[] {
  const written = textOf(recordOf(asNode(scale)?.fields).value) ?? ''
  return /^[0-6]$/.test(written) ? [] : [refusal('a scale of ratio that is not written out', 'write 0 to 6')]
}

function datePart(name: string, part: string): Finding[] {
  const known = DATE_PARTS[name] ?? []
  return known.includes(part.toLowerCase())
    ? []
    : [refusal(`the date part \`${part}\` in ${name}`, `use ${known.join(', ')}`)]
}
