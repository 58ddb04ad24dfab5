import { Refusal } from './refusal.ts'

const magics: readonly { readonly is: string; readonly bytes: readonly number[] }[] = [
  { is: 'a legacy Excel workbook (.xls)', bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] },
  { is: 'a PDF document', bytes: [...Buffer.from('%PDF-')] },
  { is: 'a Parquet file', bytes: [...Buffer.from('PAR1')] },
  { is: 'an Avro file', bytes: [...Buffer.from('Obj'), 1] },
  { is: 'a zstd archive', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { is: 'an xz archive', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] },
  { is: 'a bzip2 archive', bytes: [...Buffer.from('BZh')] },
  { is: 'a 7z archive', bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { is: 'a RAR archive', bytes: [...Buffer.from('Rar!\x1a')] },
  { is: 'a zip archive', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { is: 'a zip archive', bytes: [0x50, 0x4b, 0x05, 0x06] },
]

export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/** Refuses a file whose first bytes say that it is no delimited text. */
export function refuseOtherKinds(head: Buffer): void {
  const is = magics.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte))?.is ?? markup(head)
  if (is === undefined) return
  const what = is === 'a zip archive' && isWorkbook(head) ? 'an Excel workbook (.xlsx)' : is
  throw new Refusal(
    'not_csv',
    `This is ${what}, whatever the file is called.`,
    what.includes('Excel')
      ? 'Save it as CSV UTF-8 in Excel and put that file into the landing folder.'
      : what === 'a zip archive'
        ? 'Unpack it and put the files inside into the landing folder.'
        : 'Put the CSV export itself into the landing folder.',
  )
}

function isWorkbook(head: Buffer): boolean {
  return head.includes('xl/') || head.includes('[Content_Types].xml')
}

function markup(head: Buffer): string | undefined {
  const start = head
    .subarray(0, 256)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase()
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'a web page (HTML)'
  return start.startsWith('<?xml') ? 'an XML document' : undefined
}
