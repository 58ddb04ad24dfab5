import { IconButton } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import { useSession } from '../session.tsx'
import { strings } from '../strings.ts'
import { nextTheme, setTheme, useTheme } from '../theme.ts'

const icons = { system: 'monitor', light: 'sun', dark: 'moon' } as const
const isMac = /mac|iphone|ipad/i.test(navigator.userAgent)

export const Header = ({ onSearch }: { onSearch: () => void }) => {
  const theme = useTheme()
  const next = nextTheme(theme)
  const { version } = useSession()
  return (
    <header className="header">
      {version === null ? (
        <span />
      ) : (
        <button type="button" className="search-button" onClick={onSearch} aria-haspopup="dialog">
          <Icon name="search" />
          <span className="search-text">{strings.search.open}</span>
          <kbd>{isMac ? '⌘K' : 'Ctrl K'}</kbd>
        </button>
      )}
      <IconButton
        icon={icons[theme]}
        className="framed"
        label={strings.theme.label(strings.theme[theme], strings.theme[next])}
        onClick={() => setTheme(next)}
      />
    </header>
  )
}
