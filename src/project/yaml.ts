import { isAlias, isMap, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLMap } from 'yaml'
import type { Problem } from '../errors.ts'
import { type Entry, entriesOf, type NodeAccess, scalarText } from './merge.ts'
import { readText, type SourceFile } from './source-file.ts'

/** A parsed YAML file: what the shapes read from. `report` fills in the file's name. */
export interface YamlFile extends NodeAccess {
  readonly root: YAMLMap | undefined
  entries(map: YAMLMap): Entry[]
}

const MAX_ALIASES = 1_000

/** Parses one file. Whatever is wrong with its text is pushed to `problems`; the root is then undefined. */
export function parseYaml(file: SourceFile, problems: Problem[]): YamlFile {
  const report: YamlFile['report'] = (problem) => problems.push({ ...problem, file: file.path })
  const lines = new LineCounter()
  const lineOf = (node: Node) => lines.linePos(node.range?.[0] ?? 0).line
  const targets = new Map<Node, Node>()
  const resolve = (node: Node) => (isAlias(node) ? targets.get(node) : node)
  const access = { lineOf, resolve, report, entries: entriesOf({ lineOf, resolve, report }) }
  const text = readText(file.bytes, report)
  const document = text === undefined ? undefined : parseText(text, lines, report)
  if (!document) return { ...access, root: undefined }
  const resolved = unlessTooDeep(() => collectAnchors(document, targets, access), report)
  return { ...access, root: resolved ? rootMap(document.contents, access) : undefined }
}

type Parsed = ReturnType<typeof parseDocument>

function parseText(text: string, lines: LineCounter, report: YamlFile['report']): Parsed | undefined {
  // Duplicate keys are found by collectAnchors: the parser's own search takes quadratic time.
  const options = { uniqueKeys: false, merge: true, prettyErrors: false, lineCounter: lines }
  const document = unlessTooDeep(() => parseDocument(text, options), report)
  const faults = document ? [...document.errors, ...document.warnings] : []
  // One slip makes a parser stumble many times: its first word says where.
  for (const { code, message, pos } of faults.slice(0, 1))
    report({ code: 'yaml_syntax', line: lines.linePos(pos[0]).line, ...syntaxProblem(code, message) })
  return faults.length === 0 ? document : undefined
}

/** The parser is recursive: brackets nested by the thousand exhaust the stack. */
function unlessTooDeep<T>(work: () => T, report: YamlFile['report']): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    report({ code: 'yaml_syntax', line: 1, message: 'this file is nested too deeply' })
    return undefined
  }
}

function syntaxProblem(code: string, message: string): { message: string; hint: string } {
  switch (code) {
    case 'TAB_AS_INDENT':
      return { message: 'a tab is used for indentation', hint: 'indent with spaces' }
    case 'MULTIPLE_DOCS':
      return {
        message: 'a second document begins here',
        hint: 'remove the line `---`; one file holds one document',
      }
    case 'BAD_INDENT':
      return {
        message: 'the indentation does not fit the lines above',
        hint: 'align the keys of one mapping',
      }
    case 'TAG_RESOLVE_FAILED':
      return {
        message: `a word beginning with \`!\` is read as a YAML tag: ${message}`,
        hint: 'put it in quotes',
      }
    default:
      return {
        message: `not valid YAML: ${message.split(/[;\n]/)[0] ?? ''}`,
        hint: 'look for a missing quote, bracket or colon on this line or above; quote values with special characters',
      }
  }
}

/** One pass over the document: what each alias stands for, and keys that are written twice. false = an alias stands for nothing. */
function collectAnchors(document: Parsed, targets: Map<Node, Node>, access: NodeAccess): boolean {
  const anchors = new Map<string, Node>()
  let aliases = 0
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node)
        if (isMap(node)) reportRepeated(node, access)
        return undefined
      }
      const target = anchors.get(node.source)
      if (target) targets.set(node, target)
      else access.report(unknownAnchor(node.source, access.lineOf(node)))
      return ++aliases > MAX_ALIASES ? visit.BREAK : undefined
    },
  })
  if (aliases > MAX_ALIASES)
    access.report({ code: 'too_many_aliases', line: 1, message: 'this file uses more than 1,000 aliases' })
  return aliases === targets.size
}

const unknownAnchor = (name: string, line: number) => ({
  code: 'yaml_syntax',
  line,
  message: `\`*${name}\` stands for nothing above it`,
  hint: `mark the value it repeats with \`&${name}\`; a text that begins with \`*\` needs quotes`,
})

function reportRepeated(map: YAMLMap, { lineOf, report }: NodeAccess): void {
  const seen = new Map<string, number>()
  for (const { key } of map.items) {
    if (!isScalar(key)) continue
    const [text, line] = [scalarText(key), lineOf(key)]
    const first = seen.get(text)
    if (first === undefined) seen.set(text, line)
    else
      report({
        code: 'duplicate_key',
        line,
        message: `\`${text}\` is written twice (first on line ${first})`,
        hint: 'keep one of them',
      })
  }
}

function rootMap(contents: unknown, access: NodeAccess): YAMLMap | undefined {
  if (isMap(contents)) return contents
  const empty = contents === null || contents === undefined || (isScalar(contents) && contents.value === null)
  const message = empty ? 'this file is empty' : 'this file must be a mapping of keys to values'
  access.report({
    code: empty ? 'empty_file' : 'wrong_type',
    line: 1,
    message,
    hint: 'begin with `key: value` lines',
  })
  return undefined
}
