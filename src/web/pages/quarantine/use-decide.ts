import { api } from '../../api.ts'
import type { Decision } from '../../api-types.ts'
import { useToast } from '../../components/toast.tsx'
import { useRefresh } from '../../query.ts'

/** Sends a decision and says how it went. True when it was kept. */
export const useDecide = (): ((decision: Decision, done: string) => Promise<boolean>) => {
  const tell = useToast()
  const refresh = useRefresh()
  return async (decision, done) => {
    const result = await api.decide(decision)
    if (result.ok) tell(done)
    else tell([result.failure.message, result.failure.hint].filter(Boolean).join(' '), 'failed')
    refresh()
    return result.ok
  }
}
