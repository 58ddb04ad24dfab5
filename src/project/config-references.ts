import { isMap, isSeq, type Node, type YAMLMap } from 'yaml'
import { isTextNode, type TextNode } from './config-file.ts'
import { instead, isSecretKey, isSecretText } from './config-secrets.ts'
import { scalarText } from './merge.ts'
import { type Fault, isFault, isReference, partsOf, type Reference } from './reference.ts'
import { reject } from './shape.ts'
import type { YamlFile } from './yaml.ts'

/** A text of c360.yaml with references in it. */
export interface Use {
  /** Keys from the top; places in a list are numbers. */
  readonly path: readonly string[]
  /** Line of the key. */
  readonly line: number
  readonly node: TextNode
  /** As written. */
  readonly text: string
  readonly parts: readonly (string | Reference)[]
  /** `setting`: resolved while the project is loaded; `secret`: one reference, resolved where it is needed. */
  readonly kind: 'setting' | 'secret'
}

/** What stands in place of a secret that was found in clear, so that no message can repeat it. */
export const HIDDEN = '(hidden)'

/** Every text with references; malformed ones and secrets in clear are told to `file`, and the latter taken out of it. */
export function findUses(file: YamlFile): readonly Use[] {
  const uses: Use[] = []
  const open = new Set<string>()
  const ids = new Map<Node, number>()
  const walk = (node: Node | undefined, path: readonly string[], line: number): void => {
    if (isTextNode(node)) return void uses.push(...(readText(node, { path, line, file }) ?? []))
    if (!node) return
    // Aliases may lead in circles, and to one mapping in thousands of ways.
    const id = ids.get(node) ?? ids.size
    ids.set(node, id)
    const seen = `${id} ${roleOf(path)}`
    if (open.has(seen)) return
    open.add(seen)
    if (isMap(node)) {
      uses.push(...readKeys(node, path, file))
      for (const { key, line, value } of file.entries(node)) walk(value, [...path, key], line)
    } else if (isSeq(node))
      node.items.forEach((item, index) => {
        walk(file.resolve(item as Node), [...path, String(index)], file.lineOf(item as Node))
      })
  }
  walk(file.root, [], 1)
  return uses
}

interface Spot {
  readonly path: readonly string[]
  readonly line: number
  readonly file: YamlFile
}

/** `own`: the user's notes, whose references mean nothing; `secret`: must be a reference; `target`: may be one. */
type Role = 'own' | 'secret' | 'target' | 'setting'

function roleOf(path: readonly string[]): Role {
  const [top, second, , key = ''] = path
  if (top?.startsWith('x-')) return 'own'
  if (top === 'targets' && path.length > 2) return isSecretKey(keyOf(path)) ? 'secret' : 'target'
  const isWayIn = ['sas', 'account_key', 'connection_string'].includes(key)
  return top === 'azure' && second === 'storage' && isWayIn ? 'secret' : 'setting'
}

/** The last key of a path that is no place in a list. */
const keyOf = (path: readonly string[]): string => path.findLast((part) => !/^\d+$/.test(part)) ?? ''

function readText(node: TextNode, spot: Spot): readonly Use[] | undefined {
  const text = scalarText(node)
  const role = roleOf(spot.path)
  const parts = role === 'own' ? [text] : partsOf(text)
  const fault = parts.find(isFault)
  if (fault) return tellFault(fault, spot)
  const sound = parts.filter((part) => typeof part === 'string' || isReference(part))
  const isWhole = sound.length === 1 && isReference(sound[0])
  if (isWhole) return [{ ...spot, node, text, parts: sound, kind: role === 'setting' ? 'setting' : 'secret' }]
  const isEmpty = node.value === null || typeof node.value === 'boolean' || text === ''
  if ((role === 'secret' && !isEmpty) || isSecretText(text)) return hide(node, spot)
  if (sound.every((part) => part === text)) return undefined
  const held = role === 'target' && sound.find((part) => isReference(part) && part.from !== 'env')
  if (held) return tellFault(mixed, spot)
  return [{ ...spot, node, text, parts: sound, kind: 'setting' }]
}

const mixed: Fault = {
  message: 'mixes a secret with other text',
  hint: 'let the reference stand alone, and what it names hold the whole value',
}

function tellFault({ message, hint }: Fault, { path, line, file }: Spot): undefined {
  return reject({ file, label: '', line }, 'bad_reference', `\`${path.join('.')}\` ${message}`, hint)
}

function hide(node: TextNode, { path, line, file }: Spot): undefined {
  node.value = HIDDEN
  node.source = HIDDEN
  const label = `\`${path.join('.')}\``
  return reject({ file, label, line }, 'secret_in_clear', `${label} holds a secret in clear`, instead(path))
}

/** Only the names of storage accounts may be references: they must agree with a location that has one. */
function readKeys(map: YAMLMap, path: readonly string[], file: YamlFile): readonly Use[] {
  if (roleOf(path) === 'own') return []
  return map.items.flatMap(({ key: node }) => {
    if (!isTextNode(node) || !scalarText(node).includes('${')) return []
    const spot = { path: [...path, scalarText(node)], line: file.lineOf(node as Node), file }
    if (path.join('.') === 'azure.storage') return readText(node, spot) ?? []
    tellFault({ message: 'is a key, and only values can be references' }, spot)
    return []
  })
}
