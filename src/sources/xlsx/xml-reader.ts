import {
  APOSTROPHE,
  BANG,
  COLON,
  EQUALS,
  GREATER,
  hasText,
  isSpace,
  LESS,
  MORE,
  QUESTION,
  QUOTE,
  SLASH,
} from './bytes.ts'
import { corrupt, endsEarly } from './refusals.ts'
import type { XmlWindow } from './xml-window.ts'

/** `text` is a run of character data or one CDATA section, `aside` a comment or processing instruction. */
export type Token = 'open' | 'close' | 'text' | 'aside' | 'more' | 'end'

const DEEPEST = 256

/**
 * XML token by token over a window, as much of it as a workbook needs: elements are matched and counted, a DOCTYPE refused. Entities are the reader's of the text.
 */
export class XmlReader {
  readonly window: XmlWindow
  /** Of the token last read: an element's name without its prefix, or a text. */
  from = 0
  to = 0
  /** Of an opening tag: from behind the name to the closing bracket. */
  attributesTo = 0
  /** The text is a CDATA section: what it says is meant literally. */
  literal = false
  /** How many elements are open; an element that opens counts already, one that closes no longer. */
  depth = 0
  /** The prefix of the root element, colon included: its namespace is the one that counts. */
  prefix = ''
  /** The element last opened has nothing in it; its closing is the next token. */
  empty = false
  #rooted = false
  readonly #open = new Int32Array(DEEPEST + 1)

  constructor(window: XmlWindow) {
    this.window = window
  }

  next(): Token {
    const { window } = this
    if (this.empty) return this.#closeEmpty()
    const { bytes, at, end } = window
    if (at >= end) return this.#exhausted()
    if (bytes[at] !== LESS) return this.#text(at)
    if (at + 1 >= end) return this.#exhausted()
    const second = bytes[at + 1]
    if (second === SLASH) return this.#close(at)
    if (second !== BANG && second !== QUESTION) return this.#element(at)
    if (second === BANG && end - at < 9 && !window.final) return 'more'
    if (hasText(bytes, at, '<![CDATA[')) return this.#cdata(at)
    const behind = skipped(bytes, at, end, window.part)
    if (behind === MORE) return this.#exhausted(true)
    window.at = behind
    return 'aside'
  }

  /** Back to where it was before: the same depth was reached by the same elements. */
  rewind(at: number, depth: number): void {
    this.window.at = at
    this.depth = depth
    this.empty = false
  }

  /** Is the element last opened or closed this one, whatever its prefix? */
  is(name: string): boolean {
    return this.to - this.from === name.length && hasText(this.window.bytes, this.from, name)
  }

  /** Value of an attribute of the element last opened, with its entities; a prefix does not matter. */
  attribute(name: string): string | undefined {
    const { bytes } = this.window
    let at = this.to
    while (at < this.attributesTo) {
      const found = attributeAt(bytes, at, this.attributesTo)
      if (found === undefined) return undefined
      if (found.nameTo - found.nameFrom === name.length && hasText(bytes, found.nameFrom, name))
        return bytes.toString('utf8', found.from, found.to)
      at = found.to + 1
    }
    return undefined
  }

  #exhausted(withinToken = false): Token {
    if (!this.window.final) return 'more'
    if (withinToken || this.depth > 0 || !this.#rooted || this.window.at < this.window.end)
      throw endsEarly(this.window.part)
    return 'end'
  }

  #text(at: number): Token {
    const { bytes, end, final } = this.window
    const next = bytes.indexOf(LESS, at)
    const found = next >= 0 && next < end
    if (!found && !final) return 'more'
    const to = found ? next : end
    if (this.depth === 0) this.#onlySpace(at, to)
    return this.#textToken(at, to, to, false)
  }

  #onlySpace(from: number, to: number): void {
    for (let i = from; i < to; i++)
      if (!isSpace(this.window.bytes[i] ?? 0)) throw corrupt(`${this.window.part} is no XML`)
  }

  #cdata(at: number): Token {
    const { bytes, end } = this.window
    const close = bytes.indexOf(']]>', at + 9, 'latin1')
    if (close < 0 || close + 3 > end) return this.#exhausted(true)
    return this.#textToken(at + 9, close, close + 3, true)
  }

  #textToken(from: number, to: number, behind: number, literal: boolean): Token {
    this.from = from
    this.to = to
    this.literal = literal
    this.window.at = behind
    return 'text'
  }

  #element(at: number): Token {
    const { bytes, end, part } = this.window
    const close = tagEnd(bytes, at, end)
    if (close === MORE) return this.#exhausted(true)
    if (this.#rooted && this.depth === 0) throw corrupt(`${part} has two root elements`)
    if (this.depth >= DEEPEST) throw corrupt(`the XML of ${part} is nested too deeply`)
    const empty = bytes[close - 1] === SLASH
    this.#name(at + 1, close)
    if (!this.#rooted) this.prefix = bytes.toString('utf8', at + 1, this.from)
    this.#rooted = true
    this.attributesTo = empty ? close - 1 : close
    this.#open[++this.depth] = hash(bytes, at + 1, this.to)
    this.empty = empty
    this.window.at = close + 1
    return 'open'
  }

  #closeEmpty(): Token {
    this.empty = false
    this.depth--
    return 'close'
  }

  #close(at: number): Token {
    const { bytes, end, part } = this.window
    const close = tagEnd(bytes, at, end)
    if (close === MORE) return this.#exhausted(true)
    this.#name(at + 2, close)
    if (this.depth === 0 || this.#open[this.depth] !== hash(bytes, at + 2, this.to))
      throw corrupt(`the tags of ${part} do not match`)
    this.depth--
    this.window.at = close + 1
    return 'close'
  }

  #name(from: number, close: number): void {
    const { bytes, part } = this.window
    let to = from
    let start = from
    for (; to < close && !isSpace(bytes[to] ?? 0) && bytes[to] !== SLASH; to++)
      if (bytes[to] === COLON) start = to + 1
    if (to === start) throw corrupt(`a tag of ${part} has no name`)
    this.from = start
    this.to = to
  }
}

/** The `>` of the tag that begins at `at`; one within quotes does not count. */
export function tagEnd(bytes: Buffer, at: number, end: number): number {
  let quote = 0
  for (let i = at + 1; i < end; i++) {
    const byte = bytes[i] as number
    if (quote !== 0) {
      if (byte === quote) quote = 0
    } else if (byte === GREATER) return i
    else if (byte === QUOTE || byte === APOSTROPHE) quote = byte
  }
  return MORE
}

/** Behind the comment or processing instruction that begins at `at`. */
function skipped(bytes: Buffer, at: number, end: number, part: string): number {
  const comment = hasText(bytes, at, '<!--')
  if (!comment && bytes[at + 1] !== QUESTION)
    throw corrupt(`${part} has a DOCTYPE or another declaration in it`)
  const close = bytes.indexOf(comment ? '-->' : '?>', at + (comment ? 4 : 2), 'latin1')
  const behind = close + (comment ? 3 : 2)
  return close < 0 || behind > end ? MORE : behind
}

interface Attribute {
  /** Without its prefix. */
  readonly nameFrom: number
  readonly nameTo: number
  readonly from: number
  readonly to: number
}

function attributeAt(bytes: Buffer, at: number, end: number): Attribute | undefined {
  let i = at
  while (i < end && isSpace(bytes[i] ?? 0)) i++
  let nameFrom = i
  for (; i < end && bytes[i] !== EQUALS && !isSpace(bytes[i] ?? 0); i++)
    if (bytes[i] === COLON) nameFrom = i + 1
  const nameTo = i
  while (i < end && (bytes[i] === EQUALS || isSpace(bytes[i] ?? 0))) i++
  const quote = bytes[i]
  if (i >= end || (quote !== QUOTE && quote !== APOSTROPHE)) return undefined
  const to = bytes.indexOf(quote, i + 1)
  return to < 0 || to > end ? undefined : { nameFrom, nameTo, from: i + 1, to }
}

/** Enough to see that tags do not match; names that collide on purpose harm only their own file. */
function hash(bytes: Buffer, from: number, to: number): number {
  let value = to - from
  for (let i = from; i < to; i++) value = (Math.imul(value, 31) + (bytes[i] as number)) | 0
  return value
}
