import type { DateFacts, ValueCount } from './types.ts'

/** A way of writing dates: what it looks like, its strptime pattern, and where day and month stand if figures leave it open. */
interface Shape {
  readonly form: RegExp
  /** `{a}` and `{b}` stand for the two figures that may be day or month. */
  readonly pattern: string
  readonly iso?: true
}

const SEP = '[/.-]'
const MONTHS = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)'
const LONG = '(?:january|february|march|april|may|june|july|august|september|october|november|december)'

const shapes: readonly Shape[] = [
  { form: /^(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)$/, pattern: '%Y-%m-%d', iso: true },
  {
    form: new RegExp(`^(?<a>\\d{1,2})(?<sep>${SEP})(?<b>\\d{1,2})\\k<sep>(?<y>\\d{4})$`),
    pattern: '{a}{sep}{b}{sep}%Y',
  },
  {
    form: new RegExp(`^(?<a>\\d{1,2})(?<sep>${SEP})(?<b>\\d{1,2})\\k<sep>(?<yy>\\d\\d)$`),
    pattern: '{a}{sep}{b}{sep}%y',
  },
  { form: /^(?<y>\d{4})(?<sep>[/.])(?<m>\d{1,2})\k<sep>(?<d>\d{1,2})$/, pattern: '%Y{sep}%m{sep}%d' },
  { form: /^(?<y>(?:19|20)\d\d)(?<m>0[1-9]|1[0-2])(?<d>0[1-9]|[12]\d|3[01])$/, pattern: '%Y%m%d' },
  {
    form: new RegExp(`^(?<d>\\d{1,2})(?<sep>[ -])${MONTHS}\\k<sep>(?<y>\\d{4})$`, 'i'),
    pattern: '%d{sep}%b{sep}%Y',
  },
  {
    form: new RegExp(`^(?<d>\\d{1,2})(?<sep>[ -])${MONTHS}\\k<sep>(?<yy>\\d\\d)$`, 'i'),
    pattern: '%d{sep}%b{sep}%y',
  },
  { form: new RegExp(`^(?<d>\\d{1,2}) ${LONG} (?<y>\\d{4})$`, 'i'), pattern: '%d %B %Y' },
  { form: new RegExp(`^${MONTHS} (?<d>\\d{1,2}), (?<y>\\d{4})$`, 'i'), pattern: '%b %d, %Y' },
  { form: new RegExp(`^${LONG} (?<d>\\d{1,2}), (?<y>\\d{4})$`, 'i'), pattern: '%B %d, %Y' },
]

const times: readonly { readonly form: RegExp; readonly pattern: string }[] = [
  { form: /^(?<h>\d{1,2}):\d\d:\d\d$/, pattern: '%H:%M:%S' },
  { form: /^(?<h>\d{1,2}):\d\d$/, pattern: '%H:%M' },
  { form: /^(?<h>\d{1,2}):\d\d:\d\d\.\d{1,6}$/, pattern: '%H:%M:%S.%f' },
  { form: /^(?<h>\d{1,2}):\d\d:\d\d\.\d{7,9}$/, pattern: '%H:%M:%S.%n' },
  { form: /^(?<h>\d{1,2}):\d\d:\d\d ?[AP]M$/i, pattern: '%I:%M:%S %p' },
  { form: /^(?<h>\d{1,2}):\d\d ?[AP]M$/i, pattern: '%I:%M %p' },
]

const OFFSET = /(?<time>.*\d)(?<offset>Z| ?[+-]\d\d:?\d\d)$/

interface Read {
  readonly pattern: string
  readonly iso: boolean
  readonly a?: number
  readonly b?: number
  readonly time: boolean
  readonly offset: boolean
  /** Sorts as the date does, where the order of day and month is known. */
  readonly sortable?: string
}

/** A text as a date, however it is written; undefined when it is none. */
export function dateText(text: string): Read | undefined {
  const [, day = '', gap = '', rest = ''] = /^(.*?\d{4}|.*?\d\d|\d{8})(T|,? )(\d{1,2}:.*)$/i.exec(text) ?? [
    text,
    text,
  ]
  const shape = shapes.find(({ form }) => form.test(day))
  if (!shape) return undefined
  const groups = shape.form.exec(day)?.groups ?? {}
  if (!plausible(groups)) return undefined
  const time = timeOf(rest)
  if (rest !== '' && !time) return undefined
  const { sep = '', a, b, y, m, d } = groups
  const date = shape.pattern.replaceAll('{sep}', sep)
  const iso = shape.iso === true && (rest === '' || time?.iso === true)
  return {
    pattern: rest === '' ? date : `${date}${gap}${time?.pattern}`,
    iso,
    ...(a === undefined || b === undefined ? {} : { a: Number(a), b: Number(b) }),
    time: rest !== '',
    offset: time?.offset === true,
    ...(y !== undefined && m !== undefined && d !== undefined
      ? { sortable: `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}` }
      : {}),
  }
}

function plausible({ a, b, y, m, d }: Readonly<Record<string, string | undefined>>): boolean {
  const within = (text: string | undefined, low: number, high: number) =>
    text === undefined || (Number(text) >= low && Number(text) <= high)
  const figures =
    a === undefined ||
    b === undefined ||
    (Math.min(+a, +b) >= 1 && Math.min(+a, +b) <= 12 && Math.max(+a, +b) <= 31)
  return figures && within(y, 1900, 2200) && within(m, 1, 12) && within(d, 1, 31)
}

function timeOf(
  text: string,
): { readonly pattern: string; readonly offset: boolean; readonly iso: boolean } | undefined {
  const zoned = OFFSET.exec(text)?.groups
  const clock = zoned?.time ?? text
  const found = times.find(({ form }) => form.test(clock))
  const hour = Number(found?.form.exec(clock)?.groups?.h)
  if (!found || hour > 23) return undefined
  const space = zoned?.offset?.startsWith(' ') ? ' ' : ''
  // `+0000` behind a space is an offset to strptime alone.
  const strict = zoned === undefined || /^(?:Z|[+-]\d\d:\d\d)$/.test(zoned.offset ?? '')
  const iso = strict && /^\d\d/.test(clock) && !found.pattern.includes('%p')
  return { pattern: zoned ? `${found.pattern}${space}%z` : found.pattern, offset: zoned !== undefined, iso }
}

/** How the dates among the values are written, with the evidence for day or month first; undefined when there are none. */
export function dateFacts(values: readonly ValueCount[]): DateFacts | undefined {
  const patterns = new Map<string, { count: number; iso: boolean }>()
  const open = { dayFirst: 0, monthFirst: 0, either: 0 }
  let [dates, timed, offset, other] = [0, 0, 0, 0]
  let [min, max] = ['', '']
  for (const { value, count } of values) {
    const read = dateText(value)
    if (!read) {
      other += count
      continue
    }
    dates += count
    if (read.time) timed += count
    if (read.offset) offset += count
    patterns.set(read.pattern, { count: count + (patterns.get(read.pattern)?.count ?? 0), iso: read.iso })
    if (read.a !== undefined && read.b !== undefined)
      open[read.a > 12 ? 'dayFirst' : read.b > 12 ? 'monthFirst' : 'either'] += count
    if (read.sortable !== undefined) {
      if (min === '' || read.sortable < min) min = read.sortable
      if (read.sortable > max) max = read.sortable
    }
  }
  if (dates === 0) return undefined
  const order = orderOf(open)
  // One way of writing in a hundred is a slip, and its values are held back like any other that is wrong.
  const usual = [...patterns]
    .filter(([, { count }]) => count * 50 >= dates)
    .sort((x, y) => y[1].count - x[1].count)
  const rare =
    [...patterns.values()].reduce((sum, { count }) => sum + count, 0) -
    usual.reduce((sum, [, { count }]) => sum + count, 0)
  const plainIso = usual.every(([, { iso }]) => iso)
  const formats = plainIso
    ? []
    : [...new Set(usual.flatMap(([pattern]) => filled(pattern, order?.dayFirst ?? true)))]
  return {
    formats,
    timeOfDay: timed > 0,
    withOffset: offset > 0,
    ...(order && usual.some(([pattern]) => pattern.includes('{a}')) ? { order } : {}),
    other: other + rare,
    min,
    max,
  }
}

/** The pattern with day and month in their places; DuckDB's `%d` and `%m` read one digit as well as two. */
function filled(pattern: string, dayFirst: boolean): string[] {
  const [a, b] = dayFirst ? ['%d', '%m'] : ['%m', '%d']
  return [pattern.replace('{a}', a).replace('{b}', b).replace('%n', '%f')]
}

function orderOf(open: { dayFirst: number; monthFirst: number; either: number }): DateFacts['order'] {
  const { dayFirst, monthFirst, either } = open
  if (dayFirst + monthFirst + either === 0) return undefined
  const n = (value: number) => value.toLocaleString('en-US')
  if (dayFirst > 0 && monthFirst === 0)
    return {
      dayFirst: true,
      certain: true,
      evidence: `${n(dayFirst)} values have a first number above 12, none a second one: the day comes first`,
    }
  if (monthFirst > 0 && dayFirst === 0)
    return {
      dayFirst: false,
      certain: true,
      evidence: `${n(monthFirst)} values have a second number above 12, none a first one: the month comes first`,
    }
  if (dayFirst + monthFirst > 0)
    return {
      dayFirst: dayFirst >= monthFirst,
      certain: Math.min(dayFirst, monthFirst) * 50 < Math.max(dayFirst, monthFirst),
      evidence: `${n(dayFirst)} values have a first number above 12 and ${n(monthFirst)} a second one: the others are held back`,
    }
  return {
    dayFirst: true,
    certain: false,
    evidence: `no number of ${n(either)} values is above 12: day or month may come first`,
  }
}
