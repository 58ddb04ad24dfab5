/** One node of a parsed statement: the parser writes it as an object with its kind as the only key. */
export interface SqlNode {
  readonly kind: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Wrappers with one field that are not nodes of their own. */
const WRAPPERS: ReadonlySet<string> = new Set(['this', 'expressions', 'expression', 'ctes'])

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {})

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The name in an identifier, or undefined. */
export const nameOf = (identifier: unknown): string | undefined => textOf(recordOf(identifier).name)

/** The node an object stands for; a comment after a node is looked through. */
export function asNode(value: unknown): SqlNode | undefined {
  if (!isRecord(value)) return undefined
  const [kind, ...more] = Object.keys(value)
  if (kind === undefined || more.length > 0 || WRAPPERS.has(kind)) return undefined
  const fields = value[kind]
  if (kind === 'annotated') return asNode(recordOf(fields).this)
  if (fields === null) return { kind, fields: {} }
  return isRecord(fields) ? { kind, fields } : undefined
}

/** The smallest line (1-based) any part of a value came from; undefined where the parser kept none. */
export function lineOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return smallest(value.map(lineOf))
  if (!isRecord(value)) return undefined
  const own = recordOf(value.span).line
  return typeof own === 'number' ? own : smallest(Object.values(value).map(lineOf))
}

const smallest = (lines: readonly (number | undefined)[]): number | undefined =>
  lines.reduce((a, b) => (a === undefined ? b : b === undefined ? a : Math.min(a, b)), undefined)

/** Visits every node, parents first, each with the line it is on or follows. */
export function walk(value: unknown, visit: (node: SqlNode, line: number) => void, start = 1): void {
  let last = start
  const go = (part: unknown): void => {
    if (Array.isArray(part)) for (const item of part) go(item)
    if (!isRecord(part)) return
    const node = asNode(part)
    if (node) {
      last = lineOf(part) ?? last
      visit(node, last)
    }
    for (const inner of Object.values(node ? node.fields : part)) go(inner)
  }
  go(value)
}
