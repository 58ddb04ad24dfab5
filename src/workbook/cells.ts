/** A calendar day, in days since 1970-01-01. */
export interface DateCell {
  readonly date: number
}

/** A wall clock time of no particular zone, in milliseconds since 1970-01-01 00:00. */
export interface DateTimeCell {
  readonly dateTime: number
}

/** What a formula shows that has no result. */
export interface ErrorCell {
  readonly error: '#N/A' | '#NAME?' | '#VALUE!' | '#REF!' | '#DIV/0!' | '#NUM!' | '#NULL!'
}

/** What a cell can hold; null, undefined and the empty text leave it out. */
export type Cell = string | number | boolean | DateCell | DateTimeCell | ErrorCell | null | undefined

/** Indexes into the cell formats of styles.xml. */
export const styles = { header: 1, date: 2, dateTime: 3, dateTimeMs: 4 } as const

const LONGEST_TEXT = 32_767
const DAY_MS = 86_400_000
/** Days from the spreadsheet's day 0 to 1970-01-01. */
const EPOCH = 25_569
/** 1900-03-01: before it, spreadsheets count a 29 February that never was. */
const FIRST_SERIAL = 61
/** The day after 9999-12-31. */
const END_SERIAL = 2_958_466

/** One cell as XML; `reference` is its address, such as `B7`. Throws RangeError for what no spreadsheet can hold. */
export function cellXml(reference: string, value: Cell): string {
  if (value === null || value === undefined || value === '') return ''
  switch (typeof value) {
    case 'string':
      return textXml(reference, value)
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError(`${reference}: ${value} is no number a cell can hold`)
      return `<c r="${reference}"><v>${value}</v></c>`
    case 'boolean':
      return `<c r="${reference}" t="b"><v>${value ? 1 : 0}</v></c>`
    default:
      return specialXml(reference, value)
  }
}

function specialXml(reference: string, value: DateCell | DateTimeCell | ErrorCell): string {
  if ('error' in value) return `<c r="${reference}" t="e"><v>${value.error}</v></c>`
  const ms = 'date' in value ? value.date * DAY_MS : value.dateTime
  const serial = EPOCH + ms / DAY_MS
  if (!(serial < END_SERIAL)) throw new RangeError(`${reference}: a date after the year 9999`)
  if (serial < FIRST_SERIAL) return textXml(reference, isoText(ms, 'date' in value))
  const style = 'date' in value ? styles.date : ms % 1000 === 0 ? styles.dateTime : styles.dateTimeMs
  return `<c r="${reference}" s="${style}"><v>${serial}</v></c>`
}

const isoText = (ms: number, dayOnly: boolean): string =>
  new Date(ms).toISOString().slice(0, dayOnly ? 10 : 23)

function textXml(reference: string, text: string): string {
  if (text.length > LONGEST_TEXT)
    throw new RangeError(`${reference}: a text of ${text.length} characters; a cell holds ${LONGEST_TEXT}`)
  const space = /^\s|\s$/.test(text) ? ' xml:space="preserve"' : ''
  return `<c r="${reference}" t="inlineStr"><is><t${space}>${escaped(text)}</t></is></c>`
}

/** Characters XML cannot carry are written `_xHHHH_`; so is the underscore of a text that looks like that already. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const special = /[&<>"\u0000-\u0008\u000b-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g
const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as XML content or attribute value. */
export const escaped = (text: string): string =>
  text.replace(special, (character) => named[character] ?? `_x${hex(character)}_`)

const hex = (character: string): string => character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')

/** 0 -> A, 25 -> Z, 26 -> AA. */
export function columnName(index: number): string {
  const before = Math.floor(index / 26)
  return (before > 0 ? columnName(before - 1) : '') + String.fromCharCode(65 + (index % 26))
}
