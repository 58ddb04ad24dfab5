import { Refusal } from '../refusal.ts'

const again = 'Transfer the file again, or open it in Excel and save it anew.'

/** `what` says which part is damaged and how; it never quotes a value. */
export const corrupt = (what: string): Refusal =>
  new Refusal('xlsx_corrupt', `The workbook is damaged: ${what}.`, again)

export const truncated = (): Refusal =>
  new Refusal(
    'xlsx_truncated',
    'The workbook ends too early: the directory at the end of its zip is missing.',
    again,
  )

export const endsEarly = (part: string): Refusal => corrupt(`the XML of ${part} ends too early`)

export const encrypted = (): Refusal =>
  new Refusal(
    'xlsx_encrypted',
    'The workbook is protected by a password.',
    'Open it in Excel, remove the password (File, Info, Protect Workbook, Encrypt with Password) and save it again.',
  )

export function bomb(part: string, unpacked: number, packed: number): Refusal {
  return new Refusal(
    'xlsx_bomb',
    `${part} unpacks to more than ${megabytes(unpacked)} MB from ${megabytes(packed)} MB.`,
    'No honest workbook is packed this tightly. If it is one, save the sheet as CSV UTF-8 and put that into the landing folder.',
  )
}

export const tooLarge = (what: string, limit: number): Refusal =>
  new Refusal(
    'xlsx_too_large',
    `${what} takes more than ${megabytes(limit)} MB.`,
    'Save the sheet as CSV UTF-8 and put that into the landing folder.',
  )

const megabytes = (bytes: number): number => Math.max(1, Math.round(bytes / 1e6))

export const tooManyColumns = (): Refusal =>
  new Refusal(
    'xlsx_columns',
    'A row has more than 16,384 columns.',
    'No sheet of Excel has as many: export the file again.',
  )

export const tooManyRows = (): Refusal =>
  new Refusal(
    'xlsx_rows',
    'The sheet has more than 1,048,576 rows.',
    'No sheet of Excel has as many: export the file again.',
  )
