import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { otherPages, pages } from './pages.ts'
import { Crashed, NotFound } from './shell/problems.tsx'
import { Shell } from './shell/shell.tsx'
import type { Search } from './state.ts'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Crashed })

/** One line per page: its code comes when it is first visited. */
const loaders: Readonly<Record<string, () => Promise<{ Page: () => React.ReactNode }>>> = {
  overview: () => import('./pages/overview.tsx'),
  sales: () => import('./pages/sales.tsx'),
  stores: () => import('./pages/stores.tsx'),
  store: () => import('./pages/store.tsx'),
  segments: () => import('./pages/segments.tsx'),
  'peak-times': () => import('./pages/peak-times.tsx'),
  support: () => import('./pages/support.tsx'),
  web: () => import('./pages/web.tsx'),
  loyalty: () => import('./pages/loyalty.tsx'),
  retention: () => import('./pages/retention.tsx'),
  explore: () => import('./pages/explore.tsx'),
  customers: () => import('./pages/customers.tsx'),
  profile: () => import('./pages/profile.tsx'),
  runs: () => import('./pages/runs.tsx'),
  quarantine: () => import('./pages/quarantine.tsx'),
  reconcile: () => import('./pages/reconcile.tsx'),
  sql: () => import('./pages/sql.tsx'),
  setup: () => import('./pages/setup.tsx'),
}

const routes = [...pages, ...otherPages].map(({ name, path }) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(loaders[name] ?? (() => Promise.reject(new Error(name))), 'Page'),
    errorComponent: Crashed,
  }),
)

/** Addresses are flat: `?range=last-30d&category=Books,Toys`. Commas stay as they are, so that people can read them. */
export const createAppRouter = () =>
  createRouter({
    routeTree: root.addChildren(routes),
    parseSearch: (text): Search => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
      const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
      return text === '' ? '' : `?${text.replaceAll('%2C', ',')}`
    },
    defaultPreload: 'intent',
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
