import type { ReadCell, ReadSheets } from '../support/read-xlsx.ts'

/** A row of a sheet as text, by header; what stands to the right of the table under ''. */
export type SheetRow = Readonly<Record<string, string>>

export interface SheetRead {
  readonly header: readonly string[]
  /** Row 1 is the first that is not empty after the header. */
  readonly rows: readonly (readonly ReadCell[])[]
  readonly blankLines: number
}

export function sheetRead(sheets: ReadSheets | undefined, name: string): SheetRead {
  const [header = [], ...rows] = sheets?.[name] ?? []
  const filled = rows.filter((row) => row.some((cell) => cell !== null))
  return { header: header.map(String), rows: filled, blankLines: rows.length - filled.length }
}

export function cellText(cell: ReadCell | undefined): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell !== 'object') return String(cell).replaceAll(/^[\s\u00a0]+|[\s\u00a0]+$/g, '')
  return 'time' in cell ? cell.time.slice(0, 19) : ''
}

export const sheetRow = ({ header }: SheetRead, cells: readonly ReadCell[]): SheetRow =>
  Object.fromEntries([...header, ''].map((name, i) => [name, cellText(cells[i])]))

type Check = (value: string, row: SheetRow) => string | undefined

/** What the contracts of examples/choice ask, said a second time and on purpose without them. */
interface Rules {
  readonly sheet: string
  readonly required: readonly string[]
  readonly checks: Readonly<Record<string, Check>>
}

const isDay = (value: string) => {
  const time = Date.parse(`${value}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)
}
const time: Check = (value) =>
  /^\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{3})?$/.test(value) && isDay(value.slice(0, 10))
    ? undefined
    : 'not_a_time'
const saleTime: Check = (value, row) => time(value.replace(/^Date: /, ''), row)
const signup: Check = (value) =>
  /^\d{4}-\d\d-\d\d( 00:00:00)?$/.test(value) && isDay(value.slice(0, 10)) ? undefined : 'not_a_date'
const email: Check = (value) =>
  value === 'N/A' || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value) ? undefined : 'not_an_email'
const flag: Check = (value) => (/^(true|false|yes|no|y|n|1|0)$/i.test(value) ? undefined : 'not_a_boolean')
const whole =
  (low: number, high = Number.POSITIVE_INFINITY): Check =>
  (value) => {
    if (!/^-?\d+$/.test(value)) return 'not_a_number'
    return Number(value) < low ? 'too_small' : Number(value) > high ? 'too_large' : undefined
  }
export const amountOf = (value: string): number => Number(value.replaceAll(/[$,]/g, ''))
const amount: Check = (value) => {
  if (!/^-?\$?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(value)) return 'not_a_number'
  return /\.\d{3}/.test(value) ? 'too_precise' : undefined
}
const oneOf =
  (...allowed: string[]): Check =>
  (value) =>
    allowed.includes(value) ? undefined : 'not_allowed'
const device: Check = (value, row) => oneOf('desktop', 'mobile', 'tablet')(value.toLowerCase(), row)
const resolved: Check = (value, row) =>
  time(value, row) ??
  (time(row.created_at ?? '', row) || value >= (row.created_at ?? '') ? undefined : 'before_opened_at')

export const sheetRules: Readonly<Record<string, Rules>> = {
  'Customer_master.xlsx': {
    sheet: 'Customer_master',
    required: ['customer_id', 'name'],
    checks: { email, signup_date: signup, email_opt_in: flag, sms_opt_in: flag },
  },
  'Customer_support.xlsx': {
    sheet: 'Customer_support',
    required: ['ticket_id', 'customer_id', 'issue_type', 'created_at'],
    checks: { created_at: time, resolved_at: resolved, satisfaction_score: whole(1, 5) },
  },
  'Transaction.xlsx': {
    sheet: 'Transaction',
    required: ['transaction_id', 'customer_id', 'transaction_date', 'amount'],
    checks: {
      transaction_date: saleTime,
      amount,
      payment_method: oneOf('Credit Card', 'Debit Card', 'Gift Card', 'PayPal'),
    },
  },
  'Web_Interactions.xlsx': {
    sheet: 'Web_Interactions',
    required: ['session_id', 'customer_id', 'session_start'],
    checks: { session_start: time, pages_viewed: whole(0), session_duration: whole(0), device_type: device },
  },
}

export interface JudgedSheet {
  readonly read: SheetRead
  /** `row column: reason` */
  readonly held: readonly string[]
  readonly superseded: readonly number[]
  readonly kept: readonly SheetRow[]
}

/** Judges a workbook row by row: what is wrong with it, and which of one key is the last. */
export function judgeSheet(sheets: ReadSheets | undefined, file: string): JudgedSheet {
  const rules = sheetRules[file]
  if (!rules) throw new RangeError(`no rules for ${file}`)
  const read = sheetRead(sheets, rules.sheet)
  const held: string[] = []
  const superseded: number[] = []
  const newest = new Map<string, { number: number; row: SheetRow }>()
  read.rows.forEach((cells, i) => {
    const row = sheetRow(read, cells)
    const reasons = reasonsOf(rules, read.header, row)
    if (reasons.length > 0) {
      held.push(`${i + 1} ${reasons.join('; ')}`)
      return
    }
    const key = row[read.header[0] ?? ''] ?? ''
    const other = newest.get(key)
    if (other) superseded.push(other.number)
    newest.set(key, { number: i + 1, row })
  })
  const kept = [...newest.values()].map(({ row }) => row)
  return { read, held, superseded: superseded.sort((a, b) => a - b), kept }
}

function reasonsOf({ required, checks }: Rules, header: readonly string[], row: SheetRow): string[] {
  if (row[''] !== '') return ['too_many_fields']
  return header.flatMap((column) => {
    const value = row[column] ?? ''
    if (value === '' || (column === 'name' && value === 'N/A'))
      return required.includes(column) ? [`${column}: missing`] : []
    const reason = checks[column]?.(value, row)
    return reason === undefined ? [] : [`${column}: ${reason}`]
  })
}
