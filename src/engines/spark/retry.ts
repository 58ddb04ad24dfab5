import { type RetryPolicy, retrying } from '../../storage/retry.ts'
import { type Wire, WireFault } from './thrift-http.ts'
import type { Repeat, Send } from './thrift-service.ts'

export type { RetryPolicy }

const defaults: RetryPolicy = { patienceMs: 120_000, firstMs: 500, longestMs: 20_000 }

/** A name or port that was never reached may be a slip of the pen: then patience is short. */
const STRANGER_MS = 10_000

/**
 * Sends calls and tries again what may pass: no connection, a broken one, HTTP 429, 502, 503 and 504. A call whose outcome is
 * unknown (sent, no answer) is sent again only where doing it twice is the same as once (`repeat: 'any'`).
 */
export function sending(wire: Wire, policy: Partial<RetryPolicy> = {}, signal?: AbortSignal): Send {
  let reached = false
  const judge = (error: unknown, repeat: Repeat) => {
    if (!(error instanceof WireFault) || !mayPass(error, repeat)) return undefined
    if (error.status !== undefined) reached = true
    return {
      ...(error.afterMs === undefined ? {} : { afterMs: error.afterMs }),
      ...(reached ? {} : { patienceMs: STRANGER_MS }),
    }
  }
  return async (call, repeat) => {
    const once = () => wire.post(call)
    const answer = await retrying(once, {
      policy: { ...defaults, ...policy },
      judge: (error) => judge(error, repeat),
      signal,
    })
    reached = true
    return answer
  }
}

function mayPass({ status, unsent, cause }: WireFault, repeat: Repeat): boolean {
  if (repeat === 'never') return false
  if (unsent) return status !== undefined || !LASTING.test(String((cause as NodeJS.ErrnoException).code))
  return repeat === 'any' && (status === undefined || status === 502 || status === 504)
}

/** The other side is there and is not who we want: waiting does not change that. */
const LASTING = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|ERR_SSL|ERR_TLS|EPROTO|ERR_INVALID/
