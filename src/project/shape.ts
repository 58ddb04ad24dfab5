import { isMap, isScalar, isSeq, type Node } from 'yaml'
import { type Entry, scalarText } from './merge.ts'
import { didYouMean, listed, nearest } from './words.ts'
import type { YamlFile } from './yaml.ts'

/**
 * A shape is what a value in a YAML file must look like: it reads a node into a value, reports what does not fit,
 * and knows its JSON Schema, so that the program and the editors cannot disagree.
 */
export interface Shape<T> {
  readonly schema: JsonSchema
  /** undefined = it did not fit, and `at` was told. */
  read(node: Node, at: Place): T | undefined
}

export type JsonSchema = { readonly [key: string]: unknown }

/** Where a value stands: `label` is how messages call it. */
export interface Place {
  readonly file: YamlFile
  readonly label: string
  readonly line: number
}

/** A value of a list with its line. */
export interface At<T> {
  readonly value: T
  readonly line: number
}

export type Read<S> = S extends Shape<infer T> ? T : never

export interface Key<T> {
  readonly shape: Shape<T>
  /** What the key is for, in one sentence: editors and the published schema show it. */
  readonly doc: string
  readonly required?: true
}

export type Keys = Readonly<Record<string, Key<unknown>>>

/** A mapping with known keys, as far as it could be read. */
export interface Written<K extends Keys> {
  readonly line: number
  /** How many keys were written, unknown ones included. */
  readonly size: number
  /** Line of each key that was written, also where its value did not fit. */
  readonly lines: { readonly [N in keyof K]?: number }
  readonly values: { readonly [N in keyof K]?: Read<K[N]['shape']> }
}

/** A key of the user's own choice, as in `columns`. */
export interface Named<T> {
  readonly name: string
  readonly line: number
  readonly value: T | undefined
}

export function reject(at: Place, code: string, message: string, hint?: string): undefined {
  at.file.report({ code, line: at.line, message, ...(hint === undefined ? {} : { hint }) })
  return undefined
}

export const kindOf = (node: Node | undefined): string => {
  if (isMap(node)) return 'a mapping'
  if (isSeq(node)) return 'a list'
  if (!isScalar(node) || node.value === null) return 'empty'
  return `\`${scalarText(node).slice(0, 60)}\``
}

const notA = (at: Place, node: Node, expected: string, hint?: string) => {
  const found = kindOf(node)
  return found === 'empty'
    ? reject(at, 'wrong_type', `${at.label} is empty`, hint ?? `write ${expected}, or leave the key out`)
    : reject(at, 'wrong_type', `${at.label} must be ${expected}, not ${found}`, hint)
}

/** Any text, also one that YAML would take for a number or a boolean; `trim` is not applied. */
export const text = (expected = 'a text'): Shape<string> => ({
  schema: { type: ['string', 'number', 'boolean'] },
  read: (node, at) => {
    if (!isScalar(node) || node.value === null) return notA(at, node, expected)
    return scalarText(node)
  },
})

/** A word of data: also `NULL`, `~` and the like are meant as they are written. */
export const word: Shape<string> = {
  schema: { type: ['string', 'number', 'boolean', 'null'] },
  read: (node, at) => {
    const written = isScalar(node) ? scalarText(node).trim() : ''
    return written === '' ? notA(at, node, 'a word') : written
  },
}

export const boolean: Shape<boolean> = {
  schema: { type: 'boolean' },
  read: (node, at) =>
    isScalar(node) && typeof node.value === 'boolean' ? node.value : notA(at, node, '`true` or `false`'),
}

export function number(limits: { min?: number; max?: number; integer?: true } = {}): Shape<number> {
  const { min, max, integer } = limits
  const expected = `${integer ? 'a whole number' : 'a number'}${min === undefined ? '' : max === undefined ? ` from ${min} up` : ` from ${min} to ${max}`}`
  return {
    schema: {
      type: integer ? 'integer' : 'number',
      ...(min === undefined ? {} : { minimum: min }),
      ...(max === undefined ? {} : { maximum: max }),
    },
    read: (node, at) => {
      const value = isScalar(node) ? node.value : undefined
      const fits =
        typeof value === 'number' &&
        (integer ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
        value >= (min ?? value) &&
        value <= (max ?? value)
      return fits ? value : notA(at, node, expected)
    },
  }
}

/** One of a few words. */
export const choice = <const W extends string>(words: readonly W[], code = 'bad_value'): Shape<W> => ({
  schema: { enum: words },
  read: (node, at) => {
    if (!isScalar(node) || node.value === null) return notA(at, node, `one of ${words.join(', ')}`)
    const written = scalarText(node)
    const found = words.find((candidate) => candidate === written)
    return (
      found ??
      reject(
        at,
        code,
        `${at.label} must be ${listed(words)}, not \`${written.slice(0, 60)}\``,
        nearHint(written, words),
      )
    )
  },
})

const nearHint = (written: string, words: readonly string[]) => {
  const hint = didYouMean(written, words)
  return hint?.startsWith('did') ? hint : undefined
}

const MOST_ITEMS = 2_000

/** A list; its items are called by the list's name in messages. */
export const list = <T>(of: Shape<T>, least: 0 | 1 = 0): Shape<readonly At<T>[]> => ({
  schema: { type: 'array', items: of.schema, ...(least === 0 ? {} : { minItems: least }) },
  read: (node, at) => {
    if (!isSeq(node)) return notA(at, node, 'a list', 'write `[a, b]`, or one `- item` per line')
    if (node.items.length < least) return reject(at, 'empty_list', `${at.label} is an empty list`)
    if (node.items.length > MOST_ITEMS) return reject(at, 'too_long', `${at.label} has more than 2,000 items`)
    return node.items.flatMap((item) => readItem(of, item as Node, at))
  },
})

function readItem<T>(of: Shape<T>, item: Node, at: Place): At<T>[] {
  const node = at.file.resolve(item)
  const line = at.file.lineOf(item)
  const value = node && of.read(node, { ...at, label: `an item of ${at.label}`, line })
  return value === undefined ? [] : [{ value, line }]
}

/** One value, or a list of them. */
export const oneOrMore = <T>(of: Shape<T>): Shape<readonly At<T>[]> =>
  listOr(
    list(of, 1),
    turned(of, (value, { line }) => [{ value, line }]),
  )

/** Items that stand a second time in a list. */
export const repeatedItems = (items: readonly At<string>[]): readonly At<string>[] =>
  items.filter(({ value }, index) => items.findIndex((other) => other.value === value) < index)

/** A mapping or something else, by what is there. */
export const mappingOr = <M, T>(mapping: Shape<M>, other: Shape<T>): Shape<M | T> => ({
  schema: { anyOf: [other.schema, mapping.schema] },
  read: (node, at) => (isMap(node) ? mapping.read(node, at) : other.read(node, at)),
})

/** A list or something else, by what is there. */
export const listOr = <L, T>(list: Shape<L>, other: Shape<T>): Shape<L | T> => ({
  schema: { anyOf: [other.schema, list.schema] },
  read: (node, at) => (isSeq(node) ? list.read(node, at) : other.read(node, at)),
})

/** The same on paper, turned into another value; `make` returns undefined after telling `at`. */
export const turned = <T, U>(
  shape: Shape<T>,
  make: (value: T, at: Place) => U | undefined,
  schema: JsonSchema = {},
): Shape<U> => ({
  schema: { ...shape.schema, ...schema },
  read: (node, at) => {
    const value = shape.read(node, at)
    return value === undefined ? undefined : make(value, at)
  },
})

/** A mapping with known keys. Keys that begin with `x-` are the user's own and are passed over. */
export const mapping = <const K extends Keys>(keys: K): Shape<Written<K>> => ({
  schema: {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(keys).map(([name, { shape, doc }]) => [name, { description: doc, ...shape.schema }]),
    ),
    required: requiredOf(keys),
    additionalProperties: false,
    patternProperties: { '^(x-|<<$)': true },
  },
  read: (node, at) => {
    if (!isMap(node)) return notA(at, node, 'a mapping of keys to values')
    const lines: Record<string, number> = {}
    const values: Record<string, unknown> = {}
    const entries = at.file.entries(node)
    for (const { key, line, value } of entries) {
      const known = Object.hasOwn(keys, key) ? keys[key] : undefined
      const place = { ...at, label: `\`${key}\``, line }
      if (!known) reportUnknown(key, place, Object.keys(keys))
      else {
        lines[key] = line
        values[key] = value
          ? known.shape.read(value, place)
          : reject(place, 'wrong_type', `${place.label} is empty`)
      }
    }
    reportMissing(keys, entries, at)
    return { line: at.line, size: entries.length, lines, values } as Written<K>
  },
})

const requiredOf = (keys: Keys): string[] => Object.keys(keys).filter((name) => keys[name]?.required)

function reportMissing(keys: Keys, entries: readonly Entry[], at: Place): void {
  const written = new Set(entries.map(({ key }) => key))
  for (const name of requiredOf(keys).filter((required) => !written.has(required))) {
    // A misspelt key was reported as an unknown one.
    if (entries.some(({ key }) => nearest(key, [name]) !== undefined)) continue
    reject(at, 'missing_key', `${at.label} has no \`${name}\``, `add \`${name}:\`. ${keys[name]?.doc ?? ''}`)
  }
}

function reportUnknown(key: string, place: Place, known: readonly string[]): void {
  if (!key.startsWith('x-'))
    reject(place, 'unknown_key', `unknown key \`${key.slice(0, 60)}\``, didYouMean(key, known))
}

/** A mapping whose keys are the user's own names. */
export const named = <T>(of: Shape<T>, label: (name: string) => string): Shape<readonly Named<T>[]> => ({
  schema: { type: 'object', additionalProperties: of.schema },
  read: (node, at) => {
    if (!isMap(node)) return notA(at, node, 'a mapping of names to values')
    return at.file.entries(node).map(({ key, line, value }) => ({
      name: key,
      line,
      value: value && of.read(value, { ...at, label: label(key.slice(0, 60)), line }),
    }))
  },
})
