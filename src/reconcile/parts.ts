import { asNode, listOf, nameOf, recordOf, type SqlNode, textOf } from '../sql/walk.ts'
import type { Block, Expression } from './tsql/types.ts'

/** One aggregate a figure is made of. In a block without grouping every value is a sum over the rows. */
export interface Part {
  readonly label: string
  readonly op: 'sum' | 'count' | 'count_distinct' | 'count_rows'
  readonly argument?: SqlNode
  readonly sign: 1 | -1
}

/** What a column adds up to: parts whose sum it is, or parts it only contains (a ratio has no total). */
export interface Makeup {
  readonly additive: boolean
  readonly parts: readonly Part[]
}

export function makeup(block: Block, { node }: Expression): Makeup {
  const whole = split(node, 1, block.grouped)
  if (whole) return { additive: true, parts: whole }
  return { additive: false, parts: inside(node, block) }
}

const flipped = (sign: 1 | -1): 1 | -1 => (sign === 1 ? -1 : 1)

/** The parts of a sum, looking through what does not change one; undefined for anything else. */
function split(node: SqlNode | undefined, sign: 1 | -1, grouped: boolean): Part[] | undefined {
  if (!node) return undefined
  const { kind, fields } = node
  const inner = unwrapped(node)
  if (inner) return split(inner, sign, grouped)
  if (kind === 'neg') return split(asNode(fields.this), flipped(sign), grouped)
  if (kind === 'add' || kind === 'sub') {
    const left = split(asNode(fields.left), sign, grouped)
    const right = split(asNode(fields.right), kind === 'add' ? sign : flipped(sign), grouped)
    return left && right ? [...left, ...right] : undefined
  }
  if (isZero(node)) return []
  if (grouped) {
    const part = aggregatePart(node, sign)
    return part && [part]
  }
  return kind === 'column' ? [{ label: labelOf(node), op: 'sum', argument: node, sign }] : undefined
}

/** CAST, ROUND, parentheses, and COALESCE or ISNULL with zero leave a total as it is, but for rounding. */
function unwrapped({ kind, fields }: SqlNode): SqlNode | undefined {
  if (kind === 'paren' || kind === 'cast' || kind === 'try_cast') return asNode(fields.this)
  const name = (textOf(fields.name) ?? '').toLowerCase()
  const args =
    kind === 'coalesce' ? listOf(fields.expressions) : kind === 'function' ? listOf(fields.args) : []
  if (kind === 'function' && name === 'round') return asNode(args[0])
  if (kind === 'function' && name === 'convert' && args.length === 2) return asNode(args[1])
  const fills = kind === 'coalesce' || (kind === 'function' && name === 'isnull')
  return fills && args.slice(1).every((arg) => isZero(asNode(arg))) ? asNode(args[0]) : undefined
}

const isZero = (node: SqlNode | undefined): boolean =>
  node?.kind === 'literal' && node.fields.literal_type === 'number' && Number(node.fields.value) === 0

function aggregatePart(node: SqlNode, sign: 1 | -1): Part | undefined {
  const { kind, fields } = node
  const label = labelOf(node)
  if (kind === 'count' && fields.star === true) return { label, op: 'count_rows', sign }
  if (kind === 'function' && textOf(fields.name)?.toLowerCase() === 'count_big')
    return { label, op: 'count_rows', sign }
  const argument = asNode(fields.this)
  if (!argument) return undefined
  if (kind === 'count')
    return { label, op: fields.distinct === true ? 'count_distinct' : 'count', argument, sign }
  return kind === 'sum' && fields.distinct !== true ? { label, op: 'sum', argument, sign } : undefined
}

/** The sums and counts a ratio is made of, once each; an average is its sum and its count. */
function inside(node: SqlNode, block: Block): Part[] {
  const found = new Map<string, Part>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return
    const inner = asNode(value)
    if (inner?.kind === 'window_function' || inner?.kind === 'subquery') return
    const parts = inner ? partsAt(inner) : []
    for (const part of parts) found.set(part.label, part)
    if (parts.length === 0) for (const part of Object.values(inner ? inner.fields : value)) visit(part)
  }
  if (block.grouped) visit({ [node.kind]: node.fields })
  return [...found.values()]
}

function partsAt(node: SqlNode): Part[] {
  const argument = asNode(node.fields.this)
  if (node.kind === 'avg' && argument && node.fields.distinct !== true)
    return (['sum', 'count'] as const).map((op) => ({
      label: `${op.toUpperCase()}(${labelOf(argument)})`,
      op,
      argument,
      sign: 1,
    }))
  const part = aggregatePart(node, 1)
  return part ? [part] : []
}

/** The terms of a sum's argument: `a + b` is two, each with what it reads. */
export function terms(node: SqlNode, sign: 1 | -1): { node: SqlNode; sign: 1 | -1 }[] {
  const sides = [asNode(node.fields.left), asNode(node.fields.right)]
  if (node.kind === 'paren') return sides.length > 0 ? terms(asNode(node.fields.this) ?? node, sign) : []
  if ((node.kind !== 'add' && node.kind !== 'sub') || !sides[0] || !sides[1]) return [{ node, sign }]
  return [...terms(sides[0], sign), ...terms(sides[1], node.kind === 'add' ? sign : flipped(sign))]
}

/** An expression as a person would name it; `..` for what is too long to say. */
export function labelOf(node: SqlNode | undefined): string {
  const { kind, fields } = node ?? { kind: '', fields: {} }
  const inner = () => labelOf(asNode(fields.this))
  switch (kind) {
    case 'column': {
      const table = nameOf(fields.table)
      return `${table === undefined ? '' : `${table}.`}${nameOf(fields.name) ?? ''}`
    }
    case 'literal':
      return textOf(fields.value) ?? ''
    case 'paren':
    case 'cast':
      return inner()
    case 'count':
      return fields.star === true
        ? 'COUNT(*)'
        : `COUNT(${fields.distinct === true ? 'DISTINCT ' : ''}${inner()})`
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
      return `${kind.toUpperCase()}(${fields.distinct === true ? 'DISTINCT ' : ''}${inner()})`
    case 'add':
    case 'sub':
    case 'mul':
      return `${labelOf(asNode(fields.left))} ${{ add: '+', sub: '-', mul: '*' }[kind]} ${labelOf(asNode(fields.right))}`
    case 'coalesce':
      return labelOf(asNode(listOf(fields.expressions)[0]))
    case 'function':
      return `${(textOf(fields.name) ?? '').toUpperCase()}(${labelOf(asNode(listOf(recordOf(fields).args).at(-1)))})`
    case 'case':
      return 'CASE ..'
    default:
      return '..'
  }
}
