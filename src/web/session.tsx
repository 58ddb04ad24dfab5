import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useMemo } from 'react'
import type { DimensionInfo, MeasureInfo } from '../model/semantic-types.ts'
import { api } from './api.ts'
import type { SessionInfo } from './api-types.ts'
import { createFormat, type Format } from './format.ts'
import { orThrow, projectInUrl, RequestFailed } from './http.ts'
import { strings } from './strings.ts'

interface Ready {
  readonly session: SessionInfo
  readonly model: Model
  readonly format: Format
}

export interface Model {
  readonly measures: ReadonlyMap<string, MeasureInfo>
  readonly dimensions: ReadonlyMap<string, DimensionInfo>
  /** The published version has rows for it. */
  readonly has: (measure: string) => boolean
}

const Context = createContext<Ready | null>(null)

const ready = (): Ready => {
  const value = use(Context)
  if (value === null) throw new Error('used outside of SessionProvider')
  return value
}

export const useSession = (): SessionInfo => ready().session
export const useModel = (): Model => ready().model
export const useFormat = (): Format => ready().format

/**
 * Reads the session and the semantic model before anything is drawn, and the session again every 20 s and whenever the
 * window gets the focus: that is how a page hears of a new version.
 */
export const SessionProvider = ({
  children,
  loading,
  failed,
}: {
  children: ReactNode
  loading: ReactNode
  failed: (problem: { message: string; requestId: string; retry: () => void }) => ReactNode
}) => {
  const project = projectInUrl()
  const session = useQuery({
    queryKey: ['session', project],
    queryFn: ({ signal }) => orThrow(api.session(signal)),
    staleTime: 5_000,
    refetchInterval: 20_000,
    refetchOnWindowFocus: true,
  })
  const version = session.data?.version ?? null
  const model = useQuery({
    queryKey: ['model', project, version],
    queryFn: ({ signal }) => orThrow(api.model(signal)),
    enabled: session.data !== undefined && version !== null,
    placeholderData: (before) => before,
  })
  const value = useMemo(() => readyFrom(session.data, model.data), [session.data, model.data])
  useEffect(() => {
    document.documentElement.lang = strings.language
  }, [])
  const failure = session.error ?? model.error
  if (value) return <Context value={value}>{children}</Context>
  if (!failure) return loading
  const requestId = failure instanceof RequestFailed ? failure.failure.requestId : ''
  const retry = () => void (session.error ? session.refetch() : model.refetch())
  return failed({ message: failure.message, requestId, retry })
}

const readyFrom = (
  session: SessionInfo | undefined,
  model: { measures: readonly MeasureInfo[]; dimensions: readonly DimensionInfo[] } | undefined,
): Ready | null => {
  if (!session || (session.version !== null && !model)) return null
  const measures = new Map((model?.measures ?? []).map((measure) => [measure.name, measure]))
  const dimensions = new Map((model?.dimensions ?? []).map((dimension) => [dimension.name, dimension]))
  return {
    session,
    model: { measures, dimensions, has: (name) => measures.get(name)?.hasData ?? false },
    format: createFormat(session.locale, session.currency, session.timeZone),
  }
}
