import { useSyncExternalStore } from 'react'
import type { Condition } from '../../api-types.ts'

const listeners = new Set<() => void>()
let kept: readonly Condition[] = []

/**
 * Conditions on personal columns. They live in memory only, never in an address or in the browser's storage: they outlast a look at
 * a profile, and are gone when the page is loaded anew.
 */
export const usePrivateConditions = (): readonly Condition[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => kept,
  )

export const setPrivateConditions = (conditions: readonly Condition[]): void => {
  kept = conditions
  for (const listener of listeners) listener()
}
