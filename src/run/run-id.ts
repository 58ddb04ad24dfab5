import { randomBytes } from 'node:crypto'

/** `20260131T101500-abcdef`: when it began (UTC), and what tells it from others of that second. */
export function newRunId(now: number): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  return `${stamp}-${randomBytes(3).toString('hex')}`
}
