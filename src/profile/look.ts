import type { SourceFormat } from '../project/types.ts'
import { discreet } from './discreet.ts'
import { readFolder } from './folder.ts'
import { groupFiles } from './group.ts'
import { keyCandidates } from './keys.ts'
import { findLinks } from './links.ts'
import { matchTable, type TableMatch } from './match.ts'
import {
  type Counts,
  countColumns,
  countedKey,
  keyProfile,
  type Measuring,
  sampleProfiles,
} from './measure.ts'
import { type NumberStyleFound, numberStyle } from './numbers.ts'
import { columnName, type OpenTable, openTable, type TableContext } from './tables.ts'
import type { ColumnProfile, KeyProfile, Link, PassedOver, TableFiles, TableProfile } from './types.ts'

/** A table with all that was found out about it. */
export interface TableLook {
  readonly open: OpenTable
  readonly profile: TableProfile
  readonly match: TableMatch
  readonly style: NumberStyleFound
  /** The format of its files, with the separators its numbers have. */
  readonly format: SourceFormat
}

export interface Look {
  readonly tables: readonly TableLook[]
  readonly links: readonly Link[]
  readonly passed: readonly PassedOver[]
}

export interface LookContext extends Omit<TableContext, 'store'> {
  readonly store: Parameters<typeof readFolder>[0]
  readonly onTable?: (name: string) => void
}

/** Looks at every file below the store's root, or at those named. Reads only; a file that cannot be read is told and passed over. */
export async function lookAt(context: LookContext, only?: (path: string) => boolean): Promise<Look> {
  const entries = (await context.store.list('')).filter(({ path }) => only?.(path) ?? true)
  const folder = await readFolder(context.store, entries)
  const groups = groupFiles(
    folder.files,
    folder.files.map(({ path }) => path),
  )
  const tables: TableLook[] = []
  const passed: PassedOver[] = [...folder.passed]
  for (const [number, table] of groups.entries()) {
    context.onTable?.(table.name)
    const opened = await openTable(context, table, number)
    passed.push(...opened.passed)
    if (opened.open) tables.push(await lookAtTable(context, opened.open))
  }
  return { tables, links: await findLinks(context, tables), passed }
}

async function lookAtTable(context: Measuring, open: OpenTable): Promise<TableLook> {
  const seen = await sampleProfiles(context, open)
  const match = matchTable(open.table.name, seen)
  const candidates = keyCandidates(seen, match, open.sampled)
  const counted = candidates.filter((key) => !open.sampled || !repeatsInSample(seen, key))
  const counts = await countColumns(context, open.all, open.columns.length, [], counted)
  const keys = await keysOf(context, open, candidates, counted, counts)
  const columns = seen.map((column, index): ColumnProfile => {
    const single = keys.find((key) => key.columns.length === 1 && key.columns[0] === column.name)
    return {
      ...discreet(column, match),
      rows: counts.rows,
      filled: counts.filled[index] ?? 0,
      distinct: single?.distinct ?? column.distinct,
      distinctExact:
        column.distinctExact ||
        (single !== undefined && counted.some(([only, ...more]) => only === index && more.length === 0)),
    }
  })
  const style = numberStyle(
    columns.flatMap(({ numbers, personal }) => (numbers && personal === undefined ? [numbers] : [])),
  )
  const profile: TableProfile = {
    table: open.table,
    rows: counts.rows,
    columns,
    keys,
    malformed: open.malformed,
    ...(open.sampled ? { sampled: seen[0]?.rows ?? 0 } : {}),
  }
  return { open, profile, match, style, format: styled(open.table, style) }
}

/** A single column that repeats in a sample of a large file is no key: how it repeats is looked at instead of counted. */
function repeatsInSample(columns: readonly ColumnProfile[], [first, ...more]: readonly number[]): boolean {
  const column = columns[first ?? -1]
  return more.length === 0 && column !== undefined && column.distinct < column.filled * 0.99
}

/** Keys with how their rows differ; of those that only refine another one the counts are enough. */
async function keysOf(
  context: Measuring,
  open: OpenTable,
  candidates: readonly (readonly number[])[],
  counted: readonly (readonly number[])[],
  counts: Counts,
): Promise<KeyProfile[]> {
  const out: KeyProfile[] = []
  for (const key of candidates) {
    const found = counts.keys[counted.indexOf(key)]
    const refines = key.length > 1 && out.length > 0
    const whole = found !== undefined && (found.distinct === found.filled || (refines && open.sampled))
    out.push(
      whole
        ? countedKey(open, key, counts.rows, found)
        : await keyProfile(context, open, key, found === undefined ? 'sample' : 'all'),
    )
  }
  return out
}

function styled({ files }: TableFiles, { decimal, thousands }: NumberStyleFound): SourceFormat {
  const format = files[0]?.format ?? { type: 'parquet' }
  return format.type === 'parquet' ? format : { ...format, decimal, thousands }
}

/** Where a field's column stands in the open table. */
export const columnAt = ({ open, match }: TableLook, field: string): string | undefined => {
  const header = match.best?.fields.find((found) => found.field === field)?.column
  return header === undefined ? undefined : columnName(open.columns.indexOf(header))
}
