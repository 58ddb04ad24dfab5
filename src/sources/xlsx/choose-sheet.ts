import type { XlsxFormat } from '../../project/types.ts'
import { Refusal } from '../refusal.ts'
import type { Sheet } from './workbook.ts'

const WORKSHEET = 'worksheet'
const MOST_NAMES = 20
const LONGEST_NAME = 60

/** The sheet of the format, or the only visible one. */
export function chooseSheet(sheets: readonly Sheet[], format: XlsxFormat): Sheet {
  return format.sheet === undefined ? onlyVisible(sheets) : named(sheets, format.sheet)
}

function named(sheets: readonly Sheet[], wanted: string): Sheet {
  const sheet =
    sheets.find(({ name }) => name === wanted) ?? sheets.find(({ name }) => fold(name) === fold(wanted))
  if (!sheet)
    throw new Refusal(
      'xlsx_no_sheet',
      `The workbook has no sheet ${quoted(wanted)}. It has: ${list(sheets)}.`,
      'Write the name of one of these as sheet: in the format of the contract.',
    )
  if (sheet.type !== WORKSHEET)
    throw new Refusal(
      'xlsx_chart_sheet',
      `The sheet ${quoted(sheet.name)} is a ${sheet.type}, which has no rows.`,
      `Name one of the sheets with rows: ${list(sheets.filter(({ type }) => type === WORKSHEET))}.`,
    )
  return sheet
}

function onlyVisible(sheets: readonly Sheet[]): Sheet {
  const usable = sheets.filter(({ type }) => type === WORKSHEET)
  const visible = usable.filter(({ hidden }) => !hidden)
  const [only] = visible
  if (visible.length > 1)
    throw new Refusal(
      'xlsx_which_sheet',
      `The workbook has ${visible.length} sheets: ${list(visible)}.`,
      'Write the name of one of them as sheet: in the format of the contract.',
    )
  if (only) return only
  if (usable.length > 0)
    throw new Refusal(
      'xlsx_no_sheet',
      `All sheets of the workbook are hidden: ${list(usable)}.`,
      'Write the name of one of them as sheet: in the format of the contract.',
    )
  throw new Refusal(
    sheets.length > 0 ? 'xlsx_chart_sheet' : 'xlsx_no_sheet',
    sheets.length > 0 ? 'The workbook has charts only, no sheet with rows.' : 'The workbook has no sheet.',
    'Export it again with the sheet the data is on.',
  )
}

const fold = (name: string): string => name.trim().normalize('NFC').toLowerCase()

function list(sheets: readonly Sheet[]): string {
  if (sheets.length === 0) return 'none'
  const names = sheets.slice(0, MOST_NAMES).map(({ name }) => quoted(name))
  const more = sheets.length - names.length
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

const quoted = (name: string): string =>
  JSON.stringify(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name)
