import { useSyncExternalStore } from 'react'

/** Whether a media query holds, followed live. */
export const useMedia = (query: string): boolean =>
  useSyncExternalStore(
    (listener) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => window.matchMedia(query).matches,
  )

export const phone = '(max-width: 480px)'
export const narrow = '(max-width: 860px)'
