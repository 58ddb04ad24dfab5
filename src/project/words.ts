/** Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, changes and swaps of neighbours. */
export function editDistance(a: string, b: string): number {
  let [older, previous]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swap = swapped ? at(older, j - 2) + 1 : change
      current.push(Math.min(at(previous, j) + 1, at(current, j - 1) + 1, change, swap))
    }
    ;[older, previous] = [previous, current]
  }
  return at(previous, b.length)
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY

/** Among more there is no telling, and no end of comparing. */
const MOST_CANDIDATES = 500

/** The candidate that was probably meant: equal but for case, or at most a typing error per four letters away. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase().slice(0, 64)
  if (wanted.length < 3) return candidates.find((candidate) => candidate.toLowerCase() === wanted)
  const allowed = Math.min(3, Math.max(1, Math.floor(wanted.length / 4)))
  if (candidates.length > MOST_CANDIDATES) return undefined
  let [best, distance]: [string | undefined, number] = [undefined, allowed + 1]
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= distance) continue
    const away = editDistance(wanted, candidate.toLowerCase())
    if (away < distance) [best, distance] = [candidate, away]
  }
  return best
}

/** A hint naming the nearest candidate, or else all of them when they are few. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const near = nearest(word, candidates)
  if (near !== undefined) return `did you mean \`${near}\`?`
  return candidates.length > 0 && candidates.length <= 40 ? `known: ${candidates.join(', ')}` : undefined
}

/** `CustomerID` -> `customer_id`, `Open Hours` -> `open_hours`; may come out empty or start with a digit. */
export function snakeCase(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
}

/** `a, b or c`, each in backticks. */
export function listed(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``)
  const last = quoted.pop() ?? ''
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`
}
