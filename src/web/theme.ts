import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

const key = 'c360-theme'
const order: readonly Theme[] = ['system', 'light', 'dark']
const listeners = new Set<() => void>()
const system = window.matchMedia('(prefers-color-scheme: dark)')
/** Read once: a list that is read between the system's change and the next picture does not tell of the change any more. */
let isDark = system.matches

const stored = (): Theme => order.find((theme) => theme === window.localStorage.getItem(key)) ?? 'system'

export const nextTheme = (theme: Theme): Theme => order[(order.indexOf(theme) + 1) % order.length] ?? 'system'

const shown = (): 'light' | 'dark' => {
  const theme = isPrinting ? 'light' : stored()
  return theme === 'system' ? (isDark ? 'dark' : 'light') : theme
}

/** Before the first picture, so that a dark room stays dark. */
export const applyTheme = (): void => {
  document.documentElement.dataset.theme = shown()
}

export const setTheme = (theme: Theme): void => {
  window.localStorage.setItem(key, theme)
  changed()
}

let isPrinting = false
const printing = (now: boolean) => () => {
  isPrinting = now
  changed()
}

const changed = (): void => {
  applyTheme()
  for (const listener of listeners) listener()
}
system.addEventListener('change', ({ matches }) => {
  isDark = matches
  changed()
})
window.addEventListener('beforeprint', printing(true))
window.addEventListener('afterprint', printing(false))

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, stored)
/** The colours on screen; charts that cannot use CSS variables redraw on it. */
export const useShownTheme = (): 'light' | 'dark' => useSyncExternalStore(subscribe, shown)
