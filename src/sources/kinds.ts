import type { SourceFormat } from '../project/types.ts'
import { Refusal } from './refusal.ts'

type FormatType = SourceFormat['type']

/** What a file is by its first bytes, and the format that reads it, if there is one. */
export interface Kind {
  readonly is: string
  readonly type?: FormatType
}

const magics: readonly (Kind & { readonly bytes: readonly number[] })[] = [
  {
    is: 'a legacy or encrypted Excel workbook (.xls)',
    bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
  },
  { is: 'a PDF document', bytes: [...Buffer.from('%PDF-')] },
  { is: 'a Parquet file', type: 'parquet', bytes: [...Buffer.from('PAR1')] },
  { is: 'an Avro file', bytes: [...Buffer.from('Obj'), 1] },
  { is: 'a zstd archive', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { is: 'an xz archive', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] },
  { is: 'a bzip2 archive', bytes: [...Buffer.from('BZh')] },
  { is: 'a 7z archive', bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { is: 'a RAR archive', bytes: [...Buffer.from('Rar!\x1a')] },
  { is: 'a zip archive', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { is: 'a zip archive', bytes: [0x50, 0x4b, 0x05, 0x06] },
]

const NAMES: Readonly<Record<FormatType, string>> = {
  csv: 'CSV',
  xlsx: 'Excel (.xlsx)',
  json: 'JSON',
  parquet: 'Parquet',
}

export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/** What a file is that is not delimited text; undefined = it may be any text. */
export function kindOf(head: Buffer): Kind | undefined {
  const found = magics.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte))
  if (found?.is === 'a zip archive' && isWorkbook(head))
    return { is: 'an Excel workbook (.xlsx)', type: 'xlsx' }
  return found ?? markup(head)
}

/** Refuses a file whose first bytes say that it is not of the format the contract says. */
export function refuseOtherKinds(head: Buffer, format: SourceFormat): void {
  const wanted = format.type
  const kind = kindOf(head)
  if (kind === undefined || kind.type === wanted) return
  // Without a header the first value of a text file may well be a JSON text.
  if (kind.type === 'json' && 'header' in format && !format.header) return
  throw new Refusal(
    `not_${wanted}`,
    `This is ${kind.is}, whatever the file is called, and the contract says ${NAMES[wanted]}.`,
    hintFor(kind, wanted),
  )
}

function hintFor({ is, type }: Kind, wanted: FormatType): string {
  if (type !== undefined)
    return `Write format: { type: ${type} } in the contract, or export the file as ${NAMES[wanted]}.`
  if (is.includes('Excel'))
    return 'Save it without a password as .xlsx (format: { type: xlsx } in the contract) or as CSV UTF-8, and put that file into the landing folder.'
  return is === 'a zip archive'
    ? 'Unpack it and put the files inside into the landing folder.'
    : `Put the ${NAMES[wanted]} export itself into the landing folder.`
}

function isWorkbook(head: Buffer): boolean {
  return head.includes('xl/') || head.includes('[Content_Types].xml')
}

function markup(head: Buffer): Kind | undefined {
  const start = head
    .subarray(0, 256)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase()
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return { is: 'a web page (HTML)' }
  if (start.startsWith('<?xml')) return { is: 'an XML document' }
  return /^(\{\s*"|\[\s*\{)/.test(start) ? { is: 'a JSON document', type: 'json' } : undefined
}
