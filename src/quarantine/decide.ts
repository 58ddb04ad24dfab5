import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { duckdb } from '../engines/duckdb/index.ts'
import type { Session } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import type { LakeColumn } from '../lake/types.ts'
import type { DecisionKind } from '../plan/types.ts'
import type { Project } from '../project/types.ts'
import { all } from '../run/execute.ts'
import { DECISIONS_PATH, openLake, readLake } from '../run/lake-state.ts'
import { type LockOptions, withLock } from '../run/lock.ts'
import { lakeOf, readingLake, warehouseOf } from '../run/stores.ts'
import { Versions } from '../run/versions.ts'
import { parseRowId } from './held.ts'

/** A person's word about a row (`row` given) or a whole delivery, with the new texts of an edit by source column. */
export interface NewDecision {
  readonly kind: DecisionKind
  readonly source: string
  readonly file: string
  readonly delivery: number
  readonly row?: number
  readonly edits?: Readonly<Record<string, string>>
}

const columns: readonly LakeColumn[] = [
  { name: 'id', type: 'long' },
  { name: 'kind', type: 'string' },
  { name: 'source', type: 'string' },
  { name: 'file', type: 'string' },
  { name: 'delivery', type: 'long' },
  { name: 'row_number', type: 'long' },
  { name: 'edits', type: 'string' },
  { name: 'version', type: 'long' },
  { name: 'decided_by', type: 'string' },
  { name: 'decided_at', type: 'timestamp' },
  { name: 'why', type: 'string' },
]

/**
 * Appends decisions to the lake, where every rebuild finds them; they take effect at the next run.
 * All or none: one Parquet file, one commit. `lookedAt` is the published version the person saw (default: the current one): where
 * another was published meanwhile, the next run judges the whole source anew. `by` is who decided (default: the user of this machine).
 */
export async function decide(
  project: Project,
  decisions: readonly NewDecision[],
  why: string | undefined,
  lookedAt?: number,
  { by = userInfo().username, ...lock }: LockOptions & { readonly by?: string } = {},
): Promise<void> {
  if (decisions.length === 0) return
  const version = lookedAt ?? (await new Versions(warehouseOf(project)).current())?.version ?? 0
  await withLock(join(project.root, '.c360'), 'c360 decision', lock, async () => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++)
      if (await append(project, decisions, { version, why, by })) return
    throw new C360Error('LAKE_CONFLICT', 'Others are deciding about rows without a pause.')
  })
}

const ATTEMPTS = 20

interface Said {
  readonly version: number
  readonly why: string | undefined
  readonly by: string
}

/** false: somebody decided on another machine meanwhile, and nothing was written. */
async function append(
  project: Project,
  decisions: readonly NewDecision[],
  { version, why, by }: Said,
): Promise<boolean> {
  const store = lakeOf(project)
  await using session = readingLake(await duckdb.connect({}), project)
  const lake = openLake(store, session, [])
  const { state } = await readLake(lake)
  const newest = Math.max(0, ...state.decisions.list.map(({ id }) => id))
  const first = newest + 1
  const name = `${String(first).padStart(6, '0')}-${randomBytes(3).toString('hex')}.parquet`
  const path = `${DECISIONS_PATH}/${name}`
  const file = store.file(path)
  await mkdir(dirname(file), { recursive: true })
  const earlier = await earlierEdits(session, state.decisions.urls, decisions)
  const rows = decisions.map((decision, index) =>
    values(onTopOf(earlier, decision), first + index, version, why, by),
  )
  await session.execute([
    `create temp table decisions (${columns.map(({ name: column, type }) => `${column} ${sqlType(type)}`).join(', ')})`,
    `insert into decisions values ${rows.join(', ')}`,
    `copy decisions to ${duckdb.dialect.literal(file)} (format parquet, compression zstd)`,
  ])
  const size = await store.upload(path, file)
  const { committed } = await lake.decisions.append({
    columns,
    files: [{ path: name, size, rows: rows.length, tags: {}, modified: Date.now() }],
    txn: { appId: 'c360-decisions', version: newest + rows.length, after: newest },
    operation: 'WRITE',
  })
  if (!committed) await store.remove(path)
  return committed
}

const keyOf = ({ source, delivery, row }: Pick<NewDecision, 'source' | 'delivery' | 'row'>): string =>
  `${source}/${delivery}/${row}`

/** A second edit of a row adds to the first: columns it does not name keep the text given before. */
const onTopOf = (earlier: ReadonlyMap<string, NewDecision['edits']>, decision: NewDecision): NewDecision =>
  decision.kind === 'edit'
    ? { ...decision, edits: { ...earlier.get(keyOf(decision)), ...decision.edits } }
    : decision

async function earlierEdits(
  session: Session,
  urls: readonly string[],
  decisions: readonly NewDecision[],
): Promise<ReadonlyMap<string, NewDecision['edits']>> {
  if (urls.length === 0 || !decisions.some(({ kind }) => kind === 'edit')) return new Map()
  const rows = await all(
    session,
    `select source, delivery, row_number, edits from ${duckdb.dialect.readParquet(urls)} where kind = 'edit' order by id`,
  )
  const edited = new Set(decisions.map(keyOf))
  return new Map(
    rows
      .map(
        ({ source, delivery, row_number, edits }) =>
          [`${source}/${delivery}/${row_number}`, JSON.parse(String(edits)) as NewDecision['edits']] as const,
      )
      .filter(([key]) => edited.has(key)),
  )
}

const sqlType = (type: LakeColumn['type']): string =>
  type === 'long' ? 'bigint' : type === 'timestamp' ? 'timestamptz' : 'varchar'

function values(
  decision: NewDecision,
  id: number,
  version: number,
  why: string | undefined,
  by: string,
): string {
  const { literal } = duckdb.dialect
  const text = (value: string | undefined) => (value === undefined ? 'null' : literal(value))
  const { kind, source, file, delivery, row, edits } = decision
  const list = [
    id,
    text(kind),
    text(source),
    text(file),
    delivery,
    row ?? 'null',
    text(edits && JSON.stringify(edits)),
    version,
  ]
  return `(${[...list, text(by), 'now()', text(why)].join(', ')})`
}

/**
 * Rows of bronze by their ids, whatever became of them. USAGE for a malformed id, NOT_FOUND naming every id that no delivery
 * has a row for.
 */
export async function rowsOfBronze(
  project: Project,
  ids: readonly string[],
): Promise<readonly (Pick<NewDecision, 'source' | 'file' | 'delivery'> & { readonly row: number })[]> {
  await using session = readingLake(await duckdb.connect({}), project)
  const { state } = await readLake(openLake(lakeOf(project), session, project.contracts))
  const rows = ids.map((id) => {
    const { source, delivery, row } = parseRowId(id)
    const found = state.sources[source]?.deliveries.find((known) => known.delivery === delivery)
    return found && row >= 1 && row <= found.rows ? { source, file: found.path, delivery, row } : undefined
  })
  const missing = ids.filter((_, index) => rows[index] === undefined)
  if (missing.length > 0)
    throw new C360Error('NOT_FOUND', `There is no row ${missing.map((id) => `\`${id}\``).join(', ')}.`, {
      hint: 'Nothing was changed. Ids are source, delivery and row in the file: see `c360 quarantine list --rows` and `c360 runs`.',
    })
  return rows.filter((row) => row !== undefined)
}

/**
 * The newest delivery of a landing file in each source it feeds (a workbook may feed several), for decisions about whole files.
 * NOT_FOUND when bronze never saw it.
 */
export async function deliveriesOfFile(
  project: Project,
  file: string,
): Promise<readonly { source: string; delivery: number; file: string }[]> {
  await using session = readingLake(await duckdb.connect({}), project)
  const { state } = await readLake(openLake(lakeOf(project), session, project.contracts))
  const found = Object.entries(state.sources).flatMap(([source, { deliveries }]) => {
    const newest = deliveries.filter(({ path }) => path === file).at(-1)
    return newest ? [{ source, delivery: newest.delivery, file }] : []
  })
  if (found.length > 0) return found
  const paths = Object.values(state.sources).flatMap(({ deliveries }) => deliveries.map(({ path }) => path))
  throw new C360Error('NOT_FOUND', `No file \`${file}\` was ever read.`, {
    hint: `Files are named as below the landing folder, for example \`${paths[0] ?? 'Customers.csv'}\`.`,
  })
}
