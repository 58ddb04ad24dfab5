import { type Arg, calls, type Node, option, type Script, type Statement, textsIn, wordOf } from './script.ts'

/** Functions of the documented expression language that may stand in a flow, with the fewest and most arguments they take. */
const FUNCTIONS: ReadonlyMap<string, readonly [least: number, most: number]> = new Map([
  ['case', [2, Number.POSITIVE_INFINITY]],
  ['coalesce', [1, Number.POSITIVE_INFINITY]],
  ['concat', [2, Number.POSITIVE_INFINITY]],
  ['false', [0, 0]],
  ['iif', [2, 3]],
  ['in', [2, 2]],
  ['initCap', [1, 1]],
  ['isNull', [1, 1]],
  ['left', [2, 2]],
  ['length', [1, 1]],
  ['lower', [1, 1]],
  ['null', [0, 0]],
  ['regexExtract', [2, 3]],
  ['regexReplace', [3, 3]],
  ['replace', [2, 3]],
  ['rlike', [2, 2]],
  ['rowNumber', [0, 0]],
  ['startsWith', [2, 2]],
  ['substring', [2, 3]],
  ['toDate', [1, 2]],
  ['toDecimal', [1, 5]],
  ['toLong', [1, 3]],
  ['toString', [1, 3]],
  ['toTimestamp', [1, 3]],
  ['toUTC', [1, 2]],
  ['true', [0, 0]],
  ['upper', [1, 1]],
])

/** What is wrong with a script as a graph: streams, columns, functions and keys that are not there. Empty = nothing. */
export function faultsOf({ parameters, statements }: Script): string[] {
  const faults: string[] = []
  const columns = new Map<string, readonly string[]>()
  const used = new Set<string>()
  for (const statement of statements) {
    const { inputs, stream } = statement
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(stream)) faults.push(`${stream} is no name of a stream`)
    if (columns.has(stream)) faults.push(`${stream} is there twice`)
    for (const input of inputs) {
      if (!columns.has(input)) faults.push(`${stream} reads ${input}, which is not there yet`)
      if (used.has(input)) faults.push(`${input} is read twice`)
      used.add(input)
    }
    const before = columns.get(inputs[0] ?? '') ?? []
    const others = inputs.slice(1).map((input) => columns.get(input) ?? [])
    if (others.some((other) => other.join() !== before.join())) faults.push(`${stream} joins unlike streams`)
    faults.push(...expressionsOf(statement).flatMap((node) => unknown(node, before, parameters, stream)))
    columns.set(stream, after(statement, before, faults))
  }
  const ends = statements.filter(({ stream }) => !used.has(stream))
  if (ends.length !== 1 || ends[0]?.kind !== 'sink') faults.push('the flow does not end in one sink')
  return faults
}

function expressionsOf({ kind, args }: Statement): Node[] {
  if (kind === 'source') return args.flatMap((arg) => (arg.option === 'wildcardPaths' ? [arg.value] : []))
  const inner = args.flatMap((arg): Node[] => {
    if (arg.option !== undefined) return []
    const { value } = arg
    if (value.is === 'call' && ['mapColumn', 'over', 'asc', 'desc', 'upsertIf'].includes(value.name))
      return value.args.slice(0, /sc$/.test(value.name) ? 1 : undefined).map(({ value: one }) => one)
    return [value]
  })
  return inner
}

function unknown(
  node: Node,
  columns: readonly string[],
  parameters: readonly string[],
  stream: string,
): string[] {
  const inside = (nodes: readonly Node[]) => nodes.flatMap((one) => unknown(one, columns, parameters, stream))
  switch (node.is) {
    case 'word':
      return columns.includes(node.name) ? [] : [`${stream} names ${node.name}, which is no column there`]
    case 'parameter':
      return parameters.includes(node.name) ? [] : [`${stream} names $${node.name}, which is no parameter`]
    case 'call':
      return [...arity(node.name, node.args, stream), ...inside(node.args.map(({ value }) => value))]
    case 'list':
      return inside(node.items)
    case 'not':
      return inside([node.of])
    case 'binary':
      return inside([node.left, node.right])
    default:
      return []
  }
}

function arity(name: string, args: readonly Arg[], stream: string): string[] {
  const range = FUNCTIONS.get(name)
  if (!range) return [`${stream} calls ${name}, which is no function`]
  return args.length >= range[0] && args.length <= range[1]
    ? []
    : [`${stream} calls ${name} with ${args.length} arguments`]
}

/** The columns behind a transformation. */
function after(statement: Statement, before: readonly string[], faults: string[]): readonly string[] {
  const { kind, args, stream } = statement
  const assigned = args.flatMap((arg) => arg.assigned ?? [])
  switch (kind) {
    case 'source': {
      const url = option(statement, 'rowUrlColumn')
      const read = calls(args, 'output').flatMap((call) => call.args.map(({ value }) => wordOf(value)))
      return [...read, ...(url?.is === 'text' ? [url.value] : [])]
    }
    case 'select':
      return calls(args, 'mapColumn').flatMap((call) =>
        call.args.map((arg) => arg.assigned ?? wordOf(arg.value)),
      )
    case 'derive':
    case 'window':
      return [...before, ...assigned.filter((name) => !before.includes(name))]
    case 'filter':
    case 'union':
    case 'alterRow':
      return before
    case 'sink':
      faults.push(
        ...textsIn(option(statement, 'keys'))
          .filter((key) => !before.includes(key))
          .map((key) => `${stream} has the key ${key}, which is no column there`),
      )
      return before
    default:
      faults.push(`${kind} is no transformation`)
      return before
  }
}
