import { mText } from '../powerbi/source/m.ts'
import type { Parts } from './types.ts'

const EXPRESSIONS = 'definition/expressions.tmdl'
const REFERENCE = 'definition.pbir'

export interface Parameter {
  readonly name: string
  /** A text without its quotes, anything else as M writes it. */
  readonly value: string
  readonly isText: boolean
}

/** `expression Server = "acme" meta [IsParameterQuery = true, ..`, as Power BI writes a parameter on one line. */
const PARAMETER =
  /^(expression\s+(?:'((?:[^']|'')+)'|([\w.]+))\s*=\s*)("(?:[^"]|"")*"|[^\s"][^\r\n]*?)(?=\s+meta\s*\[[^\]]*IsParameterQuery\s*=\s*true)/gm

const nameOf = (quoted: string | undefined, bare: string | undefined): string =>
  quoted === undefined ? (bare ?? '') : quoted.replaceAll("''", "'")

const unescaped = (text: string): string =>
  text
    .slice(1, -1)
    .replaceAll('""', '"')
    .replaceAll(/#\((#|cr|lf|tab)\)/g, (_, sign: string) => ESCAPES[sign] ?? '')

const ESCAPES: Readonly<Record<string, string>> = { '#': '#', cr: '\r', lf: '\n', tab: '\t' }

export function parametersIn(model: Parts): readonly Parameter[] {
  const text = model.get(EXPRESSIONS)?.toString() ?? ''
  return [...text.matchAll(PARAMETER)].map(([, , quoted, bare, value = '']) => {
    const isText = value.startsWith('"')
    return { name: nameOf(quoted, bare), value: isText ? unescaped(value) : value, isText }
  })
}

/** The model with other values of its parameters; values of what is no text must be M (a number, true, false). */
export function withParameters(model: Parts, values: ReadonlyMap<string, string>): Parts {
  const before = model.get(EXPRESSIONS)
  if (!before || values.size === 0) return model
  const after = before.toString().replaceAll(PARAMETER, (whole, head: string, quoted, bare, old: string) => {
    const value = values.get(nameOf(quoted, bare))
    if (value === undefined) return whole
    return `${head}${old.startsWith('"') ? mText(value) : value}`
  })
  return new Map([...model, [EXPRESSIONS, Buffer.from(after)]])
}

/** A report that finds its model by id: Fabric takes no relative paths. */
export function withModel(report: Parts, modelId: string): Parts {
  const reference = JSON.parse(report.get(REFERENCE)?.toString() ?? '{}') as Record<string, unknown>
  const next = {
    ...reference,
    datasetReference: { byConnection: { connectionString: `semanticmodelid=${modelId}` } },
  }
  return new Map([...report, [REFERENCE, Buffer.from(`${JSON.stringify(next, null, 2)}\n`)]])
}

/** Whether every partition is asked live: then nothing is stored, and there is nothing to refresh. */
export function isDirectQuery(model: Parts): boolean {
  const modes = [...model]
    .filter(([path]) => /^definition\/tables\/.*\.tmdl$/.test(path))
    .flatMap(([, content]) =>
      [...content.toString().matchAll(/^\t\tmode:\s*(\w+)/gm)].map(([, mode]) => mode),
    )
  return modes.length > 0 && modes.every((mode) => mode?.toLowerCase() === 'directquery')
}

/** Names of tables and columns: what of a message may be shown. */
export function namesIn(model: Parts): ReadonlySet<string> {
  const names = [...model]
    .filter(([path]) => path.endsWith('.tmdl'))
    .flatMap(([, content]) =>
      [
        ...content
          .toString()
          .matchAll(/^\t?(?:table|column|measure|partition)\s+(?:'((?:[^']|'')+)'|([^\s=]+))/gm),
      ].map(([, quoted, bare]) => nameOf(quoted, bare)),
    )
  return new Set(names)
}

export interface Difference {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  readonly same: number
}

/** Parts that Fabric adds by itself, and that are no content. */
const ignored = (path: string): boolean => path === '.platform' || path.startsWith('.pbi/')

/** Part by part; how JSON is laid out, line ends and the model's place in a connection string are no difference. */
export function difference(ours: Parts, theirs: Parts): Difference {
  const paths = [...new Set([...ours.keys(), ...theirs.keys()])].filter((path) => !ignored(path)).sort()
  const fate = (path: string) => {
    const [mine, other] = [ours.get(path), theirs.get(path)]
    if (!other) return 'added'
    if (!mine) return 'removed'
    return comparable(path, mine) === comparable(path, other) ? 'same' : 'changed'
  }
  const fates = paths.map((path) => [path, fate(path)] as const)
  const of = (wanted: string) => fates.filter(([, one]) => one === wanted).map(([path]) => path)
  return { added: of('added'), changed: of('changed'), removed: of('removed'), same: of('same').length }
}

function comparable(path: string, content: Buffer): string {
  if (/\.(json|pbir|pbism)$/.test(path)) {
    try {
      return JSON.stringify(sorted(JSON.parse(content.toString())))
    } catch {
      return content.toString('latin1')
    }
  }
  if (!path.endsWith('.tmdl')) return content.toString('latin1')
  return content
    .toString()
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .trimEnd()
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, key === 'connectionString' ? modelIn(inner) : sorted(inner)] as const,
  )
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Fabric gives the reference to a model back in full. */
const modelIn = (value: unknown): unknown =>
  (typeof value === 'string' && /semanticmodelid=([^;"]+)/i.exec(value)?.[1]?.toLowerCase()) || value
