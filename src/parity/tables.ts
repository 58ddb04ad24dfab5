import { TooManyAlike } from './alike.ts'
import { columnsOf, onlyRow } from './ask.ts'
import { type Checksums, checksumsOf, fingerprint } from './checksums.ts'
import { type Compared, comparedOn, keyOf, type SharedColumn, sharedColumns } from './columns.ts'
import { MOST_ALIKE } from './groups.ts'
import { type RowsFound, searchRows } from './rows.ts'
import type { Side } from './side.ts'
import type { Both, ColumnParity, ParityOptions, TableParity, Verdict } from './types.ts'
import { countOf } from './words.ts'

/** A table's name on each side; undefined where it is not there. */
export interface TablePair {
  /** In lower case. */
  readonly name: string
  readonly of: Both<string | undefined>
}

/** The rows found, and why some were not looked at. */
type Rows = RowsFound & { readonly reasons: readonly string[] }

const NONE: RowsFound = {
  differences: [],
  differing: { changed: 0, onlyInA: 0, onlyInB: 0, more: false, columns: [] },
}

/** From the checksum of fewer rows somebody could find out a row by trying. */
const FINGERPRINT_FROM = 20

/** Compares one table of two sides. */
export async function compareTable(
  sides: Both<Side>,
  pair: TablePair,
  options: ParityOptions,
): Promise<TableParity> {
  const { name, of } = pair
  const [nameA, nameB] = of
  if (nameA === undefined || nameB === undefined)
    return uncompared(
      sides,
      pair,
      [`Table \`${name}\` is missing in ${sides[nameA === undefined ? 0 : 1].name}.`],
      options,
    )
  const found = await both(sides, (side, at) => columnsOf(side, at === 0 ? nameA : nameB, options.signal))
  const { columns, reasons } = sharedColumns(sides, found)
  if (columns.length === 0) return uncompared(sides, pair, reasons, options)
  const key = keyOf(columns, options.grains.get(name))
  const compared = [
    comparedOn(sides[0], nameA, columns, 0, key),
    comparedOn(sides[1], nameB, columns, 1, key),
  ] as const
  const sums = await both(sides, (side, at) => checksumsOf(side, compared[at], options.signal))
  const rows = await rowsFound(sides, name, compared, sums, options)
  return tableParity(name, columns, key, sums, rows, reasons)
}

function tableParity(
  table: string,
  shared: readonly SharedColumn[],
  key: readonly string[],
  sums: Both<Checksums>,
  found: Rows,
  before: readonly string[],
): TableParity {
  const rows = [sums[0].rows, sums[1].rows] as const
  const reasons = [...before, ...found.reasons]
  const columns = shared.map((column) => columnParity(column, sums, found))
  const { differences, differing } = found
  const differs = !exactEqual(sums) || countOf(differing) > 0 || columns.some(({ equal }) => equal === false)
  return {
    table,
    verdict: differs ? 'differs' : reasons.length > 0 ? 'not_comparable' : 'equal',
    rows,
    reasons,
    columns,
    key,
    ...(Math.min(...rows) < FINGERPRINT_FROM
      ? {}
      : { fingerprints: [fingerprint(sums[0]), fingerprint(sums[1])] as const }),
    differences,
    differing,
  }
}

const exactEqual = ([a, b]: Both<Checksums>): boolean =>
  a.rows === b.rows && a.whole.join() === b.whole.join()

const both = async <T>(sides: Both<Side>, work: (side: Side, at: 0 | 1) => Promise<T>): Promise<Both<T>> =>
  Promise.all([work(sides[0], 0), work(sides[1], 1)])

/** A table that one side lacks, or of which both have nothing in common: only its rows are counted. */
async function uncompared(
  sides: Both<Side>,
  { name, of }: TablePair,
  reasons: readonly string[],
  { signal }: ParityOptions,
): Promise<TableParity> {
  const rows = await both(sides, async (side, at) => {
    const own = of[at]
    if (own === undefined) return undefined
    const { dialect } = side
    return Number(
      (await onlyRow(side, `select ${dialect.count('*')} as n from ${side.table(own)}`, signal))[0],
    )
  })
  const { differences, differing } = NONE
  return {
    table: name,
    verdict: 'not_comparable',
    rows,
    reasons,
    columns: [],
    key: [],
    differences,
    differing,
  }
}

async function rowsFound(
  sides: Both<Side>,
  table: string,
  compared: Both<Compared>,
  sums: Both<Checksums>,
  { show, signal, pii }: ParityOptions,
): Promise<Rows> {
  if (exactEqual(sums) && compared[0].doubles.length === 0) return { ...NONE, reasons: [] }
  const search = {
    sides,
    compared,
    rows: Math.max(sums[0].rows, sums[1].rows),
    exactEqual: exactEqual(sums),
    show,
    pii: async (column: string) => (await pii())(table, column),
    ...(signal ? { signal } : {}),
  }
  try {
    return { ...(await searchRows(search)), reasons: [] }
  } catch (error) {
    if (!(error instanceof TooManyAlike)) throw error
    const reason = `More than ${MOST_ALIKE} different rows are alike in all that tells rows apart: they were not compared one by one.`
    return { ...NONE, reasons: [reason] }
  }
}

function columnParity({ name, kind, of }: SharedColumn, sums: Both<Checksums>, found: Rows): ColumnParity {
  const [a, b] = [sums[0].columns.get(name), sums[1].columns.get(name)]
  const nulls = [sums[0].rows - (a?.filled ?? 0), sums[1].rows - (b?.filled ?? 0)] as const
  const counts = a?.filled === b?.filled && nulls[0] === nulls[1]
  const equal = counts && (kind === 'double' ? doublesEqual(name, found) : a?.sum === b?.sum)
  return { column: name, kind, types: [of[0].type, of[1].type], nulls, equal }
}

/** Doubles have no checksum: only rows tell, and only when all of them were compared. */
function doublesEqual(name: string, { differing, reasons }: Rows): boolean | null {
  const { columns, onlyInA, onlyInB, more } = differing
  if (columns.includes(name) || onlyInA + onlyInB > 0) return false
  return more || reasons.length > 0 ? null : true
}

export const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes('differs') ? 'differs' : verdicts.includes('not_comparable') ? 'not_comparable' : 'equal'
