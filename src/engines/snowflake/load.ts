import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { C360Error } from '../../errors.ts'
import type { RowBatch, Session } from '../engine.ts'
import { cancelled } from '../statement.ts'
import { ident, literal } from './literals.ts'

const packed = promisify(gzip)

export interface Loading {
  readonly session: Session
  /** The stage of the session, quoted; made when it is not there. */
  readonly stage: string
  /** Folder of this machine for what waits to be sent. */
  readonly scratch: string
  readonly signal?: AbortSignal | undefined
}

/** Characters of CSV in one file: some ten megabytes when packed. */
const FILE_SIZE = 64_000_000

/** Texts in quotes, so that the empty one is not NULL; a backslash is a backslash. */
const CSV =
  "type = csv compression = gzip field_optionally_enclosed_by = '\"' escape_unenclosed_field = none null_if = () empty_field_as_null = true"

/**
 * Adds rows to a table: as packed CSV to a stage that the session alone sees, and by one COPY INTO, which takes all or none.
 * Returns how many.
 */
export async function loadRows(
  { session, stage, scratch, signal }: Loading,
  table: string,
  columns: readonly string[],
  batches: AsyncIterable<Pick<RowBatch, 'columns' | 'rows'>>,
): Promise<number> {
  await mkdir(scratch, { recursive: true })
  const folder = await mkdtemp(join(scratch, 'snowflake-'))
  const place = `@${stage}/${randomUUID()}`
  const own = signal ? { signal } : {}
  let files = 0
  const put = async (text: string) => {
    if (files === 0) await session.execute([`create temporary stage if not exists ${stage}`], own)
    const file = join(folder, `part-${String(files++).padStart(5, '0')}.csv.gz`)
    await writeFile(file, await packed(text), { mode: 0o600 })
    await upload(session, file, place, signal)
    await rm(file)
  }
  try {
    const rows = await inFiles(batches, put, signal)
    if (rows > 0)
      await session.execute(
        [
          `copy into ${table} (${columns.map(ident).join(', ')}) from ${place}/ file_format = (${CSV}) on_error = abort_statement purge = true`,
        ],
        own,
      )
    return rows
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function inFiles(
  batches: AsyncIterable<Pick<RowBatch, 'columns' | 'rows'>>,
  put: (text: string) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<number> {
  let lines: string[] = []
  let size = 0
  let rows = 0
  const send = async () => {
    await put(lines.join(''))
    lines = []
    size = 0
  }
  for await (const { columns, rows: count } of batches) {
    if (signal?.aborted) throw cancelled()
    for (let row = 0; row < count; row++) {
      const line = `${columns.map((column) => field(column[row])).join(',')}\n`
      lines.push(line)
      size += line.length
      if (size >= FILE_SIZE) await send()
    }
    rows += count
  }
  if (size > 0) await send()
  return rows
}

const field = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value)
}

/** The driver tells of a file that did not arrive in its answer only. */
async function upload(
  session: Session,
  file: string,
  place: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const source = literal(`file://${file.replaceAll('\\', '/')}`)
  const put = `put ${source} ${place} auto_compress = false source_compression = gzip overwrite = true`
  for await (const { names, columns, rows } of session.stream(put, signal))
    for (let row = 0; row < rows; row++) {
      const status = String(columns[names.indexOf('status')]?.[row])
      if (status.toUpperCase() !== 'UPLOADED')
        throw new C360Error(
          'TARGET_UNREACHABLE',
          `A file could not be put into Snowflake's stage (${status}).`,
          {
            hint: 'Check the network: files go to the cloud storage of the account, whose hosts SYSTEM$ALLOWLIST() lists.',
          },
        )
    }
}
