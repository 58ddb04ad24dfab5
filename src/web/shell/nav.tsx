import { useRouterState } from '@tanstack/react-router'
import { Icon } from '../components/icon.tsx'
import { PageLink } from '../components/page-link.tsx'
import { Select } from '../components/select.tsx'
import { type PageInfo, pageAt, pages } from '../pages.ts'
import { useFormat, useSession } from '../session.tsx'
import { strings } from '../strings.ts'

/** Pages that have data, with what a link marks as the current one. */
export const useNav = (): { shown: readonly PageInfo[]; current: string | undefined } => {
  const session = useSession()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const at = pageAt(path)?.name
  return {
    shown: pages.filter(({ name }) => session.pages.includes(name)),
    current: at === 'profile' ? 'customers' : at === 'store' ? 'stores' : at,
  }
}

export const Nav = () => {
  const { shown } = useNav()
  return (
    <aside className="nav">
      <PageLink to="/" className="nav-brand" label={strings.nav.home}>
        <Brand />
        <span>{strings.product}</span>
      </PageLink>
      <ProjectSwitcher />
      <nav aria-label={strings.nav.label}>
        {(['reports', 'people', 'data'] as const).map((group) => (
          <NavGroup key={group} group={group} pages={shown.filter((page) => page.group === group)} />
        ))}
      </nav>
      <NavFoot />
    </aside>
  )
}

const NavGroup = ({ group, pages: shown }: { group: PageInfo['group']; pages: readonly PageInfo[] }) => {
  if (shown.length === 0) return null
  return (
    <>
      {group === 'reports' ? null : <p className="nav-group">{strings.groups[group]}</p>}
      <ul>
        {shown.map((page) => (
          <NavItem key={page.name} page={page} />
        ))}
      </ul>
    </>
  )
}

export const NavItem = ({ page, onClick }: { page: PageInfo; onClick?: () => void }) => {
  const { current } = useNav()
  return (
    <li>
      <PageLink
        to={page.path}
        className="nav-link"
        isCurrent={current === page.name}
        {...(onClick === undefined ? {} : { onClick })}
      >
        <Icon name={page.icon} size={17} />
        {page.title}
      </PageLink>
    </li>
  )
}

const ProjectSwitcher = () => {
  const { project, projects } = useSession()
  if (projects.length < 2) return null
  return (
    <Select
      label={strings.nav.project}
      options={projects.map(({ slug, name }) => ({ value: slug, label: name }))}
      value={project}
      onChange={(slug) => window.location.assign(`/?project=${encodeURIComponent(slug)}`)}
    />
  )
}

/** How old the data is, which version is shown, and whether its checks passed. */
export const NavFoot = () => {
  const format = useFormat()
  const { asOf, version, pinned, checks, running } = useSession()
  if (version === null) return null
  const state = checks.failed > 0 ? 'failed' : checks.warnings > 0 ? 'warned' : 'passed'
  return (
    <PageLink to="/runs" className="nav-foot">
      <span className="nav-as-of">
        <span className={`dot dot-${state}`} />
        {asOf ? strings.nav.asOf(format.day(asOf)) : strings.nav.version(version)}
      </span>
      <span>{strings.nav.checks(checks)}</span>
      <span>
        {strings.nav.version(version)}
        {pinned ? `, ${strings.nav.pinned}` : ''}
        {running ? ` · ${strings.nav.running}` : ''}
      </span>
    </PageLink>
  )
}

const Brand = () => (
  <svg width="22" height="22" viewBox="0 0 24 24" fill="none" strokeWidth="3.5" aria-hidden="true">
    <path d="M12 4a8 8 0 0 1 7.6 5.5" className="brand-1" />
    <path d="M20 12.5a8 8 0 0 1-8 7.5" className="brand-2" />
    <path d="M9 19.4A8 8 0 0 1 9 4.6" className="brand-3" />
  </svg>
)
