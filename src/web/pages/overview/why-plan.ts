/** What a ratio is weighted with, so that its parts can be put together again. */
export const weights: Readonly<Record<string, string>> = {
  aov: 'orders',
  resolution_rate: 'interactions',
  resolution_hours: 'resolved',
}

const sums: readonly string[] = ['revenue', 'orders', 'sessions', 'open_interactions']

/** Measures whose change can be taken apart exactly. */
export const canExplain = (measure: string): boolean => sums.includes(measure) || measure in weights

/** By what a change is taken apart; those the measure does not know are left out. */
export const splits: readonly string[] = [
  'channel',
  'category',
  'store',
  'department',
  'issue_type',
  'device',
]
