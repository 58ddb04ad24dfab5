import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Problem } from '../errors.ts'
import { didYouMean } from '../project/words.ts'
import type { ParsedView } from './tsql/parse.ts'

/** What the comment `/* reconcile: .. *​/` says; everything else is guessed. */
export interface Settings {
  readonly model?: string
  /** Column of the view -> column of the model. */
  readonly columns: Readonly<Record<string, string>>
  /** Columns of the view that tell rows apart. */
  readonly key: readonly string[]
  /** Column of the view -> its value -> the model's value. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const KEYS = ['model', 'columns', 'key', 'values']

/** Reads the settings, or every mistake in them. */
export function readSettings(parsed: ParsedView['settings'], file: string): Settings | readonly Problem[] {
  if (!parsed) return { columns: {}, key: [], values: {} }
  const oneLine = !parsed.yaml.trim().includes('\n') && !parsed.yaml.trim().startsWith('{')
  const lead = /^\s*/.exec(parsed.yaml)?.[0] ?? ''
  const yaml = oneLine ? `${lead}{${parsed.yaml.trim()}}` : parsed.yaml
  const lines = new LineCounter()
  const document = parseDocument(yaml, { prettyErrors: false, lineCounter: lines })
  const at = (offset: number): number => parsed.line + lines.linePos(offset).line - 1
  const problem = (message: string, offset: number, hint?: string): Problem => ({
    code: 'legacy_settings',
    message,
    file,
    line: at(offset),
    ...(hint === undefined ? {} : { hint }),
  })
  const [error] = document.errors
  if (error) return [problem(`the settings are not YAML: ${error.message}`, error.pos[0])]
  const root = document.contents
  if (root === null) return { columns: {}, key: [], values: {} }
  if (!isMap(root)) return [problem('the settings must be a mapping', 0, `known: ${KEYS.join(', ')}`)]
  const found: Problem[] = []
  for (const { key, value } of root.items) {
    const name = String(isScalar(key) ? key.value : key)
    const offset = (key as Node).range?.[0] ?? 0
    if (!KEYS.includes(name)) found.push(problem(`unknown key \`${name}\``, offset, didYouMean(name, KEYS)))
    else if (!fits(name, value)) found.push(problem(`\`${name}\` must be ${EXPECTED[name]}`, offset))
  }
  return found.length > 0 ? found : settingsFrom(document.toJS() as Record<string, unknown>)
}

const EXPECTED: Readonly<Record<string, string>> = {
  model: 'the name of a gold model',
  columns: 'a mapping: `{ TotalSpend: total_spend }`',
  key: 'a column of the view, or a list of them',
  values: 'a mapping of mappings: `{ Channel: { Online: online } }`',
}

const isWord = (node: unknown): boolean => isScalar(node) && typeof node.value === 'string'

function fits(name: string, value: unknown): boolean {
  if (name === 'model') return isWord(value)
  if (name === 'key') return isWord(value) || (isSeq(value) && value.items.every(isWord))
  if (!isMap(value)) return false
  const scalars = (items: readonly { value: unknown }[]) => items.every((item) => isScalar(item.value))
  return name === 'columns'
    ? value.items.every((item) => isWord(item.value))
    : value.items.every((item) => isMap(item.value) && scalars(item.value.items))
}

function settingsFrom(plain: Record<string, unknown>): Settings {
  const key = plain.key ?? []
  const values = (plain.values ?? {}) as Record<string, Record<string, unknown>>
  return {
    ...(typeof plain.model === 'string' ? { model: plain.model } : {}),
    columns: (plain.columns ?? {}) as Record<string, string>,
    key: (Array.isArray(key) ? key : [key]) as string[],
    values: Object.fromEntries(
      Object.entries(values).map(([column, map]) => [
        column,
        Object.fromEntries(Object.entries(map).map(([from, to]) => [from, String(to)])),
      ]),
    ),
  }
}
