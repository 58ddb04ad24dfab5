import { useState } from 'react'
import { api } from '../../api.ts'
import { useToast } from '../../components/toast.tsx'
import { useRefresh } from '../../query.ts'
import { useSession } from '../../session.tsx'
import { runsStrings as strings } from '../../strings/runs.ts'

/** Starts a run; says so when there is nothing to do, or why it cannot start. */
export const useStartRun = (
  onStarted: (runId: string) => void,
): { readonly start: (fullRefresh: boolean) => void; readonly isStarting: boolean } => {
  const tell = useToast()
  const refresh = useRefresh()
  const { target } = useSession().connectivity
  const [isStarting, setStarting] = useState(false)
  const start = async (fullRefresh: boolean): Promise<void> => {
    setStarting(true)
    const result = await api.startRun(fullRefresh)
    setStarting(false)
    if (!result.ok)
      return tell([result.failure.message, result.failure.hint].filter(Boolean).join(' '), 'failed')
    if (result.data.runId === null) tell(target === null ? strings.unchanged : strings.nothingNewer(target))
    else onStarted(result.data.runId)
    refresh()
  }
  return { start: (fullRefresh) => void start(fullRefresh), isStarting }
}
