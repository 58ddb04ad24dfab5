import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

export type Mood = 'good' | 'warning' | 'bad' | 'neutral' | 'busy'

const icons: Readonly<Record<Mood, IconName>> = {
  good: 'check',
  warning: 'warning',
  bad: 'close',
  neutral: 'same',
  busy: 'clock',
}

/** A state in a word; the picture beside it says it without colour. */
export const Badge = ({ mood, icon, children }: { mood: Mood; icon?: IconName; children: ReactNode }) => (
  <span className={`badge badge-${mood}`}>
    <Icon name={icon ?? icons[mood]} size={12} />
    {children}
  </span>
)
