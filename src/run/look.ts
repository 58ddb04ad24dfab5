import { fromSystemError, type Problem } from '../errors.ts'
import { physicalName } from '../lake/names.ts'
import type { LakeColumn } from '../lake/types.ts'
import type { BronzeTable, Decision, Delivery } from '../plan/types.ts'
import { hasHeader } from '../project/format.ts'
import { scanFile } from '../sources/formats.ts'
import type { Scan } from '../sources/scan.ts'
import type { Store, StoreEntry } from '../storage/store.ts'
import type { FileOutcome, OnEvent } from './events.ts'
import { bronzePath, technicalColumns } from './lake-state.ts'
import { compareHeader, formatHash, identify, isUntouched, type LandingFile } from './landing.ts'
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
  const identity = identify(contract, bronze, context.decisions, { path: entry.path, sha256: scan.sha256 })
  if (identity.kind === 'known')
    return other({ ...about, outcome: 'known', delivery: identity.delivery.delivery })
  if (identity.kind === 'duplicate')
    return other({ ...about, outcome: 'duplicate', ...duplicateOf(identity.of, entry.path) })
  const header = hasHeader(contract.format) ? scan.header : contract.columns.map(({ name }) => name)
  const fit = compareHeader(contract, header)
  if (fit.problem) return refused(fit.problem)
  const { names, added } = mapColumns(bronze, header)
  const delivery = newDelivery(context, bronze, landed, scan)
  const { malformed, blankLines, records: rows } = scan
  const remarks = {
    ...(fit.added.length > 0 ? { newColumns: fit.added } : {}),
    ...(fit.missing.length > 0 ? { missingColumns: fit.missing } : {}),
    ...(scan.notes ? { notes: scan.notes } : {}),
  }
  const outcome: FileOutcome = {
    ...about,
    outcome: 'delivered',
    delivery: delivery.delivery,
    rows,
    malformed,
    blankLines,
    ...remarks,
  }
  return { kind: 'new', file: { landed, scan, delivery, names, columns: added, outcome } }
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

const duplicateOf = (twin: Delivery, path: string): Pick<FileOutcome, 'delivery' | 'problem'> => ({
  delivery: twin.delivery,
  problem: {
    code: 'duplicate_file',
    message: `The same content as ${twin.path}; skipped.`,
    severity: 'warn',
    file: path,
  },
})

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

const fold = (name: string): string => name.trim().toLowerCase()

/** Each header's physical column: the table's own where it knows the header, a new safe name otherwise. */
export function mapColumns(
  bronze: BronzeTable,
  header: readonly string[],
): { names: readonly string[]; added: readonly LakeColumn[] } {
  const known = new Map(bronze.columns.map(({ name, original }) => [fold(original), name]))
  const taken = new Set([...bronze.columns, ...technicalColumns].map(({ name }) => name.toLowerCase()))
  const added: LakeColumn[] = []
  const names = titles(header).map((original) => {
    const existing = known.get(fold(original))
    if (existing !== undefined) return existing
    const name = physicalName(original, taken)
    taken.add(name.toLowerCase())
    known.set(fold(original), name)
    added.push({ name, original, type: 'string' })
    return name
  })
  return { names, added }
}

/** A column without a name is called by its place, unless another is called so by name. */
function titles(header: readonly string[]): readonly string[] {
  const given = new Set(header.map(fold))
  return header.map((name, index) => {
    if (name.trim() !== '') return name.trim()
    let title = `column_${index + 1}`
    while (given.has(title)) title += '_'
    return title
  })
}

/** Bronze as it will be once a new file is in it. */
export function withDelivery(bronze: BronzeTable, { delivery, columns }: NewFile): BronzeTable {
  const added = columns.map(({ name, original }) => ({ name, original: original ?? name }))
  return { columns: [...bronze.columns, ...added], deliveries: [...bronze.deliveries, delivery] }
}

export const EMPTY_BRONZE: BronzeTable = { columns: [], deliveries: [] }
