import { fromSystemError, type Problem } from '../errors.ts'
import type { LakeColumn } from '../lake/types.ts'
import type { BronzeTable, Decision, Delivery } from '../plan/types.ts'
import { scanFile } from '../sources/formats.ts'
import type { Scan } from '../sources/scan.ts'
import type { Store, StoreEntry } from '../storage/store.ts'
import type { FileOutcome, OnEvent } from './events.ts'
import { judge } from './judge.ts'
import { bronzePath } from './lake-state.ts'
import { formatHash, isUntouched, type LandingFile } from './landing.ts'
import { told } from './work.ts'

export interface LookContext {
  readonly landing: Store
  readonly lake: Store
  readonly runId: string
  readonly decisions: readonly Decision[]
  /** Where a file whose format always takes a canonical copy has it written while it is looked at; absent = nowhere. */
  readonly copyTo?: string
  readonly signal?: AbortSignal
  readonly onEvent: OnEvent
}

/** A landing file that is new to bronze, and everything needed to bring it there. */
export interface NewFile {
  readonly landed: LandingFile
  readonly scan: Scan
  readonly delivery: Delivery
  /** Physical column of each field of the file, in its order. */
  readonly names: readonly string[]
  /** Columns the bronze table does not have yet. */
  readonly columns: readonly LakeColumn[]
  readonly outcome: FileOutcome
}

export type Look =
  | { readonly kind: 'new'; readonly file: NewFile }
  | { readonly kind: 'other'; readonly outcome: FileOutcome }

/** Reads a landing file once and tells what it is to bronze. Writes nothing but `copyTo`. */
export async function lookAt(context: LookContext, bronze: BronzeTable, landed: LandingFile): Promise<Look> {
  const { contract, entry } = landed
  const about = { source: contract.source, path: entry.path }
  const other = (outcome: FileOutcome): Look => ({ kind: 'other', outcome })
  const refused = (problem: Problem) =>
    other({ ...about, outcome: 'refused', problem: { ...problem, file: entry.path } })
  const scanned = await scanLanded(context, landed)
  if (scanned === undefined || !(await unchanged(context.landing, entry)))
    return other({ ...about, outcome: 'changed_while_read' })
  if (!scanned.ok) return refused(scanned.problem)
  const { scan } = scanned
  const { sha256, header } = scan
  const judged = judge(landed, bronze, context.decisions, { sha256, header, are: 'content' })
  if (judged.kind === 'other') return judged
  const delivery = newDelivery(context, bronze, landed, scan)
  const { malformed, blankLines, records: rows } = scan
  const outcome: FileOutcome = {
    ...about,
    outcome: 'delivered',
    delivery: delivery.delivery,
    rows,
    malformed,
    blankLines,
    ...judged.remarks,
    ...(scan.notes ? { notes: scan.notes } : {}),
  }
  const { names, added: columns } = judged
  return { kind: 'new', file: { landed, scan, delivery, names, columns, outcome } }
}

export async function unchanged(landing: Store, before: StoreEntry): Promise<boolean> {
  const now = await landing.stat(before.path)
  return now !== undefined && isUntouched(before, now)
}

async function scanLanded(context: LookContext, { contract, entry }: LandingFile) {
  const { landing, copyTo, signal } = context
  if (!(await landing.fetch(entry.path, told(context, 'download', entry.path, entry.size)))) return undefined
  return scanFile(landing.file(entry.path), contract.format, {
    columns: contract.columns.length,
    ...(copyTo === undefined ? {} : { copyTo }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => vanished(error))
}

function vanished(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
  throw fromSystemError(error, 'reading the landing folder')
}

function newDelivery(
  { lake, runId }: LookContext,
  bronze: BronzeTable,
  { contract, entry }: LandingFile,
  scan: Scan,
): Delivery {
  const delivery = Math.max(0, ...bronze.deliveries.map((earlier) => earlier.delivery)) + 1
  const file = `${bronzePath(contract.source)}/${String(delivery).padStart(6, '0')}-${runId}.parquet`
  const { records: rows, malformed, blankLines, sha256 } = scan
  const { path, size, modified } = entry
  return {
    delivery,
    path,
    sha256,
    size,
    modified,
    rows,
    malformed,
    blankLines,
    format: formatHash(contract),
    runId,
    urls: [lake.file(file)],
  }
}

/** Bronze as it will be once a new file is in it. */
export function withDelivery(bronze: BronzeTable, { delivery, columns }: NewFile): BronzeTable {
  const added = columns.map(({ name, original }) => ({ name, original: original ?? name }))
  return { columns: [...bronze.columns, ...added], deliveries: [...bronze.deliveries, delivery] }
}

export const EMPTY_BRONZE: BronzeTable = { columns: [], deliveries: [] }
