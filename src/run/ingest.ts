import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Session } from '../engines/engine.ts'
import { C360Error, fromSystemError, type Problem } from '../errors.ts'
import type { LakeColumn, NewFile as LakeFile } from '../lake/types.ts'
import { copyToBronze } from '../plan/bronze.ts'
import type { BronzeTable, Delivery } from '../plan/types.ts'
import { normalizeFile, readCopySql, readDirectSql } from '../sources/formats.ts'
import type { Normalized } from '../sources/normalize.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { FileOutcome } from './events.ts'
import { bronzePath, tagsOf, technicalColumns } from './lake-state.ts'
import type { LandingFile } from './landing.ts'
import {
  EMPTY_BRONZE,
  type Look,
  type LookContext,
  lookAt,
  type NewFile,
  unchanged,
  withDelivery,
} from './look.ts'
import { told } from './work.ts'

export interface IngestContext extends Omit<LookContext, 'copyTo'> {
  readonly session: Session
  readonly dialect: Dialect
  /** Folder for canonical copies of files that cannot be read as they lie. */
  readonly scratch: string
  /** When the run began, ISO 8601 with offset. */
  readonly loadedAt: string
  readonly boundary: (name: string) => Promise<void> | void
}

/** Files of one source that became Parquet and wait for the commit. */
export interface Arrived {
  readonly columns: readonly LakeColumn[]
  readonly deliveries: readonly Delivery[]
  readonly files: readonly LakeFile[]
}

/**
 * Reads the new files of one source, sorted by name, into Parquet files beside its bronze table.
 * A damaged file is refused and the others go on. Nothing is committed here.
 */
export async function ingestSource(
  context: IngestContext,
  bronze: BronzeTable = EMPTY_BRONZE,
  files: readonly LandingFile[],
): Promise<{ outcomes: readonly FileOutcome[]; arrived: Arrived }> {
  const outcomes: FileOutcome[] = []
  const deliveries: Delivery[] = []
  const lakeFiles: LakeFile[] = []
  let now = bronze
  for (const landed of files) {
    const { contract, entry } = landed
    context.onEvent({ type: 'scanning', source: contract.source, path: entry.path, size: entry.size })
    const { look, brought } = await lookAndBring(context, now, landed)
    outcomes.push(brought.outcome)
    context.onEvent({ type: 'file', file: brought.outcome })
    if (look.kind !== 'new' || !('lakeFile' in brought)) continue
    now = withDelivery(now, look.file)
    deliveries.push(look.file.delivery)
    lakeFiles.push(brought.lakeFile)
  }
  const columns: LakeColumn[] = now.columns.map((column) => ({ ...column, type: 'string' }))
  return { outcomes, arrived: { columns: [...columns, ...technicalColumns], deliveries, files: lakeFiles } }
}

type Brought =
  | { readonly outcome: FileOutcome }
  | { readonly outcome: FileOutcome; readonly lakeFile: LakeFile }

/** The canonical copy, where one is made, is gone afterwards whatever became of the file. */
async function lookAndBring(
  context: IngestContext,
  bronze: BronzeTable,
  landed: LandingFile,
): Promise<{ look: Look; brought: Brought }> {
  const copyTo = join(context.scratch, `${landed.contract.source}-${context.runId}.csv`)
  await mkdir(context.scratch, { recursive: true })
  try {
    const look = await lookAt({ ...context, copyTo }, bronze, landed)
    if (look.kind === 'other') return { look, brought: { outcome: look.outcome } }
    return { look, brought: await bring(context, look.file, copyTo) }
  } finally {
    await rm(copyTo, { force: true })
    await context.landing.release(landed.entry.path)
  }
}

async function bring(context: IngestContext, file: NewFile, copyTo: string): Promise<Brought> {
  const { source, path } = file.outcome
  const url = urlOf(file)
  const { problem, failure } = await writtenOrGone(() => writeParquet(context, file, url, copyTo))
  const stable = await unchanged(context.landing, file.landed.entry)
  if (failure && stable) throw failure
  if (problem || !stable) {
    await rm(url, { force: true })
    const outcome = problem && stable ? 'refused' : 'changed_while_read'
    return {
      outcome: {
        source,
        path,
        outcome,
        ...(problem && stable ? { problem: { ...problem, file: path } } : {}),
      },
    }
  }
  const lakePath = `${bronzePath(source)}/${basename(url)}`
  // A commit must not name what a power cut can take away.
  const size = await context.lake.upload(lakePath, url, told(context, 'upload', lakePath))
  const modified = Date.parse(context.loadedAt)
  return {
    outcome: file.outcome,
    lakeFile: { path: basename(url), size, rows: file.delivery.rows, tags: tagsOf(file.delivery), modified },
  }
}

/** A file that was taken away meanwhile is no failure of the run: whoever asks next sees that it changed. */
async function writtenOrGone(
  write: () => Promise<Problem | undefined>,
): Promise<{ readonly problem?: Problem | undefined; readonly failure?: unknown }> {
  try {
    return { problem: await write() }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { failure: error }
  }
}

const urlOf = ({ delivery }: NewFile): string => delivery.urls[0] ?? ''

const readersDisagree = ({ scan }: NewFile): Problem => ({
  code: 'unreadable_file',
  message: `Two readers found different numbers of records in the file (the scan found ${scan.records}).`,
  hint: 'Check `format` in the contract against the file.',
})

/** A file the engine can read is read as it lies; any other, and any on which the two readers disagree, by way of a canonical copy. */
async function writeParquet(
  context: IngestContext,
  file: NewFile,
  url: string,
  copyTo: string,
): Promise<Problem | undefined> {
  await mkdir(dirname(url), { recursive: true }).catch((error) => {
    throw fromSystemError(error, `writing ${dirname(url)}`)
  })
  await context.boundary('bronze.before_write')
  const direct = await copyDirect(context, file)
  const problem = direct ? undefined : await copyByCopy(context, file, copyTo)
  await context.boundary('bronze.after_write')
  return problem
}

/** What the engine says of a file that is not what its beginning or end promised. */
const UNREADABLE: readonly string[] = ['SQL_FAILED', 'WAREHOUSE_DAMAGED']

async function copyDirect(context: IngestContext, file: NewFile): Promise<boolean> {
  const { contract, entry } = file.landed
  const from = readDirectSql(context.landing.file(entry.path), contract.format, file.names, file.scan)
  if (from === undefined) return false
  try {
    return await copied(context, file, from, 'direct')
  } catch (error) {
    if (error instanceof C360Error && UNREADABLE.includes(error.code)) return false
    throw error
  }
}

async function copyByCopy(
  context: IngestContext,
  file: NewFile,
  copyTo: string,
): Promise<Problem | undefined> {
  const { format } = file.landed.contract
  const made = await canonicalCopy(context, file, copyTo)
  if (!made.ok) return made.problem
  const complete = await copied(context, file, readCopySql(copyTo, format, file.names, made.file), 'copy')
  return complete && made.file.sha256 === file.scan.sha256 ? undefined : readersDisagree(file)
}

type CopyOutcome =
  | { readonly ok: true; readonly file: Pick<Normalized, 'sha256' | 'longest' | 'quotedNewlines'> }
  | { readonly ok: false; readonly problem: Problem }

/** The one the scan has written, or one made now. */
async function canonicalCopy(
  context: IngestContext,
  { landed, scan, names }: NewFile,
  copyTo: string,
): Promise<CopyOutcome> {
  const { contract, entry } = landed
  if (scan.shape.kind === 'copied') return { ok: true, file: { ...scan.shape, sha256: scan.sha256 } }
  return normalizeFile(context.landing.file(entry.path), contract.format, {
    fields: names.length,
    out: copyTo,
    ...(context.signal ? { signal: context.signal } : {}),
  })
}

/** Runs the COPY; true when it wrote as many rows as the scan found. */
async function copied(
  context: IngestContext,
  file: NewFile,
  from: string,
  route: 'direct' | 'copy',
): Promise<boolean> {
  const { session, dialect, loadedAt, signal } = context
  const { delivery, names } = file
  const [settings, copy] = copyToBronze(dialect, { from, route, names, delivery, loadedAt, to: urlOf(file) })
  await session.execute([settings])
  for await (const batch of session.stream(copy, signal))
    return Number(batch.columns[0]?.[0] ?? 0) === delivery.rows
  return false
}
