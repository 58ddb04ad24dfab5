import type { ReactNode } from 'react'
import type { ApiFailure } from '../http.ts'
import { strings } from '../strings.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'

/** A line across the page: something the reader should know, with what can be done about it. */
export const Notice = ({
  kind = 'info',
  children,
  action,
}: {
  kind?: 'info' | 'warning' | 'error'
  children: ReactNode
  action?: ReactNode
}) => (
  <div className={`notice notice-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
    <Icon name={kind === 'info' ? 'info' : 'warning'} />
    <div className="notice-text">{children}</div>
    {action}
  </div>
)

/** What stands where there is nothing to show: why, and what to do. */
export const Empty = ({
  icon = 'info',
  title,
  hint,
  children,
}: {
  icon?: IconName
  title: string
  hint?: ReactNode
  children?: ReactNode
}) => (
  <div className="empty">
    <Icon name={icon} size={20} />
    <p className="empty-title">{title}</p>
    {hint ? <p className="empty-hint">{hint}</p> : null}
    {children}
  </div>
)

/** A failed request, with a way to try again and the id that finds it in the log. */
export const Failed = ({ failure, retry }: { failure: ApiFailure | undefined; retry?: () => void }) => (
  <Empty icon="warning" title={strings.tile.failed} hint={failure?.message}>
    {failure?.hint ? <p className="empty-hint">{failure.hint}</p> : null}
    {retry ? (
      <Button icon="refresh" onClick={retry}>
        {strings.tile.retry}
      </Button>
    ) : null}
    {failure?.requestId ? <p className="empty-id">{strings.tile.requestId(failure.requestId)}</p> : null}
  </Empty>
)

/** Grey lines while the first picture is on its way. */
export const Skeleton = ({ lines = 5 }: { lines?: number }) => (
  <div className="skeleton" aria-hidden="true">
    {Array.from({ length: lines }, (_, line) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike.
      <span key={line} />
    ))}
  </div>
)
