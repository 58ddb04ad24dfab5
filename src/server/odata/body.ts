import { C360Error } from '../../errors.ts'

/** A client that takes nothing for so long has gone, whatever its connection says; others wait for what it holds. */
const STALLED_MS = 60_000

/**
 * Pieces of text as the body of an answer, taken from `pieces` only as fast as the client takes them. `ended` is called once,
 * however it ends. A failure on the way breaks the connection: a body that is cut off is never valid JSON.
 */
export function streamed(
  pieces: AsyncIterable<string>,
  ended: () => void,
  stalledMs = STALLED_MS,
): ReadableStream<Uint8Array> {
  const source = pieces[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  let stalled: NodeJS.Timeout | undefined
  let isOver = false
  const over = async () => {
    clearTimeout(stalled)
    if (isOver) return
    isOver = true
    await source.return?.().catch(() => undefined)
    ended()
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(stalled)
        try {
          const { done, value } = await source.next()
          if (done === true) {
            controller.close()
            return await over()
          }
          controller.enqueue(encoder.encode(value))
        } catch (error) {
          controller.error(error)
          return await over()
        }
        stalled = setTimeout(() => {
          controller.error(new C360Error('TIMED_OUT', 'The client has stopped reading.'))
          void over()
        }, stalledMs)
        stalled.unref()
      },
      cancel: over,
    },
    { highWaterMark: 1 },
  )
}
