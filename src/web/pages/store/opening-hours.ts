/** When a store is open, as its opening hours say. */
export interface OpeningHours {
  /** Some minute of that local hour; weekday 1 = Monday. */
  readonly isOpen: (weekday: number, hour: number) => boolean
}

/** Minutes of the week, half-open; a stretch over midnight reaches into the next day. */
interface Stretch {
  readonly from: number
  readonly to: number
}

const DAY = 1440
const WEEK = 7 * DAY
const everyDay = [1, 2, 3, 4, 5, 6, 7] as const
const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const dayWord = '(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:[a-z]*day)?\\.?'
const groups: Readonly<Record<string, readonly number[]>> = {
  daily: everyDay,
  'every day': everyDay,
  everyday: everyDay,
  weekdays: [1, 2, 3, 4, 5],
  weekends: [6, 7],
}

/**
 * Reads texts like `8:00 AM - 8:00 PM`, `09:00-20:00`, `Mon-Fri 9-18; Sat 10:00-16:00; Sun closed`, `24 hours`.
 * Undefined for everything else: a guess would draw a wrong edge.
 */
export const readOpeningHours = (text: string): OpeningHours | undefined => {
  const plain = text
    .toLowerCase()
    .replace(/[–—−]|\bto\b|\buntil\b/g, '-')
    .replace(/([ap])\.m\.?/g, '$1m')
    .trim()
  const parts = plain
    .split(new RegExp(`[;|\\n]|,(?=\\s*(?:${dayWord}|weekdays|weekends))`))
    .filter((part) => part.trim() !== '')
  const read = parts.map(readPart)
  if (read.length === 0 || read.some((one) => one === undefined)) return undefined
  const stretches = read.flatMap((one) => one ?? [])
  return {
    isOpen: (weekday, hour) => {
      const from = (weekday - 1) * DAY + hour * 60
      return stretches.some((one) => overlaps(one, from) || overlaps(one, from + WEEK))
    },
  }
}

const overlaps = ({ from, to }: Stretch, hour: number): boolean => hour < to && hour + 60 > from

const readPart = (part: string): readonly Stretch[] | undefined => {
  const named = new RegExp(
    `^((?:${dayWord}|[\\s,&-])+|daily|every ?day|weekdays|weekends)\\s*:?\\s+(?=\\S)`,
  ).exec(part.trim())
  const days = named?.[1] === undefined ? everyDay : readDays(named[1].trim())
  const times = readTimes(
    part
      .trim()
      .slice(named?.[0].length ?? 0)
      .trim(),
  )
  if (!days || !times) return undefined
  return days.flatMap((day) =>
    times.map(({ from, to }) => ({ from: (day - 1) * DAY + from, to: (day - 1) * DAY + to })),
  )
}

const readDays = (text: string): readonly number[] | undefined => {
  const group = groups[text]
  if (group) return group
  const days: number[] = []
  for (const item of text
    .replace(/\s*-\s*/g, '-')
    .split(/[,&]|\s(?=[a-z])/)
    .map((one) => one.trim())
    .filter((one) => one !== '')) {
    const [first, last, ...more] = item
      .split('-')
      .map((one) => dayNames.findIndex((name) => one.trim().startsWith(name)) + 1)
    if (!first || last === 0 || more.length > 0) return undefined
    const until = last ?? first
    for (let day = first; ; day = (day % 7) + 1) {
      days.push(day)
      if (day === until) break
    }
  }
  return days.length > 0 ? days : undefined
}

const readTimes = (text: string): readonly Stretch[] | undefined => {
  if (/^(closed|-)$/.test(text)) return []
  if (/^(24\s*(h|hours|hrs)|24\/7|open 24 hours|00:00\s*-\s*24:00)$/.test(text)) return [{ from: 0, to: DAY }]
  const stretches = text.split(/,|&|\band\b/).map(readStretch)
  return stretches.some((one) => one === undefined) ? undefined : stretches.flatMap((one) => one ?? [])
}

const readStretch = (text: string): Stretch | undefined => {
  const [first, last, ...more] = text.split('-').map((one) => one.trim())
  if (first === undefined || last === undefined || more.length > 0) return undefined
  const to = minutesOf(last, undefined)
  const from = minutesOf(first, /[ap]m$/.exec(last)?.[0])
  if (from === undefined || to === undefined || from === to) return undefined
  return { from, to: to > from ? to : to + DAY }
}

/** `fallback` is the am or pm of the other end, for `9 - 11 am`; `9 - 5 pm` begins in the morning all the same. */
const minutesOf = (text: string, fallback: string | undefined): number | undefined => {
  const [, h = '', m = '0', half] = /^(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?(?:\s*uhr)?$/.exec(text) ?? []
  const [hour, minute] = [Number(h), Number(m)]
  if (h === '' || minute > 59 || hour > 24 || (half && (hour < 1 || hour > 12))) return undefined
  const late = half === 'pm' ? 12 : 0
  const isMorning = half === undefined && fallback === 'am' && hour === 12
  return (half || isMorning ? (hour % 12) + late : hour) * 60 + minute
}
