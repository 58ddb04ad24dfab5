import { Badge, type Mood } from '../../components/badge.tsx'
import { runsStrings as strings } from '../../strings/runs.ts'

const moods: Readonly<Record<string, Mood>> = {
  running: 'busy',
  published: 'good',
  candidate: 'warning',
  unchanged: 'neutral',
  failed: 'bad',
  cancelled: 'neutral',
  interrupted: 'warning',
}

export const moodOf = (state: string): Mood => moods[state] ?? 'neutral'

export const stateLabel = (state: string): string =>
  (strings.states as Readonly<Record<string, string>>)[state] ?? state

export const StateBadge = ({ state }: { state: string }) => (
  <Badge mood={moodOf(state)}>{stateLabel(state)}</Badge>
)
