import { C360Error } from '../errors.ts'

export const cancelled = (cause?: unknown): C360Error =>
  new C360Error('CANCELLED', 'Cancelled.', cause === undefined ? {} : { cause })

/** A statement's beginning up to its first text or quoted name: enough to know it by, and no value of a row. */
export function headOf(sql: string, quotes = /['"]/): string {
  const plain = sql
    .replace(/(^|\n)\s*--[^\n]*/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
  const head = plain.split(quotes, 1)[0] ?? ''
  return head.length > MOST_HEAD || head.length < plain.length
    ? `${head.slice(0, MOST_HEAD).trimEnd()} ..`
    : head
}

const MOST_HEAD = 100

/** The work's outcome, or CANCELLED once aborted, or what `failed` makes of the failure. */
export async function telling<T>(
  signal: AbortSignal | undefined,
  failed: (error: unknown) => unknown,
  work: () => Promise<T>,
): Promise<T> {
  try {
    signal?.throwIfAborted()
    return await (signal ? soonAfter(signal, work()) : work())
  } catch (error) {
    throw signal?.aborted ? cancelled() : failed(error)
  }
}

/** The work's outcome; once aborted, nobody waits for it longer than `graceMs` (default: ten seconds to end on the server). */
export async function soonAfter<T>(signal: AbortSignal, work: Promise<T>, graceMs = 10_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let start = () => {}
  const given = new Promise<never>((_, reject) => {
    start = () => {
      timer = setTimeout(() => reject(cancelled()), graceMs)
    }
    signal.addEventListener('abort', start, { once: true })
  })
  try {
    return await Promise.race([work, given])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', start)
    work.catch(() => undefined)
  }
}
