/**
 * A reader of data flow script as Microsoft documents it: statements `inputs kind(arguments) ~> stream`, and the expressions in them. It
 * knows nothing of the printer.
 */
export type Node =
  | { readonly is: 'text'; readonly value: string }
  | { readonly is: 'regex'; readonly value: string }
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'word'; readonly name: string }
  | { readonly is: 'parameter'; readonly name: string }
  | { readonly is: 'call'; readonly name: string; readonly args: readonly Arg[] }
  | { readonly is: 'list'; readonly items: readonly Node[] }
  | { readonly is: 'not'; readonly of: Node }
  | { readonly is: 'binary'; readonly op: string; readonly left: Node; readonly right: Node }

/** `value`, `option: value`, `name = value` or `value as type`. */
export interface Arg {
  readonly value: Node
  readonly option?: string
  readonly assigned?: string
  readonly as?: string
}

export interface Statement {
  readonly inputs: readonly string[]
  readonly kind: string
  readonly args: readonly Arg[]
  readonly stream: string
}

export interface Script {
  readonly parameters: readonly string[]
  readonly statements: readonly Statement[]
}

const TOKEN =
  /\s*(?:(?<text>'(?:[^'\\]|\\.)*')|(?<regex>`[^`]*`)|(?<braced>\{[^}]+\})|(?<number>\d+)|(?<word>[A-Za-z_]\w*)|(?<parameter>\$\w+)|(?<sign>~>|==|!=|&&|\|\||[=!+()[\],:]))/y

interface Token {
  readonly kind: string
  readonly text: string
}

function tokens(script: string): Token[] {
  const found: Token[] = []
  TOKEN.lastIndex = 0
  while (script.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex
    const groups = TOKEN.exec(script)?.groups
    const [kind, text] = Object.entries(groups ?? {}).find(([, value]) => value !== undefined) ?? []
    if (kind === undefined || text === undefined) throw new Error(`not script: ${script.slice(at, at + 60)}`)
    found.push({ kind, text })
  }
  return found
}

export function parseScript(script: string): Script {
  const [, block = '', rest = ''] = /^\s*parameters\{([^}]*)\}([\s\S]*)$/.exec(script) ?? [
    undefined,
    '',
    script,
  ]
  const parameters = block.split(',').flatMap((one) => {
    const [, name] = /^\s*(\w+) as (?:string|integer|boolean|date)\s*$/.exec(one) ?? []
    if (name === undefined && one.trim() !== '') throw new Error(`no parameter: ${one}`)
    return name ?? []
  })
  const reader = new Reader(tokens(rest))
  const statements: Statement[] = []
  while (!reader.done) statements.push(reader.statement())
  return { parameters, statements }
}

export const parseExpression = (text: string): Node => new Reader(tokens(text)).expression()

const LEVELS = [['||'], ['&&'], ['==', '!='], ['+']]

class Reader {
  private at = 0
  private readonly list: readonly Token[]
  constructor(list: readonly Token[]) {
    this.list = list
  }

  get done(): boolean {
    return this.at >= this.list.length
  }

  private sees(text: string, ahead = 0): boolean {
    const token = this.list[this.at + ahead]
    return token !== undefined && (token.kind === 'sign' || token.kind === 'word') && token.text === text
  }

  private next(): Token {
    const token = this.list[this.at++]
    if (!token) throw new Error('the script ends too early')
    return token
  }

  private expect(text: string): void {
    const token = this.next()
    if (token.text !== text) throw new Error(`expected ${text}, found ${token.text}`)
  }

  private name(): string {
    const { kind, text } = this.next()
    if (kind === 'braced') return text.slice(1, -1)
    if (kind !== 'word') throw new Error(`expected a name, found ${text}`)
    return text
  }

  statement(): Statement {
    const words = [this.name()]
    while (this.sees(',')) {
      this.expect(',')
      words.push(this.name())
    }
    const inputs = this.sees('(') ? [] : words
    const kind = this.sees('(') ? (words[0] ?? '') : this.name()
    const args = this.args()
    this.expect('~>')
    return { inputs, kind, args, stream: this.name() }
  }

  private args(): Arg[] {
    this.expect('(')
    const args: Arg[] = []
    while (!this.sees(')')) {
      if (args.length > 0) this.expect(',')
      args.push(this.arg())
    }
    this.expect(')')
    return args
  }

  private arg(): Arg {
    if (this.sees(':', 1)) {
      const option = this.name()
      this.expect(':')
      return { option, value: this.expression() }
    }
    if (this.sees('=', 1)) {
      const assigned = this.name()
      this.expect('=')
      return { assigned, value: this.expression() }
    }
    const value = this.expression()
    if (!this.sees('as')) return { value }
    this.expect('as')
    return { value, as: this.name() }
  }

  expression(level = 0): Node {
    const ops = LEVELS[level]
    if (!ops) return this.unary()
    let left = this.expression(level + 1)
    for (;;) {
      const op = ops.find((one) => this.sees(one))
      if (op === undefined) return left
      this.expect(op)
      left = { is: 'binary', op, left, right: this.expression(level + 1) }
    }
  }

  private unary(): Node {
    if (!this.sees('!')) return this.primary()
    this.expect('!')
    return { is: 'not', of: this.unary() }
  }

  private primary(): Node {
    if (this.sees('(')) {
      this.expect('(')
      const inner = this.expression()
      this.expect(')')
      return inner
    }
    if (this.sees('[')) return this.items()
    const { kind, text } = this.next()
    switch (kind) {
      case 'text':
        return { is: 'text', value: text.slice(1, -1).replaceAll(/\\(.)/gs, '$1') }
      case 'regex':
        return { is: 'regex', value: text.slice(1, -1) }
      case 'number':
        return { is: 'number', value: Number(text) }
      case 'parameter':
        return { is: 'parameter', name: text.slice(1) }
      case 'braced':
        return { is: 'word', name: text.slice(1, -1) }
      case 'word':
        return this.sees('(') ? { is: 'call', name: text, args: this.args() } : { is: 'word', name: text }
      default:
        throw new Error(`no expression: ${text}`)
    }
  }

  private items(): Node {
    this.expect('[')
    const items: Node[] = []
    while (!this.sees(']')) {
      if (items.length > 0) this.expect(',')
      items.push(this.expression())
    }
    this.expect(']')
    return { is: 'list', items }
  }
}

export const option = ({ args }: Statement, name: string): Node | undefined =>
  args.find((arg) => arg.option === name)?.value

export const calls = (args: readonly Arg[], name: string) =>
  args.flatMap(({ value }) => (value.is === 'call' && value.name === name ? [value] : []))

export const wordOf = (node: Node | undefined): string => {
  if (node?.is !== 'word') throw new Error(`no column: ${JSON.stringify(node)}`)
  return node.name
}

/** Names in a list of texts: `keys:['a','b']`. */
export const textsIn = (node: Node | undefined): string[] =>
  node?.is === 'list' ? node.items.map((item) => (item.is === 'text' ? item.value : '')) : []
