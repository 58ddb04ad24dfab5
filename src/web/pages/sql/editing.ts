/** What a key does to the text of a field: the stretch that is replaced, by what, and what is selected then. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
  readonly select: readonly [from: number, to: number]
}

const unit = '  '

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

/** All lines that the selection touches. */
const touched = (
  text: string,
  from: number,
  to: number,
): { start: number; end: number; lines: readonly string[] } => {
  const start = lineStart(text, from)
  const next = text.indexOf('\n', to)
  const end = next === -1 ? text.length : next
  return { start, end, lines: text.slice(start, end).split('\n') }
}

/** Tab: spaces at the cursor, or one step in for every selected line. */
export const indented = (text: string, from: number, to: number): Edit =>
  from === to
    ? { from, to, text: unit, select: [from + unit.length, from + unit.length] }
    : changedLines(text, from, to, (line) => `${unit}${line}`)

/** Shift and Tab: one step out. */
export const outdented = (text: string, from: number, to: number): Edit =>
  changedLines(text, from, to, (line) => line.replace(/^ {1,2}/, ''))

/** Comments every touched line, or takes the comments away when all have one. */
export const commented = (text: string, from: number, to: number): Edit => {
  const { lines } = touched(text, from, to)
  const isOn = lines.every((line) => line.trim() === '' || line.trimStart().startsWith('--'))
  return changedLines(text, from, to, (line) =>
    isOn ? line.replace(/^(\s*)-- ?/, '$1') : line.replace(/^(\s*)/, '$1-- '),
  )
}

/** Enter: the next line begins where this one does. */
export const newLine = (text: string, from: number, to: number): Edit => {
  const indent = /^ */.exec(text.slice(lineStart(text, from), from))?.[0] ?? ''
  const added = `\n${indent}`
  return { from, to, text: added, select: [from + added.length, from + added.length] }
}

const changedLines = (text: string, from: number, to: number, change: (line: string) => string): Edit => {
  const { start, end, lines } = touched(text, from, to)
  const next = lines.map(change)
  const first = (next[0]?.length ?? 0) - (lines[0]?.length ?? 0)
  const all = next.join('\n').length - lines.join('\n').length
  return {
    from: start,
    to: end,
    text: next.join('\n'),
    select: [Math.max(start, from + first), Math.max(start, to + all)],
  }
}
