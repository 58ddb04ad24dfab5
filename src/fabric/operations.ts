import { C360Error } from '../errors.ts'
import { type Answer, type Client, retryAfterMs } from './client.ts'
import { toldIn } from './failures.ts'

/** Something that goes on over there after the request was answered. */
export interface Operation {
  readonly id: string
  /** What it is, for messages: `creating the report`. */
  readonly doing: string
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i

/**
 * The operation that a 202 names; undefined for any other answer. Its `Location` may lie on another host of Microsoft's:
 * only the id is taken from it, so that the token stays with the host it was asked for.
 */
export function operationIn({ status, headers }: Answer, doing: string): Operation | undefined {
  if (status !== 202) return undefined
  const id = headers.get('x-ms-operation-id') ?? UUID.exec(headers.get('location') ?? '')?.[0]
  return id === undefined ? undefined : { id, doing }
}

/** Longer than any definition takes; then the command gives up waiting, not Fabric. */
const LONGEST_MS = 60 * 60_000
const USUAL_MS = 5000

/**
 * Waits for an operation. DEPLOY_FAILED with Fabric's words when it failed, NOT_FOUND when Fabric forgot it, TIMED_OUT,
 * CANCELLED.
 */
export async function completed(client: Client, { id, doing }: Operation, firstMs = 1000): Promise<void> {
  const goesOn = `Waiting was cancelled: ${doing} goes on in Fabric (operation ${id}).`
  let ms = firstMs
  for (let waited = 0; waited <= LONGEST_MS; waited += ms) {
    await client.wait(ms, goesOn)
    if (isMinute(waited, ms)) client.note(`waiting   ${doing} goes on`)
    const state = await client.send('fabric', {
      method: 'GET',
      path: `/v1/operations/${encodeURIComponent(id)}`,
      doing: `asking how ${doing} goes`,
    })
    const { status, error } = (state.body ?? {}) as { readonly status?: string; readonly error?: unknown }
    if (status === 'Succeeded') return
    if (status === 'Failed' || status === 'Undefined') throw failed(doing, id, error)
    ms = retryAfterMs(state.headers) ?? USUAL_MS
  }
  throw new C360Error('TIMED_OUT', `After an hour ${doing} still goes on in Fabric (operation ${id}).`, {
    hint: 'Run the same command again: it goes on waiting.',
  })
}

/** A wait that ends in another minute than it began: logs of long waits show that they live. */
export const isMinute = (waited: number, ms: number): boolean =>
  Math.floor(waited / 60_000) < Math.floor((waited + ms) / 60_000)

/** What a completed operation has made. */
export async function resultOf(client: Client, { id, doing }: Operation): Promise<unknown> {
  const { body } = await client.send('fabric', {
    method: 'GET',
    path: `/v1/operations/${encodeURIComponent(id)}/result`,
    doing: `reading the result of ${doing}`,
  })
  return body
}

function failed(doing: string, id: string, error: unknown): C360Error {
  const { code, message } = toldIn({ error })
  return new C360Error(
    'DEPLOY_FAILED',
    `Fabric failed at ${doing}: ${message ?? 'it does not say why.'} (${[code, `operation ${id}`].filter(Boolean).join(', ')})`,
  )
}

/** The body of an answer that may come at once or by an operation. */
export async function bodyOf(client: Client, answer: Answer, doing: string): Promise<unknown> {
  const operation = operationIn(answer, doing)
  if (!operation) return answer.body
  await completed(client, operation, retryAfterMs(answer.headers))
  return resultOf(client, operation)
}
