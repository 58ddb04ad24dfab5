import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Notice, Skeleton } from '../components/notice.tsx'
import { PageLink } from '../components/page-link.tsx'
import { SessionProvider, useSession } from '../session.tsx'
import { strings } from '../strings.ts'
import { Header } from './header.tsx'
import { MobileBar } from './mobile-bar.tsx'
import { Nav } from './nav.tsx'
import { Unreachable } from './problems.tsx'
import { useShortcuts } from './shortcuts.ts'

const CommandPalette = lazy(() =>
  import('./palette.tsx').then(({ CommandPalette: component }) => ({ default: component })),
)

/** The frame around every page. */
export const Shell = () => (
  <SessionProvider
    loading={<Starting />}
    failed={({ message, requestId, retry }) => <Unreachable {...{ message, requestId, retry }} />}
  >
    <Frame />
  </SessionProvider>
)

const Starting = () => (
  <div className="alone" role="status" aria-label={strings.tile.loading}>
    <Skeleton lines={3} />
  </div>
)

const Frame = () => {
  const [isSearching, setSearching] = useState(false)
  const said = useShortcuts(() => setSearching(true))
  useAnnouncedRoutes()
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        {strings.nav.skip}
      </a>
      <Nav />
      <div className="shell-main">
        <Header onSearch={() => setSearching(true)} />
        <main id="content" tabIndex={-1}>
          <Suspense fallback={<Skeleton lines={8} />}>
            <Content />
          </Suspense>
        </main>
      </div>
      <MobileBar />
      <span className="visually-hidden" role="status">
        {said}
      </span>
      {isSearching ? (
        <Suspense fallback={null}>
          <CommandPalette onClose={() => setSearching(false)} />
        </Suspense>
      ) : null}
    </div>
  )
}

/** Without a project the guide comes first; without a published version the pages about data are of no use. */
const Content = () => {
  const { needs } = useSession()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const navigate = useNavigate()
  const mustSetUp = needs === 'setup' && path !== '/setup'
  useEffect(() => {
    if (mustSetUp) void navigate({ to: '/setup' as never, replace: true })
  }, [mustSetUp, navigate])
  if (mustSetUp) return null
  if (needs === 'run' && !['/runs', '/quarantine', '/setup'].includes(path)) {
    return (
      <Notice
        action={
          <PageLink to="/runs" className="button button-plain">
            {strings.pages.runs}
          </PageLink>
        }
      >
        <strong>{strings.empty.needsRun}.</strong> {strings.empty.needsRunHint}
      </Notice>
    )
  }
  return <Outlet />
}

/** After navigation the new page's title gets the focus, which reads it out and puts Tab at the page's beginning. */
const useAnnouncedRoutes = (): void => {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname })
  const before = useRef(path)
  useEffect(() => {
    if (before.current === path) return
    const isFirst = before.current === undefined
    before.current = path
    if (!isFirst) document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
  }, [path])
}
