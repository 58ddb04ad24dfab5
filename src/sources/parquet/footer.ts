import { type FileHandle, open } from 'node:fs/promises'
import type { FileMetaData, SchemaTree } from 'hyparquet'
import { refuseOtherKinds } from '../kinds.ts'
import { Refusal } from '../refusal.ts'

/** What the end of a Parquet file says about it. */
export interface Footer {
  readonly columns: readonly SchemaTree[]
  readonly rows: number
}

const MAGIC = 'PAR1'
const ENCRYPTED = 'PARE'
/** Its length and the magic bytes stand behind the footer. */
const TAIL = 8
const LARGEST = 64 * 1024 * 1024
const AGAIN = 'Transfer or export the file again.'

/** Throws a Refusal for anything but a whole Parquet file that is not encrypted. */
export async function readFooter(path: string): Promise<Footer> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    refuseOthers(await bytesAt(file, 0, 65536), size)
    const tail = await bytesAt(file, Math.max(0, size - TAIL), TAIL)
    const length = footerLength(tail, size)
    return await parsed(await bytesAt(file, size - TAIL - length, length + TAIL))
  } finally {
    await file.close()
  }
}

function refuseOthers(head: Buffer, size: number): void {
  if (size === 0)
    throw new Refusal(
      'parquet_empty',
      'The file is empty.',
      'Export it again, or remove it from the landing folder.',
    )
  const magic = head.toString('latin1', 0, 4)
  if (magic === ENCRYPTED) throw encrypted()
  refuseOtherKinds(head, { type: 'parquet' })
  if (magic !== MAGIC)
    throw new Refusal(
      'not_parquet',
      'This is no Parquet file, whatever it is called.',
      'Write the type the file has in the format of the contract, or put the Parquet export itself into the landing folder.',
    )
}

function footerLength(tail: Buffer, size: number): number {
  const magic = tail.toString('latin1', 4)
  if (magic === ENCRYPTED) throw encrypted()
  const length = tail.length === TAIL ? tail.readUInt32LE(0) : 0
  if (magic !== MAGIC || length === 0 || length + TAIL + MAGIC.length > size)
    throw new Refusal('parquet_truncated', 'The Parquet file ends too early: it has no footer.', AGAIN)
  if (length > LARGEST)
    throw new Refusal(
      'parquet_footer_too_long',
      `The footer of the Parquet file is longer than ${LARGEST / 1024 / 1024} MiB.`,
      'Export it with fewer columns or in fewer row groups.',
    )
  return length
}

async function parsed(bytes: Buffer): Promise<Footer> {
  // Loaded late: most runs read no Parquet file.
  const { parquetMetadata, parquetSchema } = await import('hyparquet')
  let footer: Footer & { readonly hidden: boolean }
  try {
    const metadata = parquetMetadata(bytes, { geoparquet: false })
    footer = { columns: parquetSchema(metadata).children, rows: rowsOf(metadata), hidden: isHidden(metadata) }
  } catch {
    throw damaged()
  }
  if (footer.hidden) throw encrypted()
  const { columns, rows } = footer
  if (Number.isNaN(rows) || !columns.every(({ element }) => typeof element.name === 'string')) throw damaged()
  return { columns, rows }
}

/** NaN where the footer contradicts itself. */
function rowsOf({ num_rows, row_groups }: FileMetaData): number {
  const rows = Number(num_rows)
  const inGroups = row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  return Number.isSafeInteger(rows) && rows >= 0 && inGroups === rows ? rows : Number.NaN
}

/** Columns may be encrypted where the footer is not. */
const isHidden = ({ row_groups }: FileMetaData): boolean =>
  row_groups.some(({ columns }) =>
    columns.some((chunk) => (chunk.crypto_metadata ?? chunk.encrypted_column_metadata) !== undefined),
  )

const damaged = (): Refusal =>
  new Refusal('parquet_damaged', 'The footer of the Parquet file is damaged.', AGAIN)

const encrypted = (): Refusal =>
  new Refusal(
    'parquet_encrypted',
    'The Parquet file is encrypted.',
    'Export it without encryption; the landing folder is the place to protect.',
  )

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return buffer.subarray(0, done)
}
