import { useState } from 'react'
import { Drawer } from '../components/dialog.tsx'
import { Icon } from '../components/icon.tsx'
import { PageLink } from '../components/page-link.tsx'
import { strings } from '../strings.ts'
import { NavFoot, NavItem, useNav } from './nav.tsx'

const first: readonly string[] = ['overview', 'customers', 'peak-times', 'support']

/** The navigation below 860 px: four pages and the rest behind "More". */
export const MobileBar = () => {
  const { shown, current } = useNav()
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  const direct = first.flatMap((name) => shown.filter((page) => page.name === name))
  const more = shown.filter(({ name }) => !first.includes(name))
  return (
    <nav className="mobile-bar" aria-label={strings.nav.label}>
      {direct.map(({ name, path, icon, title }) => (
        <PageLink key={name} to={path} isCurrent={current === name}>
          <Icon name={icon} size={20} />
          {title}
        </PageLink>
      ))}
      <button
        type="button"
        aria-haspopup="dialog"
        className={more.some(({ name }) => name === current) ? 'is-on' : ''}
        onClick={() => setOpen(true)}
      >
        <Icon name="more" size={20} />
        {strings.nav.more}
      </button>
      {isOpen ? (
        <Drawer title={strings.nav.more} onClose={close}>
          <ul className="more-list">
            {more.map((page) => (
              <NavItem key={page.name} page={page} onClick={close} />
            ))}
          </ul>
          <NavFoot />
        </Drawer>
      ) : null}
    </nav>
  )
}
