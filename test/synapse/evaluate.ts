import { calls, type Node, option, type Script, type Statement, textsIn, wordOf } from './script.ts'
import { parseJava, toUtc } from './times.ts'

/** Whole numbers and the hundredths of decimals are bigint, days and instants milliseconds since 1970. */
export type Value =
  | null
  | string
  | boolean
  | number
  | bigint
  | { readonly hundredths: bigint }
  | { readonly day: number }
  | { readonly instant: number }
  | readonly Value[]

export type Row = Readonly<Record<string, Value>>

/** Where a flow's files come from: the rows of those that match the wildcards, each with the path of its file. */
export type ReadFiles = (
  stream: string,
  wildcards: readonly string[],
) => readonly { readonly path: string; readonly cells: Readonly<Record<string, string>> }[]

/** The table behind the sink: what was in it before is changed as the sink says. */
export class Table {
  readonly rows = new Map<string, Row>()
}

/** Runs a flow once, as the documentation of its transformations has it; gives what ran through its streams. */
export function runFlow(
  { statements }: Script,
  parameters: Readonly<Record<string, string>>,
  read: ReadFiles,
  table: Table,
): ReadonlyMap<string, readonly Row[]> {
  const streams = new Map<string, readonly Row[]>()
  const marked = new Set<string>()
  const inputOf = ({ inputs }: Statement) => inputs.flatMap((input) => streams.get(input) ?? [])
  for (const statement of statements) {
    const { kind, stream } = statement
    const rows = inputOf(statement)
    if (kind === 'alterRow') marked.add(stream)
    if (kind === 'sink') toTable(statement, rows, marked.has(statement.inputs[0] ?? ''), table)
    else streams.set(stream, kind === 'source' ? source(statement, parameters, read) : step(statement, rows))
  }
  return streams
}

function source(statement: Statement, parameters: Readonly<Record<string, string>>, read: ReadFiles): Row[] {
  const of = (node: Node | undefined) => (node === undefined ? null : evaluate(node, {}, parameters))
  const wildcards = of(option(statement, 'wildcardPaths'))
  const url = String(of(option(statement, 'rowUrlColumn')))
  const names = calls(statement.args, 'output').flatMap((call) => call.args.map(({ value }) => wordOf(value)))
  const found = read(statement.stream, Array.isArray(wildcards) ? wildcards.map(String) : [])
  return found.map(({ path, cells }) => ({
    ...Object.fromEntries(names.map((name) => [name, cells[name] === '' ? null : (cells[name] ?? null)])),
    [url]: path,
  }))
}

function step({ kind, args }: Statement, rows: readonly Row[]): readonly Row[] {
  const [first] = args
  switch (kind) {
    case 'union':
    case 'alterRow':
      return rows
    case 'select': {
      const columns = calls(args, 'mapColumn').flatMap(({ args: list }) =>
        list.map(({ assigned, value }) => [assigned ?? wordOf(value), wordOf(value)] as const),
      )
      return rows.map((row) => Object.fromEntries(columns.map(([to, from]) => [to, row[from] ?? null])))
    }
    case 'derive':
      return rows.map((row) => ({
        ...row,
        ...Object.fromEntries(args.map(({ assigned = '', value }) => [assigned, evaluate(value, row)])),
      }))
    case 'filter':
      return rows.filter((row) => first !== undefined && evaluate(first.value, row) === true)
    case 'window':
      return ranked(args, rows)
    default:
      throw new Error(`no transformation ${kind}`)
  }
}

/** Rows of one partition in order, numbered from 1. Rows that the order does not tell apart come as they were, which no flow may count on. */
function ranked(args: Statement['args'], rows: readonly Row[]): Row[] {
  const keys = calls(args, 'over').flatMap((call) => call.args.map(({ value }) => value))
  const orders = args.flatMap(({ value }) =>
    value.is === 'call' && (value.name === 'asc' || value.name === 'desc') ? [value] : [],
  )
  const number = args.find(({ value }) => value.is === 'call' && value.name === 'rowNumber')?.assigned ?? ''
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyOf(keys.map((one) => evaluate(one, row)))
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  const compare = (a: Row, b: Row): number => {
    for (const { name, args: [by, nulls] = [] } of orders) {
      if (!by) continue
      const nullsFirst = nulls?.value.is === 'word' && nulls.value.name === 'true'
      const [x, y] = [evaluate(by.value, a), evaluate(by.value, b)]
      const found =
        x === null || y === null ? nullOrder(x, y, nullsFirst) : (name === 'desc' ? -1 : 1) * order(x, y)
      if (found !== 0) return found
    }
    return 0
  }
  return [...groups.values()].flatMap((group) =>
    group.toSorted(compare).map((row, at) => ({ ...row, [number]: BigInt(at + 1) })),
  )
}

const nullOrder = (x: Value, y: Value, first: boolean): number =>
  x === y ? 0 : (x === null) === first ? -1 : 1

function toTable(statement: Statement, rows: readonly Row[], upserts: boolean, { rows: table }: Table): void {
  const is = (name: string) => {
    const node = option(statement, name)
    return node?.is === 'word' && node.name === 'true'
  }
  const keys = textsIn(option(statement, 'keys'))
  if (is('truncate')) table.clear()
  for (const [at, row] of rows.entries()) {
    if (upserts && is('upsertable')) table.set(keyOf(keys.map((key) => row[key] ?? null)), row)
    else if (!upserts && is('insertable')) table.set(`row ${at}`, row)
    else throw new Error('the sink does not let its rows in')
  }
}

const spelled = (value: Value): unknown =>
  JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `${one}n` : one))
export const keyOf = (values: readonly Value[]): string => values.map(spelled).join('|')

function order(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  const [x, y] = [sortable(a), sortable(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

function sortable(value: Value): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if ('hundredths' in value) return value.hundredths
    if ('day' in value) return value.day
    if ('instant' in value) return value.instant
  }
  throw new Error('no order')
}

const same = (a: Value, b: Value): boolean | null =>
  a === null || b === null ? null : spelled(a) === spelled(b)

export function evaluate(node: Node, row: Row, parameters: Readonly<Record<string, string>> = {}): Value {
  const of = (one: Node | undefined): Value => (one === undefined ? null : evaluate(one, row, parameters))
  switch (node.is) {
    case 'text':
    case 'regex':
      return node.value
    case 'number':
      return BigInt(node.value)
    case 'parameter':
      return parameters[node.name] ?? null
    case 'word': {
      const value = row[node.name]
      if (value === undefined) throw new Error(`no column ${node.name}`)
      return value
    }
    case 'list':
      return node.items.map(of)
    case 'not': {
      const value = of(node.of)
      return value === null ? null : value !== true
    }
    case 'binary':
      return binary(node.op, of(node.left), of(node.right))
    case 'call':
      return call(
        node.name,
        node.args.map(({ value }) => value),
        of,
      )
  }
}

function binary(op: string, a: Value, b: Value): Value {
  switch (op) {
    case '==':
      return same(a, b)
    case '!=': {
      const equal = same(a, b)
      return equal === null ? null : !equal
    }
    case '&&':
      return a === false || b === false ? false : a === null || b === null ? null : true
    case '||':
      return a === true || b === true ? true : a === null || b === null ? null : false
    default:
      throw new Error(`no operator ${op}`)
  }
}

type Of = (node: Node | undefined) => Value

/** What looks at some of its arguments only, or takes null for a value. */
function call(name: string, args: readonly Node[], of: Of): Value {
  const [first, second, third] = args
  switch (name) {
    case 'null':
      return null
    case 'true':
      return true
    case 'false':
      return false
    case 'isNull':
      return of(first) === null
    case 'iif':
      return of(first) === true ? of(second) : of(third)
    case 'coalesce':
      return args.reduce<Value>((found, arg) => found ?? of(arg), null)
    case 'case': {
      for (let at = 0; at + 1 < args.length; at += 2) if (of(args[at]) === true) return of(args[at + 1])
      return args.length % 2 === 1 ? of(args.at(-1)) : null
    }
    default: {
      const values = args.map(of)
      return values.includes(null) ? null : strict(name, values)
    }
  }
}

const regexes = new Map<string, RegExp>()

function regex(source: string): RegExp {
  const made = regexes.get(source) ?? new RegExp(source, 'g')
  regexes.set(source, made)
  return made
}

/** Functions that are null where an argument is. */
function strict(name: string, [value = null, ...more]: readonly Value[]): Value {
  const x = typeof value === 'string' ? value : ''
  const [a = '', b = ''] = more.map((one) => (typeof one === 'string' ? one : String(one)))
  switch (name) {
    case 'toString':
      return String(value)
    case 'lower':
      return x.toLowerCase()
    case 'upper':
      return x.toUpperCase()
    case 'initCap':
      return x
        .toLowerCase()
        .replaceAll(/(^|\s)(\S)/g, (_, gap: string, letter: string) => gap + letter.toUpperCase())
    case 'length':
      return BigInt(x.length)
    case 'concat':
      return [value, ...more].map(String).join('')
    case 'left':
      return x.slice(0, Number(a))
    case 'substring':
      return more.length === 2 ? x.slice(Number(a) - 1, Number(a) - 1 + Number(b)) : x.slice(Number(a) - 1)
    case 'startsWith':
      return x.startsWith(a)
    case 'replace':
      return x.replaceAll(a, b)
    case 'regexReplace':
      return x.replaceAll(regex(a), b)
    case 'regexExtract':
      return [...x.matchAll(regex(a))][0]?.[Number(b === '' ? 1 : b)] ?? ''
    case 'rlike':
      return x.search(regex(a)) >= 0
    case 'in':
      return Array.isArray(value) && value.some((one) => same(one, more[0] ?? null) === true)
    default:
      return typed(name, x, value, a, b)
  }
}

function typed(name: string, x: string, value: Value, a: string, b: string): Value {
  switch (name) {
    case 'toLong':
      return /^[-+]?\d+(\.\d*)?$/.test(x) ? BigInt(x.replace(/\..*/, '').replace('+', '')) : null
    case 'toDecimal':
      if (a !== '18' || b !== '2') throw new Error('this reader knows decimal(18, 2) alone')
      return decimal(x)
    case 'toDate': {
      const time = parseJava(x, a)
      return time === undefined ? null : { day: time }
    }
    case 'toTimestamp': {
      const time = parseJava(x, a)
      return time === undefined ? null : { instant: time }
    }
    case 'toUTC':
      if (typeof value !== 'object' || value === null || !('instant' in value)) throw new Error('no instant')
      return { instant: toUtc(value.instant, a) }
    default:
      throw new Error(`no function ${name}`)
  }
}

/** Half up, away from zero. */
function decimal(text: string): Value {
  const [, sign, whole = '', fraction = ''] = /^([-+]?)(\d*)\.?(\d*)$/.exec(text) ?? []
  if (sign === undefined || whole + fraction === '') return null
  const scaled = BigInt(`${whole || '0'}${fraction.padEnd(3, '0').slice(0, 3)}`)
  const rounded = (scaled + 5n) / 10n
  return { hundredths: sign === '-' ? -rounded : rounded }
}
