import type { Request } from 'mssql'
import type { RowBatch } from '../engine.ts'
import { type Described, plainValue } from './values.ts'

/** Rows of a batch; twice as many are in memory at most. */
const BATCH_ROWS = 5000

interface Result {
  readonly columns: readonly Described[]
  readonly isBatch: boolean
}

/**
 * A request's rows in batches, the first even if there are none. The server is asked for more only when what came has been taken; who
 * stops early, or aborts, ends the request there.
 */
export async function* streamed(
  request: Request,
  send: (isBatch: boolean) => Promise<unknown>,
  { columns, isBatch }: Result,
  signal?: AbortSignal,
): AsyncGenerator<RowBatch> {
  const rows: (readonly unknown[])[] = []
  let failed: unknown
  let isDone = false
  let wake = (): void => undefined
  request.stream = true
  request.arrayRowMode = true
  request.on('row', (row) => {
    rows.push(row)
    if (rows.length >= BATCH_ROWS) {
      request.pause()
      wake()
    }
  })
  // The first of several says why; the others follow from it.
  request.on('error', (error) => {
    failed ??= error
  })
  const cancel = () => request.cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  const whole = send(isBatch)
    .catch((error: unknown) => {
      failed ??= error
    })
    .finally(() => {
      isDone = true
      wake()
    })
  try {
    if (signal?.aborted) cancel()
    for (let first = true; ; first = false) {
      if (!isDone && rows.length < BATCH_ROWS)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      if (failed !== undefined) throw failed
      const taken = rows.splice(0)
      if (taken.length > 0 || first) yield batchOf(columns, taken)
      if (isDone && rows.length === 0) return
      request.resume()
    }
  } finally {
    signal?.removeEventListener('abort', cancel)
    if (!isDone) {
      request.cancel()
      request.resume()
    }
    await whole
  }
}

const batchOf = (columns: readonly Described[], rows: readonly (readonly unknown[])[]): RowBatch => ({
  names: columns.map(({ name }) => name),
  types: columns.map(({ type }) => type),
  columns: columns.map(({ type }, c) => rows.map((row) => plainValue(row[c], type))),
  rows: rows.length,
})
