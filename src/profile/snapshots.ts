import { entityNamed } from '../model/entities.ts'
import type { Remark } from './draft-types.ts'
import type { TableLook } from './look.ts'
import { type Measuring, rowsOf } from './measure.ts'
import { columnName, FILE } from './tables.ts'

/** Newest files compared: more tell nothing new. */
const MOST = 6
/** Keys two files share, of the larger one's: below it they are deliveries of different things. */
const NEARLY = 0.8

/**
 * Files of customers, products or other lasting things with nearly the same keys each look like full snapshots. Whether a key
 * that a newer one lacks is gone only a person knows, so it is a doubt. Reads the open table.
 */
export async function snapshotRemarks(context: Measuring, table: TableLook): Promise<Remark[]> {
  const entity = table.match.best?.entity
  const [field, ...more] = entity === undefined ? [] : entityNamed(entity).key
  const header = table.match.best?.fields.find((match) => match.field === field)?.column
  if (entity === undefined || entityNamed(entity).kind !== 'master' || more.length > 0) return []
  if (header === undefined || table.open.table.files.length < 2) return []
  const column = columnName(table.open.columns.indexOf(header))
  const pairs = await neighbours(context, table, column)
  if (pairs.length === 0 || pairs.some(({ shared, larger }) => shared < larger * NEARLY)) return []
  const [shared, older] = [total(pairs, 'shared'), total(pairs, 'ofOlder')]
  const share = `${((100 * shared) / Math.max(1, older)).toFixed(1).replace(/\.0$/, '')} %`
  const gone = (older - shared).toLocaleString('en-US')
  const pattern = datePattern(table.open.table.files.map(({ path }) => path))
  const dated = pattern === undefined ? '' : `, dated: "${pattern}"`
  const newest = pairs.map(({ newer }) => newer).at(-1)
  return [
    {
      kind: 'decide',
      text: `looks like full snapshots: of the ${header} in one file ${share} are in the next one too (up to ${newest}), ${gone} are not. With upsert those stay; if what a newer file lacks is gone, consider load: full${dated}`,
    },
  ]
}

const total = (pairs: readonly Pair[], of: 'shared' | 'ofOlder'): number =>
  pairs.reduce((sum, pair) => sum + pair[of], 0)

interface Pair {
  readonly newer: string
  readonly ofOlder: number
  readonly larger: number
  readonly shared: number
}

/** How many keys each of the newest files shares with the one before it, by path. */
async function neighbours(context: Measuring, { open }: TableLook, column: string): Promise<Pair[]> {
  const files = open.table.files.map(({ path }, place) => ({ path, place }))
  const newest = files.sort((a, b) => (a.path < b.path ? -1 : 1)).slice(-MOST)
  const keys = (place: number | undefined) =>
    `(select distinct trim(${column}) as k from ${open.all} where ${FILE} = ${place} and nullif(trim(${column}), '') is not null)`
  const out: Pair[] = []
  for (const [index, newer] of newest.entries()) {
    const older = newest[index - 1]
    if (older === undefined) continue
    const sql = `select count(a.k), count(b.k), count(*) filter (where a.k is not null and b.k is not null) from ${keys(older.place)} a full join ${keys(newer.place)} b on a.k = b.k`
    const [[ofOlder = 0, ofNewer = 0, shared = 0] = []] = (await rowsOf(context, sql)).map((row) =>
      row.map(Number),
    )
    out.push({ newer: newer.path, ofOlder, larger: Math.max(ofOlder, ofNewer), shared })
  }
  return out
}

/** The pattern of the day in names of files, where all of them have one. */
function datePattern(paths: readonly string[]): string | undefined {
  const names = paths.map((path) => path.split('/').at(-1) ?? '')
  const [, gap] = /(?<!\d)(?:19|20)\d\d([-_.]?)[01]\d\1[0-3]\d(?!\d)/.exec(names[0] ?? '') ?? []
  if (gap === undefined) return undefined
  const all = new RegExp(
    `(?<!\\d)(?:19|20)\\d\\d${gap === '' ? '' : `[${gap}]`}[01]\\d${gap === '' ? '' : `[${gap}]`}[0-3]\\d(?!\\d)`,
  )
  return names.every((name) => all.test(name)) ? `%Y${gap}%m${gap}%d` : undefined
}
