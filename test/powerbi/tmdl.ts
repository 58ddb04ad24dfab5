/** A small reader of TMDL, made from its rules and not from our printer: objects by indentation. */
export interface TmdlObject {
  readonly kind: string
  readonly name: string
  /** What stands behind `=`, on the line or below it. */
  readonly text: string | undefined
  readonly description: string
  readonly properties: Readonly<Record<string, string>>
  readonly children: readonly TmdlObject[]
}

const KINDS =
  /^(database|model|table|column|measure|hierarchy|level|partition|relationship|expression|annotation|ref table)\b/

interface Line {
  readonly depth: number
  readonly text: string
}

/** The objects of one file. Throws where a line belongs to nothing. */
export function readTmdl(source: string): readonly TmdlObject[] {
  const lines = source.split('\n').map((line) => ({
    depth: /^\t*/.exec(line)?.[0].length ?? 0,
    text: line.replace(/^\t+/, ''),
  }))
  const reader = { at: 0 }
  const found = objects(lines, reader, 0)
  if (reader.at < lines.length) throw new Error(`line ${reader.at + 1}: ${lines[reader.at]?.text}`)
  return found
}

function objects(lines: readonly Line[], reader: { at: number }, depth: number): TmdlObject[] {
  const found: TmdlObject[] = []
  let description: string[] = []
  while (reader.at < lines.length) {
    const line = lines[reader.at]
    if (!line) break
    if (line.text === '') {
      reader.at++
      continue
    }
    if (line.depth < depth) break
    if (line.depth > depth) throw new Error(`line ${reader.at + 1} is too deep: ${line.text}`)
    if (line.text.startsWith('/// ')) {
      description.push(line.text.slice(4))
      reader.at++
      continue
    }
    if (!KINDS.test(line.text)) break
    found.push(object(lines, reader, depth, description.join(' ')))
    description = []
  }
  return found
}

function object(
  lines: readonly Line[],
  reader: { at: number },
  depth: number,
  description: string,
): TmdlObject {
  const head = lines[reader.at]?.text ?? ''
  reader.at++
  const kind = KINDS.exec(head)?.[0] ?? ''
  const { name, rest } = nameIn(head.slice(kind.length).trim())
  let text: string | undefined
  if (kind === 'partition') text = rest.replace(/^=\s*/, '')
  else if (rest.startsWith('=')) text = valueAfter(rest.slice(1).trim(), lines, reader, depth)
  const properties: Record<string, string> = {}
  const children: TmdlObject[] = []
  while (reader.at < lines.length) {
    const line = lines[reader.at]
    if (!line) break
    if (line.text === '') {
      reader.at++
      continue
    }
    if (line.depth <= depth) break
    if (line.text.startsWith('/// ') || KINDS.test(line.text)) {
      children.push(...objects(lines, reader, depth + 1))
      continue
    }
    if (children.length > 0) throw new Error(`a property behind an object: ${line.text}`)
    reader.at++
    const assigned = /^([a-zA-Z]+)\s*=\s*(.*)$/.exec(line.text)
    const plain = /^([a-zA-Z]+):\s*(.*)$/.exec(line.text)
    if (assigned) properties[assigned[1] ?? ''] = valueAfter(assigned[2] ?? '', lines, reader, depth + 1)
    else if (plain) properties[plain[1] ?? ''] = plain[2] ?? ''
    else if (/^[a-zA-Z]+$/.test(line.text)) properties[line.text] = 'true'
    else throw new Error(`line ${reader.at} says nothing: ${line.text}`)
  }
  return { kind, name, text, description, properties, children }
}

/** On the line itself, or the lines two levels deeper. */
function valueAfter(first: string, lines: readonly Line[], reader: { at: number }, depth: number): string {
  if (first !== '') return first
  const found: string[] = []
  while (reader.at < lines.length) {
    const line = lines[reader.at]
    if (!line || (line.text !== '' && line.depth < depth + 2)) break
    if (line.text === '' && (lines[reader.at + 1]?.depth ?? 0) < depth + 2) break
    found.push('\t'.repeat(Math.max(0, line.depth - depth - 2)) + line.text)
    reader.at++
  }
  if (found.length === 0) throw new Error(`nothing behind = before line ${reader.at + 1}`)
  return found.join('\n')
}

function nameIn(text: string): { readonly name: string; readonly rest: string } {
  const quoted = /^'((?:[^']|'')*)'\s*(.*)$/s.exec(text)
  if (quoted) return { name: (quoted[1] ?? '').replaceAll("''", "'"), rest: quoted[2] ?? '' }
  const plain = /^([^\s=]*)\s*(.*)$/s.exec(text)
  return { name: plain?.[1] ?? '', rest: plain?.[2] ?? '' }
}

/** `Sales.'Registered on'` -> its table and column. */
export function placeOf(text: string): { readonly table: string; readonly column: string } {
  const found = /^('(?:[^']|'')*'|[A-Za-z_]\w*)\.('(?:[^']|'')*'|[A-Za-z_]\w*)$/.exec(text)
  if (!found) throw new Error(`no place: ${text}`)
  const [table, column] = [found[1] ?? '', found[2] ?? ''].map((part) => nameIn(part).name)
  return { table: table ?? '', column: column ?? '' }
}
