import type { IconName } from './components/icon.tsx'
import { strings } from './strings.ts'

export interface PageInfo {
  /** As the session's `pages` names it. */
  readonly name: string
  readonly path: string
  readonly title: string
  readonly icon: IconName
  readonly group: 'reports' | 'people' | 'data'
  /** Keys of the address that only this page knows; all others are named in a notice and dropped. */
  readonly own: readonly string[]
  /** It has the global filters (range, comparison, channel, store) at its top right. */
  readonly filtered: boolean
}

const page = (
  name: keyof typeof strings.pages,
  icon: IconName,
  group: PageInfo['group'],
  options: { path?: string; own?: readonly string[]; filtered?: boolean } = {},
): PageInfo => ({
  name,
  path: options.path ?? `/${name}`,
  title: strings.pages[name],
  icon,
  group,
  own: options.own ?? [],
  filtered: options.filtered ?? group === 'reports',
})

/** The navigation, in its order. */
export const pages: readonly PageInfo[] = [
  page('overview', 'overview', 'reports', { path: '/', own: ['rank'] }),
  page('sales', 'bag', 'reports'),
  page('stores', 'store', 'reports'),
  page('segments', 'pie', 'reports', { own: ['share', 'offset'] }),
  page('peak-times', 'clock', 'reports', { own: ['view', 'pair'] }),
  page('support', 'headset', 'reports'),
  page('web', 'pointer', 'reports'),
  page('loyalty', 'award', 'reports', { own: ['offset'] }),
  page('retention', 'repeat', 'reports', { own: ['cells', 'months', 'offset'] }),
  page('explore', 'compass', 'reports', { own: ['measure', 'split', 'show'] }),
  page('customers', 'people', 'people', { own: ['where', 'columns', 'offset'] }),
  page('runs', 'pulse', 'data', { own: ['run', 'table', 'model'] }),
  page('quarantine', 'shield', 'data', { own: ['source', 'reason', 'column', 'offset', 'row'] }),
  page('reconcile', 'scale', 'data', { own: ['view', 'figure'] }),
  page('sql', 'terminal', 'data', { own: ['check', 'table'] }),
]

/** Pages that are not in the navigation. */
export const otherPages: readonly PageInfo[] = [
  page('profile', 'people', 'people', { path: '/customers/$id', own: ['kinds'] }),
  page('setup', 'plus', 'data', { path: '/setup', own: ['run'] }),
  page('store', 'store', 'reports', { path: '/stores/$id' }),
]

/** The page an address belongs to. */
export const pageAt = (path: string): PageInfo | undefined =>
  [...pages, ...otherPages].find((one) =>
    one.path.endsWith('/$id')
      ? path.startsWith(one.path.slice(0, -3)) && path.length > one.path.length - 3
      : one.path === path.replace(/(.)\/$/, '$1'),
  )
