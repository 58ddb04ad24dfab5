import { type FileHandle, open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { fromSystemError } from '../errors.ts'
import type { SourceFormat } from '../project/types.ts'
import { scanFile } from '../sources/formats.ts'
import { isGzip, kindOf } from '../sources/kinds.ts'
import { listSheets } from '../sources/xlsx/sheets.ts'
import type { Store, StoreEntry } from '../storage/store.ts'
import { sniffCsv } from './csv-sniff.ts'
import { encodingOf, type WideBytes, wideBytes } from './encoding.ts'
import { sniffSheet } from './sheet-sniff.ts'
import type { PassedOver, SniffedFile } from './types.ts'

/** What lies in a folder: files with rows, and those that are passed over, each with why. */
export interface Folder {
  readonly files: readonly SniffedFile[]
  readonly passed: readonly PassedOver[]
}

const HEAD = 1024 * 1024
const UNFINISHED = /(?:\.tmp|\.partial|\.crdownload|\.swp|~)$/
const NO_DATA =
  /\.(?:md|pdf|docx?|pptx?|rtf|html?|png|jpe?g|gif|svg|webp|ico|zip|7z|rar|tar|exe|dll|sql|pbix|py|ipynb|js|ts|sh|ya?ml|toml|ini|cfg|log|xml|css|bak|db|sqlite|duckdb)$/i

/** Looks into every file below the store's root, sorted by path. What cannot be read is told, the rest goes on. */
export async function readFolder(store: Store, entries: readonly StoreEntry[]): Promise<Folder> {
  const files: SniffedFile[] = []
  const passed: PassedOver[] = []
  for (const entry of entries) {
    const why = ignoredName(entry.path)
    if (why !== undefined) passed.push({ path: entry.path, kind: 'ignored', why })
    else
      for (const found of await sniffFile(store, entry)) {
        if ('format' in found) files.push(found)
        else passed.push(found)
      }
  }
  return { files, passed }
}

/** Why a file is no data by its name alone; undefined = it must be opened. */
function ignoredName(path: string): string | undefined {
  const names = path.split('/')
  const name = names.at(-1) ?? ''
  if (/^~\$/.test(name)) return 'it is the lock of a workbook that is open in Excel'
  if (names.some((part) => part.startsWith('.'))) return 'it is hidden'
  if (/^(?:thumbs\.db|desktop\.ini)$/i.test(name)) return 'it belongs to the system'
  if (UNFINISHED.test(name)) return 'it looks like a file that is still being written'
  if (/^(?:readme|license|licence|changelog|liesmich|lisezmoi)(?:\.|$)/i.test(name))
    return 'it is a text for people'
  const [ending] = NO_DATA.exec(name) ?? []
  return ending === undefined ? undefined : `a ${ending} file holds no rows that can be read`
}

/** One file as it is read: a workbook gives one for each visible sheet. */
export async function sniffFile(
  store: Pick<Store, 'url'>,
  entry: StoreEntry,
): Promise<(SniffedFile | PassedOver)[]> {
  const { path, size } = entry
  const pass = (kind: PassedOver['kind'], why: string, hint?: string): PassedOver[] => [
    { path, kind, why, ...(hint === undefined ? {} : { hint }) },
  ]
  if (size === 0) return pass('ignored', 'it is empty')
  const url = store.url(path)
  try {
    const head = await headOf(url)
    const kind = kindOf(head)
    if (kind?.type === 'xlsx') return await sniffWorkbook(url, entry)
    if (kind?.type === 'parquet')
      return await sniffTyped(url, entry, { type: 'parquet' }, 'Parquet, by its first bytes')
    if (kind?.type === 'json' || startsJson(head)) return await sniffJson(url, entry, head)
    if (kind !== undefined)
      return pass(
        'unreadable',
        `it is ${kind.is}`,
        kind.is.includes('Excel')
          ? 'Save it as .xlsx, without a password.'
          : 'Export it as CSV, .xlsx, JSON or Parquet.',
      )
    return await sniffDelimited(url, entry, head)
  } catch (error) {
    throw fromSystemError(error, `reading ${path}`)
  }
}

const startsJson = (head: Buffer): boolean =>
  /^\ufeff?\s*(?:\[\s*\{|\{\s*")/.test(head.subarray(0, 4096).toString('utf8'))

async function sniffDelimited(
  url: string,
  { path, size }: StoreEntry,
  head: Buffer,
): Promise<(SniffedFile | PassedOver)[]> {
  const found = sniffCsv(head, size <= head.length)
  if (!found.ok)
    return [
      { path, kind: found.kind, why: found.why, ...(found.hint === undefined ? {} : { hint: found.hint }) },
    ]
  const { format, header, evidence } = found.sniff
  const late =
    format.encoding === 'utf-8' &&
    size > head.length &&
    encodingOf(added(wideBytes(head), await furtherDown(url, size))) === 'latin-1'
  return [
    {
      path,
      bytes: size,
      packed: size !== head.length && isGzip(await firstBytes(url)),
      format: late ? { ...format, encoding: 'latin-1' } : format,
      header: header.map((name) => name.trim()),
      evidence: late
        ? [...evidence, 'bytes further down are no UTF-8: read as Latin-1 (Windows-1252)']
        : evidence,
    },
  ]
}

/** Looks at pieces throughout a large file: the first letter with an accent may stand far below. */
async function furtherDown(url: string, size: number): Promise<WideBytes> {
  const pieces = await slices(url, size, 16, 256 * 1024)
  return pieces.map(wideBytes).reduce(added)
}

const added = (a: WideBytes, b: WideBytes): WideBytes => ({
  sequences: a.sequences + b.sequences,
  strays: a.strays + b.strays,
})

/** Pieces of a file at even distances, each with the byte it begins at. */
export async function slices(url: string, size: number, count: number, length: number): Promise<Buffer[]> {
  await using file = await opened(url)
  const out: Buffer[] = []
  for (let i = 0; i < count; i++) {
    const at = Math.floor(((size - length) * i) / Math.max(1, count - 1))
    out.push(await readAt(file.handle, Math.max(0, at), length))
  }
  return out
}

async function firstBytes(url: string): Promise<Buffer> {
  await using file = await opened(url)
  return await readAt(file.handle, 0, 2)
}

/** The first megabyte, unpacked where the file is compressed. */
async function headOf(url: string): Promise<Buffer> {
  await using file = await opened(url)
  const head = await readAt(file.handle, 0, HEAD)
  return isGzip(head) ? await gunzipHead(head) : head
}

async function opened(url: string): Promise<{ handle: FileHandle } & AsyncDisposable> {
  const handle = await open(url, 'r')
  return { handle, [Symbol.asyncDispose]: () => handle.close() }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await handle.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** What unpacks of a beginning that breaks off. */
function gunzipHead(packed: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const unzip = createGunzip()
    const chunks: Buffer[] = []
    let size = 0
    const done = () => resolve(Buffer.concat(chunks).subarray(0, HEAD))
    unzip.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size >= HEAD) {
        unzip.destroy()
        done()
      }
    })
    unzip.on('end', done)
    unzip.on('error', done)
    unzip.end(packed)
  })
}

async function sniffWorkbook(url: string, entry: StoreEntry): Promise<(SniffedFile | PassedOver)[]> {
  const { path } = entry
  const listed = await listSheets(url)
  if (!listed.ok) return [unreadable(path, listed.problem)]
  const visible = listed.sheets.filter(({ hidden }) => !hidden)
  const found = await Promise.all(
    visible.map(async ({ name }) => {
      const sheet = await sniffSheet(url, name)
      return sniffTyped(url, entry, sheet.format, sheet.evidence, sheet.columns)
    }),
  )
  const hidden = listed.sheets.filter((sheet) => sheet.hidden)
  return [
    ...found.flat(),
    ...hidden.map(
      ({ name }): PassedOver => ({ path: `${path}#${name}`, kind: 'ignored', why: 'the sheet is hidden' }),
    ),
  ]
}

async function sniffJson(
  url: string,
  entry: StoreEntry,
  head: Buffer,
): Promise<(SniffedFile | PassedOver)[]> {
  const text = head.toString('utf8').replace(/^\ufeff/, '')
  const lines = isObject(text.split(/\r?\n/, 1)[0] ?? '')
  const [, records] = lines ? [] : (/^\s*\{\s*"([^".]+)"\s*:\s*\[\s*\{/.exec(text) ?? [])
  const evidence = lines
    ? 'one JSON object per line'
    : records === undefined
      ? 'an array of JSON objects'
      : `a JSON document with an array under \`${records}\``
  return sniffTyped(
    url,
    entry,
    { type: 'json', ...(records === undefined ? {} : { records }), decimal: '.', thousands: '' },
    evidence,
  )
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** A file whose format brings its columns along: its reader says which. */
async function sniffTyped(
  url: string,
  { path, size }: StoreEntry,
  format: SourceFormat,
  evidence: string,
  columns = 0,
): Promise<(SniffedFile | PassedOver)[]> {
  const at = 'sheet' in format ? `${path}#${format.sheet}` : path
  const outcome = await scanFile(url, format, { columns })
  if (!outcome.ok)
    return [
      /empty|no_rows/.test(outcome.problem.code)
        ? { path: at, kind: 'ignored', why: 'it is empty' }
        : unreadable(at, outcome.problem),
    ]
  return [
    {
      path,
      bytes: size,
      packed: isGzip(await firstBytes(url)),
      format,
      header: outcome.scan.header.map((name) => name.trim()),
      evidence: [evidence],
    },
  ]
}

const unreadable = (
  path: string,
  { message, hint }: { readonly message: string; readonly hint?: string },
): PassedOver => ({
  path,
  kind: 'unreadable',
  why: message,
  ...(hint === undefined ? {} : { hint }),
})
