import { Refusal } from '../refusal.ts'

const AGAIN = 'Transfer or export the file again.'
const LAYOUTS =
  'Export an array of objects, or one object per line; where the array lies under a key, name it in the contract: format: { type: json, records: <key> }.'

export const noJson = (): Refusal =>
  new Refusal(
    'not_json',
    'The file begins with neither [ nor {: this is no JSON of records.',
    'Write the type the file has in the format of the contract, or put the JSON export itself into the landing folder.',
  )

export const emptyJson = (): Refusal =>
  new Refusal(
    'json_empty',
    'The file has no records.',
    'Export it again, or remove it from the landing folder.',
  )

export const noObjects = (): Refusal =>
  new Refusal('json_records', 'No record of the file is an object with keys.', LAYOUTS)

export const oneDocument = (): Refusal =>
  new Refusal('json_records', 'The file is one object over several lines, not an array of objects.', LAYOUTS)

export const notThere = (path: string, why: string): Refusal =>
  new Refusal(
    'json_records',
    `The contract says the records lie under ${path}, but ${why}.`,
    'Name the keys from the outermost to the array, joined by dots, or leave records out where the document is the array itself.',
  )

export const damagedJson = (position: number): Refusal =>
  new Refusal(
    'json_damaged',
    `The JSON is broken at byte ${position} of its text in a way that hides where the next record begins.`,
    `${AGAIN} One object per line (.ndjson) loses no more than the broken line.`,
  )

export const truncatedJson = (): Refusal =>
  new Refusal('json_truncated', 'The JSON ends before its array does.', AGAIN)

export const longRecord = (limit: number): Refusal =>
  new Refusal('json_record_too_long', `A record is longer than ${Math.round(limit / 1024)} KiB.`, LAYOUTS)
