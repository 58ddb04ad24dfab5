import { type FileHandle, open } from 'node:fs/promises'
import { C360Error, fromSystemError } from '../../errors.ts'
import type { ReadOptions } from '../limits.ts'
import { Refusal } from '../refusal.ts'
import { corrupt, encrypted } from './refusals.ts'

const HEAD = 4096
const CHUNK = 1024 * 1024
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le')

/** Refuses a file whose first bytes say that it is no zip, and says what it is. */
export async function refuseOtherFiles(path: string, options: ReadOptions): Promise<void> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw fromSystemError(error, `reading ${path}`)
  })
  try {
    const head = Buffer.alloc(HEAD)
    const { bytesRead } = await file.read(head, 0, HEAD, 0)
    await refuseByHead(head.subarray(0, bytesRead), file, options)
  } finally {
    await file.close()
  }
}

async function refuseByHead(head: Buffer, file: FileHandle, options: ReadOptions): Promise<void> {
  if (head.length === 0)
    throw new Refusal(
      'xlsx_empty',
      'The file is empty.',
      'Export it again, or remove it from the landing folder.',
    )
  if (starts(head, 'PK\x03\x04')) return
  if (starts(head, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) {
    if (await contains(file, ENCRYPTED, options)) throw encrypted()
    throw refusal(
      'xlsx_legacy',
      'a legacy Office file, most likely an Excel workbook of before 2007 (.xls)',
      'Open it in Excel and save it as .xlsx.',
    )
  }
  if (starts(head, 'PK\x05\x06')) throw corrupt('its zip has no files in it')
  throw (
    markup(head) ??
    text(head) ??
    refusal('not_xlsx', otherKind(head), 'Put the workbook itself into the landing folder.')
  )
}

function otherKind(head: Buffer): string {
  if (starts(head, '%PDF-')) return 'a PDF document'
  if (starts(head, 'PAR1')) return 'a Parquet file'
  if (starts(head, '\x1f\x8b')) return 'a gzip file'
  return 'no zip, and so no Excel workbook'
}

function markup(head: Buffer): Refusal | undefined {
  const start = head
    .toString('latin1', 0, 512)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase()
  if (!start.startsWith('<')) return undefined
  const what = start.startsWith('<?xml') ? 'an XML document' : 'a web page (HTML)'
  return refusal(
    'not_xlsx_html',
    what,
    'Open it in Excel and save it as .xlsx: many web tools give HTML such a name.',
  )
}

function text(head: Buffer): Refusal | undefined {
  const wide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  if (!wide && head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return undefined
  if (!wide && !/[\n\r,;\t]/.test(head.toString('latin1'))) return undefined
  return refusal(
    'not_xlsx_text',
    'a text file, most likely CSV',
    'Name it .csv and write type: csv in the contract, or save it as .xlsx.',
  )
}

const starts = (head: Buffer, magic: string): boolean => head.toString('latin1', 0, magic.length) === magic

const refusal = (code: string, what: string, hint: string): Refusal =>
  new Refusal(code, `This is ${what}, whatever the file is called.`, hint)

/** Are these bytes anywhere in the file? */
async function contains(file: FileHandle, wanted: Buffer, { signal }: ReadOptions): Promise<boolean> {
  const buffer = Buffer.alloc(CHUNK + wanted.length)
  for (let position = 0; ; position += CHUNK) {
    if (signal?.aborted) throw new C360Error('CANCELLED', 'Reading was cancelled.')
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
    if (buffer.subarray(0, bytesRead).includes(wanted)) return true
    if (bytesRead < buffer.length) return false
  }
}
