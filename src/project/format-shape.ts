import { boolean, choice, mapping, number, type Read } from './shape.ts'
import { character, characterOrNone, filled, textLike } from './values.ts'

export const FORMAT_TYPES = ['csv', 'tsv', 'xlsx', 'json', 'parquet'] as const
export type FormatType = (typeof FORMAT_TYPES)[number]

const thousands = textLike(/^[^A-Za-z0-9\r\n\t+-]?$/u, "one character, or `''` for none")

/** `format` in a contract: the options of all types; which belong together is checked in `format.ts`. */
export const formatShape = mapping({
  type: {
    shape: choice(FORMAT_TYPES),
    doc: 'Default: by the extension of `files` where they all agree, else `csv`. `tsv` is csv with a tab between values.',
  },
  delimiter: { shape: character, doc: 'csv: character between values. Default `,` (a tab for tsv).' },
  quote: { shape: characterOrNone, doc: "csv, tsv: character around values, `''` for none. Default `\"`." },
  escape: {
    shape: character,
    doc: 'csv, tsv: character before a quote inside a quoted value. Default: the quote itself, doubled.',
  },
  header: { shape: boolean, doc: 'csv, tsv, xlsx: whether the first line names the columns. Default true.' },
  encoding: {
    shape: choice(['utf-8', 'utf-16', 'latin-1']),
    doc: 'csv, tsv: how characters are written. Default utf-8.',
  },
  sheet: { shape: filled, doc: 'xlsx: name of the sheet. Default: the only visible one.' },
  header_row: {
    shape: number({ min: 1, max: 1_048_576, integer: true }),
    doc: 'xlsx: row of the sheet the header stands in. Default: the first row with a value in it.',
  },
  records: {
    shape: textLike(/^[^.]+(\.[^.]+)*$/, 'keys joined by dots', 'for example `records: data.customers`'),
    doc: 'json: where in the document the array lies, for example data.customers. Default: the document is the array, or one object per line.',
  },
  decimal: { shape: choice(['.', ',']), doc: 'Decimal separator of numbers in text. Default `.`.' },
  thousands: {
    shape: thousands,
    doc: "Thousands separator of numbers in text, `''` for none (default).",
  },
})

export type WrittenFormat = Read<typeof formatShape>
export type FormatOption = Exclude<keyof WrittenFormat['values'], 'type'>
