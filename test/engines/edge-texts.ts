import { type Random, randomFrom } from '../support/random.ts'

/** Texts made of parts picked at random, one list of choices after the other; the same ones every time. */
function made(seed: number, count: number, ...parts: readonly (readonly string[])[]): string[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, () => parts.map((choices) => random.pick(choices)).join(''))
}

/** One to `most` of the pieces in a row. */
function rows(seed: number, count: number, most: number, pieces: readonly string[]): string[] {
  const random = randomFrom(seed)
  const one = () => Array.from({ length: 1 + random.below(most) }, () => random.pick(pieces)).join('')
  return Array.from({ length: count }, one)
}

const different = (texts: readonly string[]): string[] => [...new Set(texts)]
const split = (texts: string): string[] => texts.split('|')

const blanks = ['', '', '', '', ' ', '\t', '\v', '\f', '\n', '\u00a0']
const signs = [...'aBZx09-+()$@.,%_/\\\'"`{}<>&?*^|;:#=~!']
const spaces = [
  ' ',
  ' ',
  '  ',
  '\t',
  '\n',
  '\r',
  '\v',
  '\f',
  '\u00a0',
  '\u1680',
  '\u2003',
  '\u3000',
  '\u200b',
]
const foreign = ['é', 'É', 'e\u0301', 'ß', 'İ', 'ı', 'Σ', 'ς', 'ŉ', 'ǆ', 'ﬁ', 'ᾳ', '٣', '９', '🙂', '𝒳', 'ẞ']
const controls = ['\0', '\u0001', '\u001f', '\u007f', '\u0085', '\u2028']
const words = [
  'null',
  'a@b.c',
  'St.',
  "O'NEIL",
  'straße',
  'ΟΔΟΣ',
  '${x}',
  '${env:HOME}',
  ', ',
  'x@y',
  '--',
  '/*',
]

export const plainTexts: readonly string[] = different([
  '',
  ...signs,
  ...spaces,
  ...foreign,
  ...controls,
  ...words,
  ...rows(1, 400, 8, [...signs, ...spaces, ...spaces, ...foreign, ...controls, ...words]),
])

export const amounts: readonly string[] = different([
  ...split('$12|-$ 12.5|(12)|US$ 5.1|5 USD|-5$|(-5)|1.5|12.50 USD|(USD 7)|$ -3.25|+$4|( $ 8.00 )|USD .5'),
  ...rows(2, 450, 7, split("-|+|$|US$|USD|(|)|1|12|1,234.50|.|5| |\u00a0|\t|\v|\n|€|'|1 000|-|$|(|x|[1]")),
])

/** Numbers as people and programs write them; of powers of ten only those that leave 15 figures. */
export const numbers: readonly string[] = different([
  ...split(
    '٣|９|1d|1f|1L|0x1p3|inf|NaN|Infinity|true|1e309|1e-99|1e5|1E+3|.e3|1.e3|e5|1e|1e+|1 e3|- 5|1_0e1_0',
  ),
  ...split('9223372036854775807|9223372036854775808|-9223372036854775808|-9223372036854775809|00012|-0'),
  ...split('9223372036854775807.4|9223372036854775807.5|9999999999999999.994|9999999999999999.995|1e15|1e16'),
  ...split('0.49999999999999999999|0.5000000000000000000000001|99999999999999999999999999999999999999|1e18'),
  ...made(
    3,
    500,
    blanks,
    split('|||+|-|--'),
    split('|0|00|1|12|123|1_000|9_9|_1|1_|1__0|1234567890|5|9'),
    split('||.|.|.|..|,'),
    split('|0|00|5|005|4|995|994|0049|1_0|_1|50|4999999999'),
    split('|||||e1|e+1|e-1|E-2|e-3|e3|e_1|e1_|e1.0'),
    [...blanks, 'x', '%', 'd'],
  ),
])

const zones = split(
  '||||Z|Z|z| Z|+05|+05:30|-0530|+5|+05:|+05:30:|+05:30:15|+0530:| UTC| utc|UTC| GMT|+99:99|-18:00|+',
)
const minutes = split('00|0|30|59|60|5|000')

/** Years 1 to 9999; the rest is in `differences` of the test. */
export const moments: readonly string[] = different([
  ...split(
    '2024-02-29|2023-02-29|20240229|2024-2-9|2024-1-1xx|2024-01-021|today|now|2024-W01-1|2024-001|２０２４-01-02',
  ),
  ...split('2024-01-02T|2024-01-02t10:00:00|2024-01-02 10|2024-01-02 10:|2024-01-02 10:00:|2024-01-02_10:00'),
  ...split(
    '2024-01-02 0000000010:00|2024-01-02 000000010:00|2024-01-02 24:|2024-01-02 24:00:00.0000001|2024-01-02 24:01',
  ),
  ...split(
    '020-1-2 3:4:5+05:00|2024-01-2 1:02:3+05:00|2024-01-02 10:00:00,5|2024-01-02T10:00:00−05:00|9999-12-31 23:59:59Z',
  ),
  ...made(
    4,
    450,
    split('||||| |\t|\v'),
    split('2024|1999|0001|20|020|02024|1970|9998'),
    split('-|-|-|/| |\\'),
    split('01|1|12|13|0|02|3|11|10'),
    split('-|-|-|/| |\\'),
    split('01|1|31|30|29|28|0|32|10|03'),
    split('| | |T|T|  |t|x'),
    split('|10|00|0|23|24|25|02|2|1|010'),
    split('|:|:|:|:|-'),
    minutes,
    split('|:|:|:|:'),
    minutes,
    split('||||.|.5|.123456|.1234567|.9999999|.000000|.0000001|,5'),
    zones,
    split('||||| |\v|x'),
  ),
  ...made(
    5,
    250,
    split('2024|1999|2007|1970|1883|2011|9998'),
    ['-'],
    split('01|03|12|11|10|06|02'),
    ['-'],
    split('01|10|31|30|03|02|27'),
    [' ', 'T'],
    split('00|01|02|03|23|24|12'),
    split(':00|:30|:59'),
    split(':00|:59|:05|:60|:5'),
    split('||||.5|.123456|.1234567'),
    zones,
  ),
])

/** What stands for each directive of a format, right and wrong; the first one is right. */
const values: Readonly<Record<string, readonly string[]>> = {
  Y: split('2020|2021|1999|20|0020|20200|2024'),
  y: split('20|68|69|5|99|100'),
  m: split('1|01|2|12|13|0|00|3'),
  b: split('jan|Feb|DEC|Sept|May|mar|foo'),
  B: split('january|February|MAY|dec'),
  d: split('1|01|29|30|31|32|0|00'),
  j: split('1|001|60|366|367|0|000|36'),
  a: split('Mon|tue|xyz'),
  A: split('Monday|SUNDAY|Mon'),
  H: split('0|00|9|12|23|24|13'),
  I: split('1|0|01|12|13'),
  p: split('am|PM|Pm|xm|a'),
  M: split('0|5|05|59|60'),
  S: split('0|5|05|59|60'),
  f: split('5|05|123456|1234567|123456789|1234567890|000001'),
  g: split('5|05|999|1000'),
  z: split('+01|-0130|+01:30|Z|+1|+01:|-01:30:15|+99:99|z|+0|-00:00'),
}

/** Texts that a format reads, or nearly so. */
export function textsFor(format: string, count: number): string[] {
  const random = randomFrom(format.length * 1000 + count)
  const parts = [...format.matchAll(/%-?([A-Za-z%])|([\s\S])/g)]
  const part = ([, letter, literal = '']: RegExpExecArray): string =>
    letter === undefined ? slip(random, literal) : letter === '%' ? '%' : oneFor(random, letter)
  const one = () => `${slip(random, '')}${parts.map(part).join('')}${slip(random, '')}`
  return different(Array.from({ length: count }, one))
}

const oneFor = (random: Random, letter: string): string => {
  const [right = '', ...others] = values[letter] ?? []
  return random.chance(0.5) ? right : random.pick([right, ...others])
}

const slip = (random: Random, literal: string): string =>
  random.chance(0.04) ? random.pick([' ', '', 'x', '  ', '\t', '\v']) : literal
