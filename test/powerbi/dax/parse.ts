/** DAX as far as we print it, read from its text by its own rules. */
export type Dax =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'text'; readonly value: string }
  | { readonly is: 'column'; readonly table: string; readonly column: string }
  | { readonly is: 'measure'; readonly name: string }
  | { readonly is: 'table'; readonly name: string }
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'call'; readonly name: string; readonly args: readonly Dax[] }
  | { readonly is: 'infix'; readonly sign: string; readonly left: Dax; readonly right: Dax }
  | { readonly is: 'not' | 'minus'; readonly of: Dax }
  | { readonly is: 'let'; readonly vars: readonly (readonly [string, Dax])[]; readonly body: Dax }

const TOKEN =
  /\s*(?:(?<column>'(?:[^']|'')*'\[(?:[^\]]|\]\])*\])|(?<table>'(?:[^']|'')*')|(?<measure>\[(?:[^\]]|\]\])*\])|(?<text>"(?:[^"]|"")*")|(?<number>\d+(?:\.\d+)?)|(?<word>[A-Za-z_][A-Za-z0-9_.]*)|(?<sign>==|<>|<=|>=|&&|\|\||[-+*/&<>=(),]))/y

interface Token {
  readonly kind: string
  readonly text: string
}

function tokens(text: string): readonly Token[] {
  const found: Token[] = []
  TOKEN.lastIndex = 0
  const end = text.trimEnd().length
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match?.groups) throw new Error(`not DAX: ${text.slice(at, at + 40)}`)
    const [kind, value] = Object.entries(match.groups).find(([, part]) => part !== undefined) ?? ['', '']
    found.push({ kind, text: value ?? '' })
  }
  return found
}

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '=', '<>', '<=', '>=', '<', '>'],
  ['&'],
  ['+', '-'],
  ['*', '/'],
]

export function parseDax(text: string): Dax {
  const all = tokens(text)
  let at = 0
  const peek = (value: string) => all[at]?.text.toUpperCase() === value && all[at]?.kind !== 'text'
  const take = (value: string) => {
    if (!peek(value)) throw new Error(`${value} expected, not ${all[at]?.text}`)
    at++
  }
  const expression = (): Dax => {
    if (!peek('VAR')) return level(0)
    const vars: (readonly [string, Dax])[] = []
    while (peek('VAR')) {
      at++
      const name = all[at++]?.text ?? ''
      take('=')
      vars.push([name, level(0)])
    }
    take('RETURN')
    return { is: 'let', vars, body: expression() }
  }
  const level = (depth: number): Dax => {
    const signs = LEVELS[depth]
    if (!signs) return unary()
    let left = level(depth + 1)
    while (signs.some(peek)) {
      const sign = all[at++]?.text ?? ''
      left = { is: 'infix', sign, left, right: level(depth + 1) }
    }
    return left
  }
  const unary = (): Dax => {
    if (peek('-')) {
      at++
      return { is: 'minus', of: unary() }
    }
    if (peek('NOT')) {
      at++
      return { is: 'not', of: unary() }
    }
    return primary()
  }
  const primary = (): Dax => {
    const token = all[at++]
    if (!token) throw new Error('an expression expected')
    switch (token.kind) {
      case 'number':
        return { is: 'number', value: Number(token.text) }
      case 'text':
        return { is: 'text', value: token.text.slice(1, -1).replaceAll('""', '"') }
      case 'measure':
        return { is: 'measure', name: token.text.slice(1, -1).replaceAll(']]', ']') }
      case 'table':
        return { is: 'table', name: token.text.slice(1, -1).replaceAll("''", "'") }
      case 'column': {
        const cut = token.text.indexOf("'[")
        const table = token.text.slice(1, cut).replaceAll("''", "'")
        return { is: 'column', table, column: token.text.slice(cut + 2, -1).replaceAll(']]', ']') }
      }
      case 'word':
        return peek('(')
          ? { is: 'call', name: token.text.toUpperCase(), args: args() }
          : { is: 'name', name: token.text }
      default: {
        if (token.text !== '(') throw new Error(`unexpected ${token.text}`)
        const inner = expression()
        take(')')
        return inner
      }
    }
  }
  const args = (): Dax[] => {
    take('(')
    const list: Dax[] = []
    while (!peek(')')) {
      list.push(expression())
      if (!peek(')')) take(',')
    }
    take(')')
    return list
  }
  const parsed = expression()
  if (at < all.length) throw new Error(`nothing expected, not ${all[at]?.text}`)
  return parsed
}
