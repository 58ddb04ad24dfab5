import type { Problem } from '../errors.ts'
import { standing } from '../plan/deliveries.ts'
import type { BronzeTable, Decision, Delivery } from '../plan/types.ts'
import { contractHash, stableHash } from '../project/hash.ts'
import type { Contract, Project, SourceFormat } from '../project/types.ts'
import { listLanding } from '../sources/landing.ts'
import type { Store, StoreEntry } from '../storage/store.ts'
import type { SeenFile } from './versions.ts'

export interface LandingFile {
  readonly contract: Contract
  readonly entry: StoreEntry
}

/** Landing files by contract, and which of them have to be opened. */
export interface Landing {
  readonly fresh: readonly LandingFile[]
  readonly seen: readonly (LandingFile & { readonly as: SeenFile })[]
  /** Paths that no contract's `files` match: probably a misspelt name, and certainly not read. */
  readonly unmatched: readonly string[]
}

export const formatHash = (contract: Contract): string => stableHash(contract.format).slice(0, 16)

/** What a file's outcome hangs on besides its content: what was refused may suit another contract. */
export const seenHash = (contract: Contract, outcome: SeenFile['outcome']): string =>
  outcome === 'refused' ? contractHash(contract).slice(0, 16) : formatHash(contract)

/** Lists the landing folder and sets aside every file whose size and time are as they were. */
export async function observeLanding(
  store: Store,
  project: Project,
  known: Readonly<Record<string, readonly SeenFile[]>>,
): Promise<Landing> {
  const entries = await store.list('')
  const once = { list: async () => entries }
  const fresh: LandingFile[] = []
  const seen: (LandingFile & { as: SeenFile })[] = []
  for (const contract of project.contracts) {
    const before = new Map((known[contract.source] ?? []).map((file) => [file.path, file]))
    for (const entry of await listLanding(once, contract.files)) {
      const as = before.get(entry.path)
      if (as && isSame(contract, as, entry)) seen.push({ contract, entry, as })
      else fresh.push({ contract, entry })
    }
  }
  const matched = new Set([...fresh, ...seen].map(({ entry }) => entry.path))
  const all = await listLanding(once, ['**'])
  return { fresh, seen, unmatched: all.map(({ path }) => path).filter((path) => !matched.has(path)) }
}

const isSame = (contract: Contract, as: SeenFile, entry: StoreEntry): boolean =>
  isUntouched(as, entry) && as.format === seenHash(contract, as.outcome)

/** The same object with the same content, as far as its place can tell. */
export const isUntouched = (
  before: Pick<StoreEntry, 'size' | 'modified' | 'etag'>,
  now: Pick<StoreEntry, 'size' | 'modified' | 'etag'>,
): boolean =>
  now.etag === undefined
    ? before.size === now.size && before.modified === now.modified
    : before.etag === now.etag

/** Files skipped as duplicates whose twin no longer counts: taken back, or replaced by a newer content of its path. */
export const awakened = (
  { seen }: Landing,
  sources: Readonly<Record<string, BronzeTable>>,
  decisions: readonly Decision[],
): Landing['seen'] =>
  seen.filter(({ contract, as }) => {
    const bronze = sources[contract.source]
    if (as.outcome !== 'duplicate' || !bronze) return false
    const { active } = standing(contract, bronze, decisions)
    return !active.some(({ delivery }) => delivery === as.of)
  })

export type Identity =
  | { readonly kind: 'new' }
  | { readonly kind: 'known'; readonly delivery: Delivery }
  | { readonly kind: 'duplicate'; readonly of: Delivery }

/**
 * What a content under a path is to bronze. Under its own path a content is known while it is that path's newest.
 * Under another path it is a duplicate if reading it again could change nothing: always in append mode, in
 * upsert mode when a declared order decides (or nothing came since), in full mode only when nothing came since.
 */
export function identify(
  contract: Contract,
  bronze: BronzeTable,
  decisions: readonly Decision[],
  file: { readonly path: string; readonly sha256: string },
): Identity {
  const format = formatHash(contract)
  const own = bronze.deliveries.filter(({ path }) => path === file.path).at(-1)
  if (own?.sha256 === file.sha256 && own.format === format) return { kind: 'known', delivery: own }
  const { active } = standing(contract, bronze, decisions)
  const twin = active
    .filter((d) => d.sha256 === file.sha256 && d.format === format && d.path !== file.path)
    .at(-1)
  if (!twin || own) return { kind: 'new' }
  const newest = active.at(-1)?.delivery === twin.delivery
  const settled = contract.load === 'append' || (contract.load === 'upsert' && contract.order.length > 0)
  return newest || settled ? { kind: 'duplicate', of: twin } : { kind: 'new' }
}

/** Headers against the contract: what is missing or new, and the Problem if the file cannot be used at all. */
export function compareHeader(
  contract: Contract,
  header: readonly string[],
): {
  readonly missing: readonly string[]
  readonly added: readonly string[]
  readonly problem?: Problem
} {
  const fold = (name: string) => name.trim().toLowerCase()
  const present = new Set(header.map(fold))
  const declared = new Set(contract.columns.map(({ name }) => fold(name)))
  const absent = contract.columns.filter(({ name }) => !present.has(fold(name)))
  const needed = absent
    .filter(({ field, required }) => required || contract.key.includes(field))
    .map(({ name }) => name)
  const added = header.filter((name) => name.trim() !== '' && !declared.has(fold(name)))
  const missing = absent.filter(({ optional }) => !optional).map(({ name }) => name)
  const known = contract.columns.filter(({ name }) => present.has(fold(name))).map(({ name }) => name)
  if (needed.length === 0 && known.length > 0) return { missing, added }
  return { missing, added, problem: missingColumns(contract, needed, known) }
}

/** Only names that the contract knows are said: what stands in the first line of a file without a header is somebody's data. */
function missingColumns(
  { file, format }: Contract,
  needed: readonly string[],
  known: readonly string[],
): Problem {
  const names = (list: readonly string[]) => list.map((name) => `\`${name}\``).join(', ')
  if (known.length === 0)
    return {
      code: 'missing_column',
      message: `The ${'header' in format ? 'first line' : format.type === 'json' ? 'records' : 'footer'} of the file names none of the columns of ${file}.`,
      hint: strangerHint(format),
    }
  return {
    code: 'missing_column',
    message: `The file has no column ${names(needed)}, which ${file} needs. Of those it names the file has ${names(known)}.`,
    hint: 'If the column was renamed, name it so in the contract; if the export is broken, have it made again.',
  }
}

function strangerHint(format: SourceFormat): string {
  switch (format.type) {
    case 'csv':
      return 'Has it no header, another delimiter, or is it another file? If it never has a header, write header: false in the contract.'
    case 'xlsx':
      return 'Is the header further down (header_row), on another sheet (sheet), or is it another file? If there never is one, write header: false in the contract.'
    case 'json':
      return 'Is it another file? If its records lie in an array under a key, name it in the contract: format: { type: json, records: <key> }.'
    case 'parquet':
      return 'Is it another file, or were its columns renamed?'
  }
}
