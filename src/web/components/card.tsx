import type { ReactNode } from 'react'
import type { Loaded } from '../query.ts'
import { strings } from '../strings.ts'
import { Failed, Skeleton } from './notice.tsx'

interface Head {
  readonly title: string
  readonly subtitle?: ReactNode
  /** Columns of twelve; the whole width on a narrow screen. */
  readonly span?: 3 | 4 | 5 | 6 | 7 | 8 | 9 | 12
  readonly aside?: ReactNode
  readonly foot?: ReactNode
  /** The content touches the edges: tables. */
  readonly flush?: boolean
  readonly className?: string
}

/** A tile whose content is no semantic query: runs, checks, rows. */
export const Card = ({
  title,
  subtitle,
  span = 12,
  aside,
  foot,
  flush = false,
  className = '',
  busy = false,
  children,
}: Head & { busy?: boolean; children: ReactNode }) => (
  <section className={`tile span-${span} ${className}`} aria-label={title} aria-busy={busy}>
    <header className="tile-head">
      <div className="tile-titles">
        <h2 className="tile-title">{title}</h2>
        {subtitle ? <span className="tile-subtitle">{subtitle}</span> : null}
      </div>
      {aside ? <div className="tile-aside">{aside}</div> : null}
    </header>
    <div className={`tile-body ${flush ? 'is-flush' : ''} ${busy ? 'is-dimmed' : ''}`}>{children}</div>
    {foot ? <footer className="tile-foot">{foot}</footer> : null}
  </section>
)

/** The same over an endpoint's answer: grey lines at first, the old content dimmed while the next comes, failure with a retry. */
export const LoadCard = <T,>({
  loaded,
  lines = 5,
  children,
  foot,
  ...head
}: Omit<Head, 'foot'> & {
  loaded: Loaded<T>
  lines?: number
  foot?: (data: T) => ReactNode
  children: (data: T) => ReactNode
}) => {
  const { data, state, failure, retry, stale } = loaded
  if (state === 'failed') {
    return (
      <Card {...head} flush={false}>
        <Failed failure={failure} retry={retry} />
      </Card>
    )
  }
  if (data === undefined) {
    return (
      <Card {...head} flush={false} busy>
        <span className="visually-hidden">{strings.tile.loading}</span>
        <Skeleton lines={lines} />
      </Card>
    )
  }
  return (
    <Card {...head} busy={stale} foot={foot?.(data)}>
      {children(data)}
    </Card>
  )
}
