import type { SourceFormat } from '../project/types.ts'
import { type Counted, countTable } from './counted.ts'
import { discreet } from './discreet.ts'
import { readFolder } from './folder.ts'
import { groupFiles } from './group.ts'
import { keyCandidates } from './keys.ts'
import { findLinks } from './links.ts'
import { matchTable, type TableMatch } from './match.ts'
import { sampleProfiles } from './measure.ts'
import { type NumberStyleFound, numberStyle } from './numbers.ts'
import { columnName, type OpenTable, openTable, type TableContext } from './tables.ts'
import type { ColumnProfile, Link, PassedOver, TableFiles, TableProfile } from './types.ts'

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
    if (opened.open === undefined) continue
    const looked = await lookAtTable(context, opened.open)
    passed.push(...looked.passed)
    if (looked.look) tables.push(looked.look)
  }
  return { tables, links: await findLinks(context, tables), passed }
}

/** Undefined when none of its files could be read to the end. */
async function lookAtTable(
  context: TableContext,
  open: OpenTable,
): Promise<{ readonly look?: TableLook; readonly passed: readonly PassedOver[] }> {
  const seen = await sampleProfiles(context, open)
  const match = matchTable(open.table.name, seen)
  const counted = await countTable(context, open, seen, keyCandidates(seen, match, open.sampled))
  const { passed } = counted
  return passed.length === open.table.files.length
    ? { passed }
    : { look: tableLook(open, seen, match, counted), passed }
}

function tableLook(
  open: OpenTable,
  seen: readonly ColumnProfile[],
  match: TableMatch,
  { counts, keys, whole, malformed }: Counted,
): TableLook {
  const columns = seen.map((column, index): ColumnProfile => {
    const single = keys.find((key) => key.columns.length === 1 && key.columns[0] === column.name)
    return {
      ...discreet(column, match),
      rows: counts.rows,
      filled: counts.filled[index] ?? 0,
      distinct: single?.distinct ?? column.distinct,
      distinctExact:
        column.distinctExact ||
        (single !== undefined && whole.some(([only, ...more]) => only === index && more.length === 0)),
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
    malformed,
    ...(open.sampled ? { sampled: seen[0]?.rows ?? 0 } : {}),
  }
  return { open, profile, match, style, format: styled(open.table, style) }
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
