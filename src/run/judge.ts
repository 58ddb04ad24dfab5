import type { Problem } from '../errors.ts'
import { physicalName } from '../lake/names.ts'
import type { LakeColumn } from '../lake/types.ts'
import type { BronzeTable, Decision, Delivery } from '../plan/types.ts'
import { hasHeader } from '../project/format.ts'
import type { FileOutcome } from './events.ts'
import { technicalColumns } from './lake-state.ts'
import { compareHeader, identify, type LandingFile } from './landing.ts'

/** What was read of a landing file, by whichever engine. */
export interface Content {
  readonly sha256: string
  readonly header: readonly string[]
  /** What the hash is of, as people are told. */
  readonly are: 'content' | 'records'
}

/** What a landing file that could be read is to bronze. */
export type Judged =
  | {
      readonly kind: 'new'
      /** Physical column of each field of the file, in its order. */
      readonly names: readonly string[]
      /** Columns the bronze table does not have yet. */
      readonly added: readonly LakeColumn[]
      readonly remarks: Pick<FileOutcome, 'newColumns' | 'missingColumns'>
    }
  | { readonly kind: 'other'; readonly outcome: FileOutcome }

/** Is it here already, and does its header fit the contract? */
export function judge(
  { contract, entry: { path } }: LandingFile,
  bronze: BronzeTable,
  decisions: readonly Decision[],
  { sha256, header: read, are }: Content,
): Judged {
  const other = (outcome: Omit<FileOutcome, 'source' | 'path'>): Judged => ({
    kind: 'other',
    outcome: { source: contract.source, path, ...outcome },
  })
  const identity = identify(contract, bronze, decisions, { path, sha256 })
  if (identity.kind === 'known') return other({ outcome: 'known', delivery: identity.delivery.delivery })
  if (identity.kind === 'duplicate')
    return other({ outcome: 'duplicate', ...duplicateOf(identity.of, are, path) })
  const header = hasHeader(contract.format) ? read : contract.columns.map(({ name }) => name)
  const { problem, added, missing } = compareHeader(contract, header)
  if (problem) return other({ outcome: 'refused', problem: { ...problem, file: path } })
  const remarks = {
    ...(added.length > 0 ? { newColumns: added } : {}),
    ...(missing.length > 0 ? { missingColumns: missing } : {}),
  }
  return { kind: 'new', ...mapColumns(bronze, header), remarks }
}

function duplicateOf(
  { delivery, path: twin }: Delivery,
  are: Content['are'],
  file: string,
): Pick<FileOutcome, 'delivery' | 'problem'> {
  const problem: Problem = {
    code: 'duplicate_file',
    message: `The same ${are} as ${twin}; skipped.`,
    severity: 'warn',
    file,
  }
  return { delivery, problem }
}

const fold = (name: string): string => name.trim().toLowerCase()

/** Each header's physical column: the table's own where it knows the header, a new safe name otherwise. */
function mapColumns(
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
