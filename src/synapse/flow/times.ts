import type { Column, Contract } from '../../project/types.ts'
import { pattern, quoted } from './text.ts'

/** Directives of strptime in the words of Java's SimpleDateFormat. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  Y: 'yyyy',
  y: 'yy',
  m: 'MM',
  '-m': 'M',
  b: 'MMM',
  B: 'MMMM',
  d: 'dd',
  '-d': 'd',
  j: 'DDD',
  a: 'EEE',
  A: 'EEEE',
  H: 'HH',
  '-H': 'H',
  I: 'hh',
  '-I': 'h',
  p: 'a',
  M: 'mm',
  '-M': 'm',
  S: 'ss',
  '-S': 's',
  f: 'SSS',
  g: 'SSS',
  '%': '%',
}

/** Ways to write an offset: `+05:30` and `Z`, `+0530`, `+05`. A longer one is tried first: what follows a shorter one would be dropped. */
const OFFSETS = ['XXX', 'XX', 'X']
const OFFSET_AT_END = '\\s*(Z|[-+]\\d\\d(:?\\d\\d)?)$'

const hasOffset = (format: string): boolean => format.includes('%z')
const hasFraction = (format: string): boolean => /%[fg]/.test(format)

/** A pattern of strptime as Java writes it; letters that are no directive stand in quotes. */
function javaPattern(format: string, offset = ''): string {
  return format.replaceAll(
    /%(-?[A-Za-z%])|([A-Za-z']+)/g,
    (_, directive: string | undefined, letters: string | undefined) => {
      if (letters !== undefined) return `'${letters.replaceAll("'", "''")}'`
      return directive === 'z' ? offset : (DIRECTIVES[directive ?? ''] ?? '')
    },
  )
}

/** More precise patterns first: Java's parser is content with the beginning of a text. */
const preciseFirst = (formats: readonly string[]): string[] => {
  const fields = (format: string) => format.split('%').length
  return [...formats].sort((a, b) => fields(b) - fields(a))
}

/** What brings the text of a time into the one form that its patterns read: a blank for the T, thousandths of a second. */
export function timeSteps({ type, formats }: Column): ((x: string) => string)[] {
  if (type !== 'timestamp') return []
  if (formats.length === 0) return [(x) => chain(x, [...ISO_FORM, ...FRACTIONS, WHOLE_SECONDS])]
  return formats.some(hasFraction) ? [(x) => chain(x, FRACTIONS)] : []
}

type Replacement = readonly [regex: string, by: string]

const ISO_FORM: readonly Replacement[] = [
  ['(?<=\\d)T(?=\\d)', ' '],
  [' [Uu][Tt][Cc]$', 'Z'],
  [' (?=[-+]\\d\\d(:?\\d\\d)?$)', ''],
]

/** Java reads what follows the point as a number of milliseconds: it must have three figures. */
const FRACTIONS: readonly Replacement[] = [
  ['(?<=:\\d\\d),(?=\\d)', '.'],
  ['(?<=:\\d\\d\\.\\d)(?!\\d)', '00'],
  ['(?<=:\\d\\d\\.\\d\\d)(?!\\d)', '0'],
  ['(?<=:\\d\\d\\.\\d\\d\\d)\\d+', ''],
]

const WHOLE_SECONDS: Replacement = ['(?<=:\\d\\d:\\d\\d)(?![.:\\d])', '.000']

const chain = (x: string, list: readonly Replacement[]): string =>
  list.reduce((text, [regex, by]) => `regexReplace(${text}, ${pattern(regex)}, ${quoted(by)})`, x)

const firstOf = (list: readonly string[]): string =>
  list.length === 1 ? `${list[0]}` : `coalesce(${list.join(', ')})`

/** Text -> timestamp in UTC. */
export function timestampOf(x: string, { formats }: Column, { timeZone }: Contract): string {
  const read = (java: string) => `toTimestamp(${x}, ${quoted(java)})`
  const withOffset =
    formats.length === 0 ? ISO_INSTANTS : preciseFirst(formats.filter(hasOffset)).flatMap(inOffsets)
  const naive =
    formats.length === 0
      ? ISO_NAIVE
      : preciseFirst(formats.filter((format) => !hasOffset(format))).map((format) => javaPattern(format))
  const wall = naive.length === 0 ? [] : [inUtc(firstOf(naive.map(read)), timeZone)]
  return firstOf([...withOffset.map(read), ...wall])
}

const inOffsets = (format: string): string[] => OFFSETS.map((offset) => javaPattern(format, offset))

const ISO_INSTANTS = ['yyyy-MM-dd HH:mm:ss.SSS', 'yyyy-MM-dd HH:mm'].flatMap((java) =>
  OFFSETS.map((offset) => `${java}${offset}`),
)
const ISO_NAIVE = ['yyyy-MM-dd HH:mm:ss.SSS', 'yyyy-MM-dd HH:mm', 'yyyy-MM-dd']

const inUtc = (x: string, zone: string): string => (zone === 'UTC' ? x : `toUTC(${x}, ${quoted(zone)})`)

/** Text -> date: the day as it is written, whatever offset stands behind it. */
export function dateOf(x: string, { formats }: Column): string {
  if (formats.length === 0) return `toDate(left(${x}, 10), 'yyyy-MM-dd')`
  return firstOf(
    preciseFirst(formats).map((format) => {
      const day = hasOffset(format) ? `regexReplace(${x}, ${pattern(OFFSET_AT_END)}, '')` : x
      return `toDate(${day}, ${quoted(javaPattern(format).trim())})`
    }),
  )
}
