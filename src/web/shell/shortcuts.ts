import { useEffect, useRef, useState } from 'react'
import { dimensionLabel } from '../labels.ts'
import { useModel } from '../session.tsx'
import { strings } from '../strings.ts'
import { usePage } from '../use-page.ts'

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null

/** Ctrl or Cmd and K (or /) searches, Esc takes back the last filter. Returns what to say about it. */
export const useShortcuts = (onSearch: () => void): string => {
  const page = usePage()
  const model = useModel()
  const [said, setSaid] = useState('')
  const act = useRef((_: KeyboardEvent): void => undefined)
  act.current = (event) => {
    const isPalette = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)
    if (isPalette || (event.key === '/' && !isTyping(event.target))) {
      event.preventDefault()
      onSearch()
    } else if (event.key === 'Escape' && !event.defaultPrevented && !isTyping(event.target)) {
      const cleared = page.clearLast()
      if (cleared !== null) {
        setSaid(
          strings.filters.cleared(
            cleared === 'range' ? strings.filters.dates : dimensionLabel(model, cleared),
          ),
        )
      }
    }
  }
  useEffect(() => {
    const listener = (event: KeyboardEvent) => act.current(event)
    document.addEventListener('keydown', listener)
    return () => document.removeEventListener('keydown', listener)
  }, [])
  return said
}
