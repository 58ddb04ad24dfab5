export type Rhythm = 'hand' | 'hourly' | 'daily' | 'weekdays' | 'weekly' | 'own'

export interface Schedule {
  readonly rhythm: Rhythm
  /** `HH:MM`, for rhythms of days. */
  readonly time: string
  /** The pattern as typed, for `own`. */
  readonly cron: string
}

const days: Readonly<Record<string, Rhythm>> = { '*': 'daily', '1-5': 'weekdays', '1': 'weekly' }

/** A cron pattern as one of the rhythms the dialog offers, or as a pattern of one's own. */
export const scheduleOf = (cron: string | null): Schedule => {
  const fallback = { time: '06:00', cron: cron ?? '0 6 * * *' }
  if (cron === null) return { rhythm: 'hand', ...fallback }
  if (cron === '0 * * * *') return { rhythm: 'hourly', ...fallback }
  const [, minute, hour, day] = /^(\d{1,2}) (\d{1,2}) \* \* (\*|1-5|1)$/.exec(cron) ?? []
  const rhythm = days[day ?? '']
  if (minute === undefined || hour === undefined || rhythm === undefined)
    return { rhythm: 'own', ...fallback }
  return { rhythm, time: `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`, cron }
}

export const cronOf = ({ rhythm, time, cron }: Schedule): string | null => {
  if (rhythm === 'hand') return null
  if (rhythm === 'hourly') return '0 * * * *'
  if (rhythm === 'own') return cron.trim()
  const [hour = '6', minute = '0'] = time.split(':')
  const day = Object.keys(days).find((key) => days[key] === rhythm) ?? '*'
  return `${Number(minute)} ${Number(hour)} * * ${day}`
}
