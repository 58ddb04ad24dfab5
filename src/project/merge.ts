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

const MOST_KEYS = 20_000

/**
 * A reader of mappings that opens merge keys (`<<`): a mapping's own keys win over merged ones, earlier merges over later.
 * Few aliases can stand for very many keys, so all that is read from one file is counted.
 */
export function entriesOf(access: NodeAccess): (map: YAMLMap) => Entry[] {
  const isAffordable = budgetOf(MOST_KEYS, access)
  const collect = (map: YAMLMap, into: Map<string, Entry>, open: readonly YAMLMap[]): void => {
    if (!isAffordable(map)) return
    const { own, merges } = pairsOf(map, access)
    for (const entry of own) if (!into.has(entry.key)) into.set(entry.key, entry)
    for (const source of merges) {
      const target = mergeable(source, open, access)
      if (target) collect(target, into, [...open, target])
    }
  }
  return (map) => {
    const into = new Map<string, Entry>()
    collect(map, into, [map])
    return [...into.values()]
  }
}

function budgetOf(keys: number, { lineOf, report }: NodeAccess): (map: YAMLMap) => boolean {
  let left = keys
  return (map) => {
    const had = left
    left -= map.items.length + 1
    if (had >= 0 && left < 0)
      report({
        code: 'too_many_keys',
        line: lineOf(map),
        message: 'this file has more than 20,000 keys, aliases and merge keys opened',
      })
    return left >= 0
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

function mergeable(source: Node, open: readonly YAMLMap[], access: NodeAccess): YAMLMap | undefined {
  const target = access.resolve(source)
  if (isMap(target) && !open.includes(target)) return target
  access.report({
    code: 'bad_merge',
    line: access.lineOf(source),
    message: '`<<` cannot be merged here',
    hint: 'it takes an alias of a mapping, for example `<<: *defaults`',
  })
  return undefined
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'range' in value

/** A scalar as it was typed, quotes and escapes resolved: `1.0` stays `1.0`, `NULL` stays `NULL`. */
export function scalarText(node: { readonly value: unknown; readonly source?: string }): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value ?? ''))
}
