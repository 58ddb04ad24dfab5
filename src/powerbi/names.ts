import { createHash } from 'node:crypto'

const digest = (path: string): string => createHash('sha256').update(`c360/powerbi/${path}`).digest('hex')

/** An id in the shape of a UUID that follows from a path: the same object has the same id in every export. */
export function uuidOf(...path: readonly string[]): string {
  const hex = digest(path.join('/'))
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

/** Twenty hexadecimal digits, as reports name pages, visuals and filters. */
export const shortId = (...path: readonly string[]): string => digest(path.join('/')).slice(0, 20)

/** `days_since_purchase` -> `Days since purchase`. */
export const titled = (name: string): string => {
  const words = name.replaceAll('_', ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
