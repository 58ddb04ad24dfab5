import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { didYouMean } from '../project/words.ts'
import type { GoldModel, Reconciliation, RowCheck } from './gold-model.ts'
import { parseReconciliation, ReconcileSyntax } from './reconcile.ts'

/** What stands in the comment at the head of a model. */
export interface FrontMatter
  extends Pick<GoldModel, 'description' | 'grain' | 'reconciles' | 'checks' | 'rules'> {
  readonly columns: ReadonlyMap<string, { readonly description: string; readonly line: number }>
  readonly grainLine: number
}

export type Report = (problem: {
  code: string
  message: string
  hint?: string
  line: number
  severity?: 'warn'
}) => void

const KEYS = ['description', 'grain', 'reconciles', 'columns', 'checks', 'rules'] as const
const CHECK_KEYS = ['name', 'expect', 'severity']

interface Context {
  readonly report: Report
  readonly lineOf: (node: unknown) => number
}

/**
 * Reads the YAML of a model's front matter; `firstLine` is the line of the file it begins on.
 * Whatever is wrong is reported; what could be read is returned.
 */
export function readFrontMatter(yaml: string, firstLine: number, report: Report): FrontMatter | undefined {
  const lines = new LineCounter()
  const document = parseDocument(yaml, { prettyErrors: false, lineCounter: lines })
  const lineAt = (offset: number) => lines.linePos(offset).line + firstLine - 1
  const [error] = document.errors
  if (error) {
    const hint = 'texts with `: ` or ` #` need quotes'
    report({
      code: 'model_front_matter',
      message: `the front matter is not YAML: ${error.message}`,
      hint,
      line: lineAt(error.pos[0]),
    })
    return undefined
  }
  const root = document.contents
  if (!isMap(root)) {
    report({ ...missing('description'), line: firstLine })
    return undefined
  }
  return readRoot(root, firstLine, { report, lineOf: (node) => lineAt(startOf(node)) })
}

const startOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0

const missing = (key: string) => ({
  code: 'model_front_matter',
  message: `the front matter lacks \`${key}\``,
  hint:
    key === 'grain'
      ? 'the columns that tell rows apart, for example `grain: [customer_id]`'
      : 'one sentence on what a row is',
})

function readRoot(root: YAMLMap, firstLine: number, context: Context): FrontMatter {
  const entries = entriesOf(root, KEYS, context)
  const description = textAt(entries.get('description'), 'description', context)
  const grain = listAt(entries.get('grain'), 'grain', context)
  if (!description) context.report({ ...missing('description'), line: firstLine })
  if (grain.length === 0) context.report({ ...missing('grain'), line: firstLine })
  return {
    description,
    grain,
    grainLine: context.lineOf(entries.get('grain')) || firstLine,
    reconciles: reconciliationsAt(entries.get('reconciles'), firstLine, context),
    columns: columnsAt(entries.get('columns'), context),
    checks: checksAt(entries.get('checks'), context),
    rules: listAt(entries.get('rules'), 'rules', context),
  }
}

const keyOf = (key: unknown): string => String(isScalar(key) ? key.value : key)

/** Keys and values of a mapping; with `known`, any other key is reported. */
function entriesOf(
  map: YAMLMap,
  known: readonly string[] | undefined,
  { report, lineOf }: Context,
): Map<string, unknown> {
  const entries = new Map<string, unknown>()
  for (const { key, value } of map.items) {
    const name = keyOf(key)
    const hint = known ? didYouMean(name, known) : undefined
    if (known && !known.includes(name))
      report({
        code: 'model_unknown_key',
        message: `unknown key \`${name}\``,
        line: lineOf(key),
        ...(hint ? { hint } : {}),
      })
    else entries.set(name, value)
  }
  return entries
}

const wrong = (what: string, expected: string, line: number) => ({
  code: 'model_front_matter',
  message: `\`${what}\` must be ${expected}`,
  line,
})

function textAt(node: unknown, key: string, { report, lineOf }: Context): string {
  if (node === undefined || node === null) return ''
  if (isScalar(node) && ['string', 'number', 'boolean'].includes(typeof node.value))
    return String(node.value).trim()
  if (isScalar(node) && node.value === null) return ''
  report(wrong(key, 'a text', lineOf(node)))
  return ''
}

function listAt(node: unknown, key: string, context: Context): string[] {
  if (node === undefined) return []
  if (!isSeq(node)) {
    context.report(wrong(key, `a list: \`${key}: [a, b]\``, context.lineOf(node)))
    return []
  }
  return node.items.map((item) => textAt(item, key, context))
}

function mapAt(node: unknown, key: string, context: Context): YAMLMap | undefined {
  if (node === undefined || isMap(node)) return node
  context.report(wrong(key, 'a mapping of names to texts', context.lineOf(node)))
  return undefined
}

function reconciliationsAt(node: unknown, firstLine: number, context: Context): Reconciliation[] {
  const map = mapAt(node, 'reconciles', context)
  if (!map || map.items.length === 0) {
    const hint = 'what its figures must add up to, for example `rows: count(dim_customers)`'
    context.report({
      code: 'model_front_matter',
      message: 'the front matter lacks `reconciles`',
      hint,
      line: firstLine,
    })
    return []
  }
  return map.items.flatMap(({ key, value }) => {
    const line = context.lineOf(key)
    const text = textAt(value, keyOf(key), context)
    try {
      return [parseReconciliation(keyOf(key), text, line)]
    } catch (error) {
      if (!(error instanceof ReconcileSyntax)) throw error
      const hint = 'see docs/models.md, "Reconciliations"'
      context.report({
        code: 'model_reconciliation',
        message: `cannot read \`${keyOf(key)}\`: ${error.message}`,
        hint,
        line,
      })
      return []
    }
  })
}

function columnsAt(node: unknown, context: Context): FrontMatter['columns'] {
  const items = mapAt(node, 'columns', context)?.items ?? []
  return new Map(
    items.map(({ key, value }) => [
      keyOf(key),
      { description: textAt(value, keyOf(key), context), line: context.lineOf(key) },
    ]),
  )
}

function checksAt(node: unknown, context: Context): RowCheck[] {
  if (node === undefined) return []
  if (!isSeq(node)) {
    context.report(wrong('checks', 'a list of { name, expect, severity }', context.lineOf(node)))
    return []
  }
  return node.items.flatMap((item) => {
    const line = context.lineOf(item)
    if (!isMap(item)) {
      context.report(wrong('checks', 'a list of { name, expect, severity }', line))
      return []
    }
    const entries = entriesOf(item, CHECK_KEYS, context)
    const [name, expect, severity] = CHECK_KEYS.map((key) => textAt(entries.get(key), key, context))
    if (!name || !expect)
      context.report(wrong('checks', 'a list whose items have a `name` and an `expect`', line))
    if (severity !== undefined && !['', 'warn', 'fail'].includes(severity))
      context.report(wrong('severity', '`warn` or `fail`', line))
    return name && expect ? [{ name, expect, severity: severity === 'warn' ? 'warn' : 'fail', line }] : []
  })
}
