/** The value that so large a part of the list is not above; of a sorted list the nearest rank. */
export function percentile(list, part) {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}

/** A target: one of the figures of a line, at most so much. */
export const atMost = (figure, limit) => ({ figure, limit })

/** One line: how many measurements, their middle, 95 of 100 and worst, and whether the target is met. */
export function row(what, list, target) {
  const figures = { p50: percentile(list, 0.5), p95: percentile(list, 0.95), max: Math.max(...list) }
  const texts = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(1).padStart(8)}`)
  const against =
    target === undefined
      ? ''
      : `   target ${target.figure} <= ${target.limit}: ${figures[target.figure] <= target.limit ? 'met' : 'MISSED'}`
  console.log(`${what.padEnd(58)} n ${String(list.length).padStart(4)}  ${texts.join('  ')}${against}`)
}
