import { type ReactNode, useEffect } from 'react'
import { strings } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { FilterBar } from './filter-bar.tsx'
import { FilterPills } from './filter-pills.tsx'
import { Notice } from './notice.tsx'

/**
 * What every page begins with: its title (the page's only h1, which gets the focus after navigation), what it shows in
 * words, the global filters where `filters` is set, their pills, and a notice about parts of the address nobody knows.
 */
export const PageFrame = ({
  title,
  subtitle,
  filters = true,
  storeFilter = true,
  actions,
  children,
}: {
  title: string
  subtitle?: ReactNode
  filters?: boolean
  /** The page is of one store, so there is none to choose. */
  storeFilter?: boolean
  actions?: ReactNode
  children: ReactNode
}) => {
  const page = usePage()
  const { dropped } = page.state
  useEffect(() => {
    document.title = `${title} · ${strings.product}`
  }, [title])
  return (
    <>
      <header className="page-head">
        <div className="page-titles">
          <h1 tabIndex={-1}>{title}</h1>
          {subtitle ? <p className="page-subtitle">{subtitle}</p> : null}
        </div>
        {filters ? <FilterBar storeFilter={storeFilter} /> : null}
        {actions ? <div className="page-actions">{actions}</div> : null}
      </header>
      {dropped.length > 0 ? (
        <Notice kind="warning">{strings.filters.unknownKeys(dropped.join(', '))}</Notice>
      ) : null}
      {filters ? <FilterPills /> : null}
      {children}
    </>
  )
}
