/**
 * Does a path (forward slashes) match a glob? `*` and `?` stay within a folder, `**` crosses folders, `[a-z]` and `[!a-z]`
 * are one character of a set. Upper and lower case differ.
 */
export function matchGlob(glob: string, path: string): boolean {
  return globPattern(glob).test(path)
}

/** For matching many paths with one glob. */
export function globPattern(glob: string): RegExp {
  let pattern = ''
  for (let at = 0; at < glob.length; ) {
    const part = partAt(glob, at)
    pattern += part.pattern
    at += part.length
  }
  return new RegExp(`^${pattern}$`, 'su')
}

function partAt(glob: string, at: number): { readonly pattern: string; readonly length: number } {
  if (glob.startsWith('**/', at)) return { pattern: '(?:[^/]+/)*', length: 3 }
  if (glob.startsWith('**', at)) return { pattern: '.*', length: 2 }
  const character = String.fromCodePoint(glob.codePointAt(at) ?? 0)
  if (character === '*') return { pattern: '[^/]*', length: 1 }
  if (character === '?') return { pattern: '[^/]', length: 1 }
  return (character === '[' && setAt(glob, at)) || { pattern: literal(character), length: character.length }
}

/** A `]` right behind the opening belongs to the set; a bracket that is never closed is itself. */
function setAt(glob: string, at: number): { pattern: string; length: number } | undefined {
  const not = glob[at + 1] === '!' || glob[at + 1] === '^'
  const from = at + (not ? 2 : 1)
  const close = glob.indexOf(']', from + 1)
  if (close < 0) return undefined
  const members = glob.slice(from, close).replace(/[\\\][^&]/g, '\\$&')
  return isOrdered(members)
    ? { pattern: `(?!/)[${not ? '^' : ''}${members}]`, length: close + 1 - at }
    : undefined
}

/** `[z-a]` is no set. */
function isOrdered(members: string): boolean {
  return [...members.matchAll(/(.)-(.)/gsu)].every(([, low = '', high = '']) => low <= high)
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
}
