import type { StoreEntry } from '../storage/store.ts'

/** A checkpoint in the classic form: one file, or several parts. */
export interface CheckpointFiles {
  readonly version: number
  /** How many files it should have. */
  readonly parts: number
  /** Those that are there, in order. */
  readonly paths: readonly string[]
}

/** What lies in a table's `_delta_log`. */
export interface Listing {
  readonly commits: readonly number[]
  /** Newest first. */
  readonly checkpoints: readonly CheckpointFiles[]
  /** A checkpoint in the newer form, named by a UUID, that only newer readers understand. */
  readonly unknownCheckpoint: string | undefined
}

const digits = (n: number, length: number): string => String(n).padStart(length, '0')

export const logFolder = (table: string): string => `${table}/_delta_log`
export const commitPath = (table: string, version: number): string =>
  `${logFolder(table)}/${digits(version, 20)}.json`
export const checkpointPath = (table: string, version: number): string =>
  `${logFolder(table)}/${digits(version, 20)}.checkpoint.parquet`
export const partPath = (table: string, { version, parts }: CheckpointFiles, part: number): string =>
  parts === 1
    ? checkpointPath(table, version)
    : `${logFolder(table)}/${digits(version, 20)}.checkpoint.${digits(part, 10)}.${digits(parts, 10)}.parquet`
export const hintPath = (table: string): string => `${logFolder(table)}/_last_checkpoint`

const commitName = /^(\d{20})\.json$/
const checkpointName = /^(\d{20})\.checkpoint(?:\.\d{10}\.(\d{10}))?\.parquet$/
const unknownName = /^\d{20}\.checkpoint\.[0-9a-f-]{36}\.(parquet|json)$/

/** Sorts out the files of a log by their names; anything else (checksums, compactions) is left alone. */
export function sortLog(table: string, entries: readonly StoreEntry[]): Listing {
  const prefix = `${logFolder(table)}/`
  const names = entries.map(({ path }) => path.slice(prefix.length))
  const commits = names.map((name) => commitName.exec(name)?.[1]).filter((version) => version !== undefined)
  const unknown = names.find((name) => unknownName.test(name))
  return {
    commits: commits.map(Number),
    checkpoints: groupCheckpoints(prefix, names),
    unknownCheckpoint: unknown && prefix + unknown,
  }
}

function groupCheckpoints(prefix: string, names: readonly string[]): CheckpointFiles[] {
  const groups = new Map<string, CheckpointFiles>()
  for (const name of names) {
    const [, version, parts = '1'] = checkpointName.exec(name) ?? []
    if (version === undefined) continue
    const key = `${version} ${name.includes('.checkpoint.parquet') ? 'whole' : parts}`
    const paths = [...(groups.get(key)?.paths ?? []), prefix + name].sort()
    groups.set(key, { version: Number(version), parts: Number(parts), paths })
  }
  return [...groups.values()].sort((a, b) => b.version - a.version)
}

export const isComplete = ({ parts, paths }: CheckpointFiles): boolean => paths.length === parts
