import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml'
import type { Located } from './source-file.ts'

/** A key and its value in a mapping, aliases and merge keys resolved. */
export interface Entry {
  readonly key: string
  /** Line of the key. */
  readonly line: number
  readonly value: Node | undefined
}

/** What is needed to read the nodes of one file. */
export interface NodeAccess {
  lineOf(node: Node): number
  /** The node itself, or what an alias stands for. */
  resolve(node: Node): Node | undefined
  report(problem: Located): void
}

const MAX_MERGED_KEYS = 20_000

/** A reader of mappings that opens merge keys (`<<`): a mapping's own keys win over merged ones, earlier merges over later. */
export function entriesOf(access: NodeAccess): (map: YAMLMap) => Entry[] {
  const budget = { keys: MAX_MERGED_KEYS }
  const collect = (map: YAMLMap, into: Map<string, Entry>, open: readonly YAMLMap[]): void => {
    const { own, merges } = pairsOf(map, access)
    for (const entry of own) if (!into.has(entry.key)) into.set(entry.key, entry)
    for (const source of merges) {
      const target = mergeable(source, open, access, budget)
      if (target) collect(target, into, [...open, target])
    }
  }
  return (map) => {
    const into = new Map<string, Entry>()
    collect(map, into, [map])
    return [...into.values()]
  }
}

function pairsOf(map: YAMLMap, { lineOf, resolve, report }: NodeAccess): { own: Entry[]; merges: Node[] } {
  const own: Entry[] = []
  const merges: Node[] = []
  for (const pair of map.items as readonly { key: unknown; value: unknown }[]) {
    const value = isNode(pair.value) ? resolve(pair.value) : undefined
    const key = isNode(pair.key) ? resolve(pair.key) : undefined
    const line = lineOf(isNode(pair.key) ? pair.key : map)
    if (!isScalar(key))
      report({ code: 'wrong_type', line, message: 'a key must be a word', hint: 'write `key: value`' })
    else if (scalarText(key) === '<<' && value)
      merges.push(...(isSeq(value) ? (value.items as Node[]) : [value]))
    else own.push({ key: scalarText(key), line, value })
  }
  return { own, merges }
}

function mergeable(source: Node, open: readonly YAMLMap[], access: NodeAccess, budget: { keys: number }) {
  const { lineOf, resolve, report } = access
  const target = resolve(source)
  const line = lineOf(source)
  if (!isMap(target) || open.includes(target)) {
    const hint = 'it takes an alias of a mapping, for example `<<: *defaults`'
    report({ code: 'bad_merge', line, message: '`<<` cannot be merged here', hint })
    return undefined
  }
  const allowed = budget.keys >= 0
  budget.keys -= target.items.length + 1
  if (budget.keys >= 0) return target
  if (allowed)
    report({
      code: 'too_many_aliases',
      line,
      message: 'merge keys in this file stand for more than 20,000 keys',
    })
  return undefined
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'range' in value

/** A scalar as it was typed, quotes and escapes resolved: `1.0` stays `1.0`, `NULL` stays `NULL`. */
export function scalarText(node: { readonly value: unknown; readonly source?: string }): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value ?? ''))
}
