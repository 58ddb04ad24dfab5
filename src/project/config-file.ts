import { isScalar, visit } from 'yaml'
import type { Problem } from '../errors.ts'
import type { SourceFile } from './source-file.ts'
import { parseYaml, type YamlFile } from './yaml.ts'

// Within `{ .. }` YAML takes the braces of a reference for its own, so while it parses they are other characters.
const [OPEN, CLOSE] = ['\ue000', '\ue001']
const UNQUOTED = /\$\{([^{}"'\r\n]*)\}/g
const shown = (text: string) => text.replaceAll(OPEN, '{').replaceAll(CLOSE, '}')

/** c360.yaml as `parseYaml` gives it; its references need no quotes. */
export function parseConfig(source: SourceFile, problems: Problem[]): YamlFile {
  const told: Problem[] = []
  const file = parseYaml(guarded(source), told)
  problems.push(...told.map((problem) => ({ ...problem, message: shown(problem.message) })))
  visit(file.root ?? null, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string') node.value = shown(node.value)
      if (node.source !== undefined) node.source = shown(node.source)
    },
  })
  const report: YamlFile['report'] = (problem) => problems.push({ ...problem, file: source.path })
  return { ...file, report }
}

function guarded(source: SourceFile): SourceFile {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(source.bytes)
    const safe = text.replace(UNQUOTED, (_, name: string) => `$${OPEN}${name}${CLOSE}`)
    return safe === text ? source : { ...source, bytes: new TextEncoder().encode(safe) }
  } catch {
    return source
  }
}

/** A scalar whose text may be exchanged; shapes read what it then says. */
export interface TextNode {
  value: unknown
  source?: string
  type?: string
}

export const isTextNode = (node: unknown): node is TextNode => isScalar(node)
