import { functionNamed } from './functions.ts'
import { tokens } from './lexer.ts'
import { quotedName } from './names.ts'
import { invalid, unsupported } from './refusals.ts'
import type { Comparison, Node, Token } from './syntax.ts'

/** Deep enough for any tool; a stack is not endless. */
const DEEPEST = 100
const MOST_IN_LIST = 2000

const COMPARISONS = new Set<string>(['eq', 'ne', 'gt', 'ge', 'lt', 'le'])
const EQUALITY = new Set<string>(['eq', 'ne'])
const ARITHMETIC = new Set(['add', 'sub', 'mul', 'div', 'divby', 'mod', 'has'])

/** A whole expression; nothing may follow it. */
export function parseExpression(text: string, where: string): Node {
  const parser = new Parser(text, where)
  const node = parser.expression()
  parser.end()
  return node
}

/** `a desc,b` */
export function parseOrder(
  text: string,
  where: string,
): { readonly by: Node; readonly descending: boolean }[] {
  const parser = new Parser(text, where)
  const terms = []
  do {
    const by = parser.expression()
    const descending = parser.word('desc')
    if (!descending) parser.word('asc')
    terms.push({ by, descending })
  } while (parser.mark(','))
  parser.end()
  return terms
}

/** `'C1'` or `source='online',transaction_id='T1'`: what stands between the brackets of a key. A key of one column needs no name. */
export function parseKey(text: string, where: string): ReadonlyMap<string, Node> {
  const parser = new Parser(text, where)
  const values = new Map<string, Node>()
  do {
    const name = parser.keyName()
    if (values.has(name)) throw invalid(where, 'a name is there twice.')
    values.set(name, parser.literal())
  } while (parser.mark(','))
  parser.end()
  return values
}

class Parser {
  private readonly list: readonly Token[]
  private readonly where: string
  private next = 0
  private depth = 0

  constructor(text: string, where: string) {
    this.list = tokens(text, where)
    this.where = where
  }

  expression(): Node {
    if (++this.depth > DEEPEST) throw invalid(this.where, `more than ${DEEPEST} brackets in each other.`)
    const parts = [this.conjunction()]
    while (this.word('or')) parts.push(this.conjunction())
    this.depth--
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'or', of: parts }
  }

  literal(): Node {
    const token = this.take()
    const node = literalOf(token)
    if (!node) throw this.unexpected(token, 'a value')
    return node
  }

  /** '' where the value stands alone. */
  keyName(): string {
    const [name, sign] = [this.list[this.next], this.list[this.next + 1]]
    if (name?.type !== 'word' || sign?.text !== '=' || sign.type !== 'mark') return ''
    this.next += 2
    return name.text
  }

  word(text: string): boolean {
    return this.accept('word', text)
  }

  mark(text: string): boolean {
    return this.accept('mark', text)
  }

  end(): void {
    const token = this.take()
    if (token.type !== 'end') throw this.unexpected(token, 'an operator or the end')
  }

  private conjunction(): Node {
    const parts = [this.comparison(EQUALITY)]
    while (this.word('and')) parts.push(this.comparison(EQUALITY))
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'and', of: parts }
  }

  /** `eq` and `ne` bind less than the others, as OData says. */
  private comparison(ops: ReadonlySet<string>): Node {
    const operand = () => (ops === EQUALITY ? this.comparison(COMPARISONS) : this.unary())
    let left = operand()
    for (;;) {
      const token = this.peek()
      if (token.type !== 'word') return left
      if (ops !== EQUALITY && token.text === 'in') left = this.among(left)
      else if (COMPARISONS.has(token.text) && EQUALITY.has(token.text) === (ops === EQUALITY)) {
        this.next++
        left = { kind: 'compare', op: token.text as Comparison, left, right: operand() }
      } else return left
    }
  }

  private among(of: Node): Node {
    this.next++
    this.must('(', 'a list in brackets')
    const list: Node[] = []
    do {
      if (list.length === MOST_IN_LIST) throw invalid(this.where, `a list may have ${MOST_IN_LIST} values.`)
      list.push(this.literal())
    } while (this.mark(','))
    this.must(')', '`,` or `)`')
    return { kind: 'in', of, list }
  }

  private unary(): Node {
    if (!this.word('not')) return this.primary()
    if (++this.depth > DEEPEST) throw invalid(this.where, `more than ${DEEPEST} \`not\` in each other.`)
    const of = this.unary()
    this.depth--
    return { kind: 'not', of }
  }

  private primary(): Node {
    const token = this.take()
    if (token.type === 'mark' && token.text === '(') {
      const node = this.expression()
      this.must(')', '`)`')
      return node
    }
    const literal = literalOf(token)
    if (literal) return literal
    if (token.type !== 'word') throw this.unexpected(token, 'a column, a value or a function')
    return this.mark('(') ? this.call(token.text) : { kind: 'property', name: token.text }
  }

  private call(name: string): Node {
    if (!functionNamed(name))
      throw unsupported(this.where, `the function ${quotedName(name)} is not known here.`)
    const args: Node[] = []
    if (!this.mark(')')) {
      do args.push(this.expression())
      while (this.mark(','))
      this.must(')', '`,` or `)`')
    }
    return { kind: 'call', name, args }
  }

  private peek(): Token {
    return this.list[this.next] ?? (this.list.at(-1) as Token)
  }

  private take(): Token {
    const token = this.peek()
    this.next++
    return token
  }

  private accept(type: Token['type'], text: string): boolean {
    const token = this.peek()
    if (token.type !== type || token.text !== text) return false
    this.next++
    return true
  }

  private must(mark: string, wanted: string): void {
    const token = this.take()
    if (token.type !== 'mark' || token.text !== mark) throw this.unexpected(token, wanted)
  }

  /** Names the place: what stands there may be a value. */
  private unexpected({ type, text, at }: Token, wanted: string) {
    if (type === 'word' && ARITHMETIC.has(text))
      return unsupported(this.where, `the operator \`${text}\` is not known here.`)
    if (type === 'mark' && text === '/')
      return unsupported(this.where, 'there are no paths: tables have no navigation properties.')
    const place = type === 'end' ? `it ends where ${wanted} is` : `at ${at + 1}, ${wanted} is`
    return invalid(this.where, `${place} expected.`)
  }
}

function literalOf({ type, text }: Token): Node | undefined {
  if (type === 'word' && (text === 'true' || text === 'false'))
    return { kind: 'literal', type: 'boolean', text }
  if (type === 'word' && text === 'null') return { kind: 'literal', type: 'null', text }
  if (type === 'word' || type === 'mark' || type === 'end') return undefined
  return { kind: 'literal', type, text }
}
