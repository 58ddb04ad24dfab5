import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { Button } from '../components/button.tsx'
import { Empty } from '../components/notice.tsx'
import { PageLink } from '../components/page-link.tsx'
import { strings } from '../strings.ts'

export const NotFound = () => (
  <Empty icon="compass" title={strings.empty.notFound} hint={strings.empty.notFoundHint}>
    <PageLink to="/" className="button button-plain">
      {strings.empty.goHome}
    </PageLink>
  </Empty>
)

/** A page that threw: the rest of the app goes on. */
export const Crashed = ({ error }: ErrorComponentProps) => {
  const router = useRouter()
  return (
    <Empty
      icon="warning"
      title={strings.empty.crashed}
      hint={error instanceof Error ? error.message : String(error)}
    >
      <Button icon="refresh" onClick={() => void router.invalidate()}>
        {strings.tile.retry}
      </Button>
    </Empty>
  )
}

export const Unreachable = ({
  message,
  requestId,
  retry,
}: {
  message: string
  requestId: string
  retry: () => void
}) => (
  <main className="alone">
    <Empty icon="warning" title={strings.empty.connection} hint={message}>
      <Button icon="refresh" onClick={retry}>
        {strings.tile.retry}
      </Button>
      {requestId ? <p className="empty-id">{strings.tile.requestId(requestId)}</p> : null}
    </Empty>
  </main>
)
