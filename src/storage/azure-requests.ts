import type { ContainerClient } from '@azure/storage-blob'
import { C360Error } from '../errors.ts'
import type { AzurePlace } from './azure.ts'
import { endpointOf, openContainer, secretsOf } from './azure-client.ts'
import { failureOf, mayPass, tellFailure } from './azure-errors.ts'
import { inTurn, linked } from './parallel.ts'
import { type RetryPolicy, retrying } from './retry.ts'

export interface RequestPolicy extends RetryPolicy {
  /** Milliseconds without a byte moving after which a connection counts as lost. */
  readonly idleMs: number
  /** Requests at a time. */
  readonly atOnce: number
}

const defaults: RequestPolicy = {
  patienceMs: 120_000,
  firstMs: 500,
  longestMs: 20_000,
  idleMs: 60_000,
  atOnce: 16,
}

/** One try of a request. */
export interface Try {
  readonly container: ContainerClient
  /** To be handed to the SDK. */
  readonly abortSignal: AbortSignal
  /** To be called whenever bytes moved. */
  readonly alive: () => void
  /** Counts from 1: a write that is tried again may have arrived before. */
  readonly number: number
}

/** Sends a request until it is answered, as patiently as the policy says. Throws C360Error only. */
export type Send = <T>(doing: string, request: (one: Try) => Promise<T>, signal?: AbortSignal) => Promise<T>

export function openRequests(place: AzurePlace): Send {
  const policy = { ...defaults, ...place.policy }
  const turn = inTurn(policy.atOnce)
  let opened: Promise<ContainerClient> | undefined
  let secrets: string[] = []
  let everReached = false
  const open = async () => {
    const auth = await place.auth()
    secrets = secretsOf(auth)
    return openContainer(place, auth)
  }
  const container = () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  const judge = (error: unknown) => {
    everReached ||= failureOf(error).status !== undefined
    return mayPass(error, everReached)
  }
  return async (doing, request, signal = place.signal) => {
    let number = 0
    const once = async () => {
      const client = await container()
      const answer = await turn(() =>
        watched(policy.idleMs, signal, (watch) => request({ container: client, ...watch, number: ++number })),
      )
      everReached = true
      return answer
    }
    try {
      return await retrying(once, { policy, judge, signal })
    } catch (error) {
      if (signal?.aborted) throw new C360Error('CANCELLED', `Cancelled while ${doing}.`)
      if (error instanceof C360Error || isOfSystem(error)) throw error
      const { account, container: name } = place
      const host = new URL(endpointOf(place)).host
      throw tellFailure(error, { doing, account, container: name, host, tries: number, secrets })
    }
  }
}

/** A failure of this machine's disk; connections fail with other codes, and the SDK wraps them. */
const isOfSystem = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'Error' &&
  typeof (error as NodeJS.ErrnoException).errno === 'number' &&
  (error as NodeJS.ErrnoException).path !== undefined

/** Aborts when the caller does, and when nothing moved for `idleMs`. */
async function watched<T>(
  idleMs: number,
  signal: AbortSignal | undefined,
  work: (watch: Pick<Try, 'abortSignal' | 'alive'>) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const stop = linked(signal)
  const timer = setTimeout(stop.abort, idleMs)
  try {
    return await work({ abortSignal: stop.signal, alive: () => void timer.refresh() })
  } finally {
    clearTimeout(timer)
    stop.release()
  }
}
