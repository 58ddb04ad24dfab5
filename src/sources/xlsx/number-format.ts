/** What the number in a cell is, by its number format. `either`: a date or a time, whichever the number fits. */
export const kinds = { number: 0, date: 1, dateTime: 2, time: 3, duration: 4, either: 5 } as const
export type Kind = (typeof kinds)[keyof typeof kinds]

/**
 * The formats every workbook has without writing them down. From 27 on they belong to the east-asian languages and Thai,
 * and some mean a date in one and a time in another.
 */
export function builtInKind(id: number): Kind {
  if (id === 22 || id === 77) return kinds.dateTime
  if (id === 46 || id === 79) return kinds.duration
  if (within(id, 18, 21) || id === 45 || id === 47 || id === 32 || id === 33) return kinds.time
  if (id === 75 || id === 76 || id === 78 || id === 80) return kinds.time
  if (id === 34 || id === 35 || within(id, 52, 53) || within(id, 55, 56)) return kinds.either
  if (within(id, 14, 17) || within(id, 27, 36) || within(id, 50, 58)) return kinds.date
  return within(id, 71, 74) || id === 81 ? kinds.date : kinds.number
}

const within = (id: number, first: number, last: number): boolean => id >= first && id <= last

/** What a format code such as `[$-409]d-mmm-yy;@` says; its first section decides. */
export function kindOf(code: string): Kind {
  const parts = partsOf(code)
  if (parts.includes('0')) return kinds.number
  if (parts.includes('[')) return kinds.duration
  const time = parts.some((part, i) => /[hsa]/.test(part) || (part === 'm' && isMinute(parts, i)))
  const date = parts.some((part, i) => part === 'd' || (part === 'm' && !isMinute(parts, i)))
  if (date) return time ? kinds.dateTime : kinds.date
  return time ? kinds.time : kinds.number
}

/** An `m` stands for minutes behind hours and before seconds, else for the month. */
const isMinute = (parts: readonly Part[], i: number): boolean => parts[i - 1] === 'h' || parts[i + 1] === 's'

/** Hours, seconds, AM or PM, months or minutes, other parts of a date; `[` an elapsed time, `0` a digit of a plain number. */
type Part = 'h' | 's' | 'a' | 'm' | 'd' | '[' | '0'

const LONGEST = 1024

function partsOf(code: string): readonly Part[] {
  const parts: Part[] = []
  const text = code.slice(0, LONGEST).toLowerCase()
  for (let i = 0; i < text.length && text[i] !== ';'; ) {
    const token = tokenAt(text, i)
    const part = partOf(token, parts.at(-1))
    if (part !== undefined) parts.push(part)
    i += token.length
  }
  return parts
}

/** Quoted text, an escaped or padding character, brackets and words are one token each; else a run of one letter. */
function tokenAt(text: string, at: number): string {
  const character = text[at] ?? ''
  if (character === '"') return upTo(text, at, '"')
  if (character === '[') return upTo(text, at, ']')
  if (character === '\\' || character === '_' || character === '*') return text.slice(at, at + 2)
  for (const word of ['general', 'am/pm', 'a/p', 'e+', 'e-']) if (text.startsWith(word, at)) return word
  let end = at + 1
  while (end < text.length && text[end] === character) end++
  return text.slice(at, end)
}

function upTo(text: string, at: number, close: string): string {
  const end = text.indexOf(close, at + 1)
  return end < 0 ? text.slice(at) : text.slice(at, end + 1)
}

function partOf(token: string, before: Part | undefined): Part | undefined {
  if (token === 'am/pm' || token === 'a/p') return 'a'
  switch (token[0]) {
    case 'y':
    case 'd':
    case 'b':
    case 'g':
      return token === 'general' ? '0' : 'd'
    case 'e':
      return token.length === 2 && /[+-]/.test(token) ? '0' : 'd'
    case 'h':
    case 's':
    case 'm':
      return token[0]
    case '[':
      return /^\[(h+|m+|s+)\]$/.test(token) ? '[' : undefined
    case '0':
      // Behind seconds these are their decimals.
      return before === 's' || before === '[' ? undefined : '0'
    case '#':
    case '?':
      return '0'
    default:
      return undefined
  }
}
