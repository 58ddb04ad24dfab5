import { randomUUID } from 'node:crypto'
import type { Reply, Settings } from './stub-types.ts'

interface Operation {
  looks: number
  readonly result: unknown
  readonly finish: () => void
  error?: unknown
}

export type Operations = ReturnType<typeof openOperations>

/** Operations as Fabric has them: begun, looked at, and what they made is there when they end. */
export function openOperations(settings: Settings) {
  const operations = new Map<string, Operation>()
  /** By an operation, or at once. What is made is there when the operation ends. */
  function later(result: unknown, finish: () => void, status = 200): Reply {
    if (settings.looks === 0) {
      finish()
      return { status, ...(result === undefined ? {} : { body: result }) }
    }
    const id = randomUUID()
    const error = settings.operationError
    operations.set(id, { looks: settings.looks, result, finish, ...(error ? { error } : {}) })
    return {
      status: 202,
      body: null,
      headers: {
        Location: `${settings.operationHost}/v1/operations/${id}`,
        'x-ms-operation-id': id,
        'Retry-After': String(settings.retryAfter),
      },
    }
  }

  function operation(id: string, wantsResult: boolean): Reply {
    const found = operations.get(id)
    if (!found) return refusal(404, 'OperationNotFound', 'The operation was not found.')
    const times = { createdTimeUtc: '2026-01-01T00:00:00Z', lastUpdatedTimeUtc: '2026-01-01T00:00:01Z' }
    if (wantsResult)
      return found.result === undefined
        ? refusal(400, 'OperationHasNoResult', 'The operation has no result.')
        : { status: 200, body: found.result }
    if (found.looks-- > 0)
      return {
        status: 200,
        headers: {
          'Retry-After': String(settings.retryAfter),
          'x-ms-operation-id': id,
          Location: `${settings.operationHost}/v1/operations/${id}`,
        },
        body: { status: 'Running', ...times, percentComplete: 50 },
      }
    if (found.error !== undefined)
      return { status: 200, body: { status: 'Failed', ...times, error: found.error } }
    found.finish()
    return {
      status: 200,
      headers:
        found.result === undefined
          ? {}
          : { Location: `${settings.operationHost}/v1/operations/${id}/result` },
      body: { status: 'Succeeded', ...times, percentComplete: 100, error: null },
    }
  }

  return { later, operation }
}

export const refusal = (status: number, errorCode: string, message: string): Reply => ({
  status,
  headers: { 'x-ms-public-api-error-code': errorCode, requestId: randomUUID() },
  body: { requestId: randomUUID(), errorCode, message },
})
