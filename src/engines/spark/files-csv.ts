import type { EngineField, EngineFile, FileFormat } from '../files.ts'
import { ident, literal } from './literals.ts'

type Csv = Extract<FileFormat, { readonly type: 'csv' }>
type CsvFile = EngineFile & { readonly format: Csv }

/**
 * CSV is read line by line, so that a large file is read by many tasks: the lines are Spark's, and what a record is, and what is
 * wrong with it, is said here as the runner's reader says it. A line break inside quotes cannot be read that way.
 */
export function csvHead({ url, format }: CsvFile): string {
  const line = lineOf(format)
  return `select ${line} as line from ${textAt(url)} where _metadata.file_block_start = 0 and ${line} rlike '[^ \\\\t]' limit 1`
}

/** SELECT of line, value (its bytes as they lie there), b (where its stretch begins) and i (number of the task and place in it); lines without anything in them are left out. */
export function csvLines({ url, format }: CsvFile, width: number): string {
  // In a file of one column an empty line is a value.
  const blank = width === 1 ? '' : ` where value rlike '[^ \\\\t]'`
  return `select ${lineOf(format)} as line, value, _metadata.file_block_start as b, monotonically_increasing_id() as i from ${textAt(url)}${blank}`
}

/** Rows of bronze from the lines: fields where the record is good, the record and its fault where it is not. */
export function csvRows(
  file: CsvFile,
  fields: readonly EngineField[],
  number: string,
  beside: string,
): string {
  const { format } = file
  const numbered = `select line, n from (select line, ${number} as n from (${csvLines(file, fields.length)})) where n is null or n > 0`
  const judged = `select line, n, ${faultOf(format, fields.length)} as fault from (${numbered})`
  const values = fields.map(
    (_, index) => `case when fault is null then coalesce(r.f${index}, '') end as f${index}`,
  )
  const schema = fields.map((_, index) => `f${index} string`).join(', ')
  // As the runner shows it: bytes that are no UTF-8 one by one, and a sign for NUL.
  const shown = `case when is_valid_utf8(line) then line else decode(cast(line as binary), 'ISO-8859-1') end`
  const raw = `case when fault is not null then replace(${shown}, char(0), '\u2400') end as _raw_record`
  return [
    `select ${values.join(', ')}, ${raw}, fault as _raw_error, ${beside} from (${judged})`,
    `lateral view inline(array(from_csv(line, ${literal(schema)}, ${optionsOf(format)}))) r as ${fields.map((_, index) => `f${index}`).join(', ')}`,
  ].join(' ')
}

/** True for a line that ends inside quotes. */
export function openLine({ quote, ...format }: Csv, line: string): string {
  if (quote === '') return 'false'
  const { field, inside, delimiter, q } = patterns({ quote, ...format })
  const open = `^(?:${field}${delimiter})*+${q}${inside}$`
  return `(contains(${line}, ${literal(quote)}) and ${line} rlike ${literal(open)})`
}

/**
 * Lines that end inside quotes and are followed by one that is no record of its own. Where the next line is one, the quote
 * was a slip, and the line alone is broken.
 */
export function csvGoesOn(file: CsvFile, width: number): string {
  const { format } = file
  if (format.quote === '') return 'select 0 as n'
  const lines = csvLines(file, width)
  const strict = `contains(r.line, ${literal(format.quote)}) and not r.line rlike ${literal(wholeLine(format, 'strict'))}`
  const isNone = `${faultOf(format, width, 'r.line')} is not null or (${strict})`
  const open = `select b, i + 1 as i from (${lines}) where ${openLine(format, 'line')}`
  return `select count(*) as n from (${lines}) r join (${open}) o on o.b = r.b and o.i = r.i where not ${openLine(format, 'r.line')} and (${isNone})`
}

/** What is wrong with a record, or NULL. */
function faultOf(format: Csv, width: number, line = 'line'): string {
  const { quote } = format
  const broken = `when contains(${line}, ${literal(quote)}) and not ${line} rlike ${literal(wholeLine(format))} then 'broken_quote'`
  const branches = [
    `when contains(${line}, char(0)) then 'nul_byte'`,
    `when not is_valid_utf8(${line}) then 'invalid_encoding'`,
    ...(quote === '' ? [] : [broken]),
    ...widthFaults(format, width, line),
  ]
  return `case ${branches.join(' ')} end`
}

/** Empty fields beyond the header are no fault. */
function widthFaults(format: Csv, width: number, line: string): string[] {
  const { quote } = format
  const d = literal(format.delimiter)
  const { inside, delimiter, q } = patterns(format)
  const begins = `(?<=^|${delimiter})${q}`
  const [empty, filled] = [literal(`${begins}${q}(?=${delimiter}|$)`), literal(`${begins}${inside}${q}`)]
  const unquoted = `regexp_replace(regexp_replace(${line}, ${empty}, ''), ${filled}, 'x')`
  const bare =
    quote === '' ? line : `case when contains(${line}, ${literal(quote)}) then ${unquoted} else ${line} end`
  const fields = (text: string) => `length(${text}) - length(replace(${text}, ${d}, '')) + 1`
  return [
    `when ${fields(bare)} < ${width} then 'too_few_fields'`,
    `when ${fields(bare)} > ${width} and ${fields(`rtrim(${d}, ${bare})`)} > ${width} then 'too_many_fields'`,
  ]
}

/** `strict`: without a quote in a field that does not begin with one. */
function wholeLine(format: Csv, strict?: 'strict'): string {
  const { delimiter, ...all } = patterns(format)
  const field = strict ? all.strictField : all.field
  return `^${field}(?:${delimiter}${field})*+$`
}

/** Regular expressions of a field, of what may stand inside quotes, and of the characters themselves. */
function patterns({ delimiter: d, quote, escape: escaper }: Csv) {
  const [delimiter, q, e] = [hex(d), hex(quote), hex(escaper === '' ? quote : escaper)]
  const pair = q === e ? `${q}${q}` : `${e}(?:[${q}${e}]|(?![${q}${e}]))`
  const inside = `[^${q}${e}]*+(?:${pair}[^${q}${e}]*+)*+`
  const bare = quote === '' ? `[^${delimiter}]*+` : `(?:[^${q}${delimiter}][^${delimiter}]*+)?+`
  const quoted = `${q}${inside}${q}`
  const strictField = `(?:${quoted}|[^${q}${delimiter}]*+)`
  return { delimiter, q, inside, strictField, field: quote === '' ? bare : `(?:${quoted}|${bare})` }
}

/** A character as regular expressions cannot misread it. */
const hex = (character: string): string =>
  character === '' ? '' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`

function optionsOf({ delimiter, quote, escape: escaper }: Csv): string {
  const options = { sep: delimiter, quote, escape: quote === '' ? '' : escaper === '' ? quote : escaper }
  return `map(${Object.entries(options)
    .map(([key, value]) => `${literal(key)}, ${literal(value)}`)
    .join(', ')})`
}

/** Glob characters of a path stand for themselves. */
export const textAt = (url: string): string => `text.${ident(exactly(url))}`
export const exactly = (url: string): string => url.replace(/[[\]{}*?\\]/g, '\\$&')

/** What windows-1252, which browsers read for Latin-1, has at 0x80 to 0x9f. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'
const LATIN_1 = Array.from(WINDOWS_1252, (_, index) => String.fromCharCode(0x80 + index)).join('')

const lineOf = ({ encoding }: Csv): string =>
  encoding === 'latin-1'
    ? `translate(decode(cast(value as binary), 'ISO-8859-1'), ${literal(LATIN_1)}, ${literal(WINDOWS_1252)})`
    : 'value'
