import { dialect } from '../engines/duckdb/dialect.ts'
import type { Session } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import { openTable } from '../lake/table.ts'
import type { LakeTable, Snapshot } from '../lake/types.ts'
import type { BronzeTable, Decision, Decisions, Delivery, LakeState } from '../plan/types.ts'
import type { Contract } from '../project/types.ts'
import type { Store } from '../storage/store.ts'

export const bronzePath = (source: string): string => `bronze/${source}`
export const DECISIONS_PATH = 'bronze/_decisions'

/** Columns that bronze adds to those of the file. */
export const technicalColumns = [
  { name: '_raw_record', type: 'string' },
  { name: '_raw_error', type: 'string' },
  { name: '_source_file', type: 'string' },
  { name: '_row_number', type: 'long' },
  { name: '_delivery', type: 'long' },
  { name: '_run_id', type: 'string' },
  { name: '_loaded_at', type: 'timestamp' },
] as const

export type LakeSql = Pick<Session, 'execute' | 'stream'>

export interface OpenLake {
  readonly store: Store
  readonly sql: LakeSql
  readonly tables: Readonly<Record<string, LakeTable>>
  readonly decisions: LakeTable
}

export function openLake(store: Store, sql: LakeSql, contracts: readonly Contract[]): OpenLake {
  const tables = contracts.map(({ source }) => [source, openTable(store, bronzePath(source), sql)] as const)
  return { store, sql, tables: Object.fromEntries(tables), decisions: openTable(store, DECISIONS_PATH, sql) }
}

export interface LakeRead {
  readonly state: LakeState
  /** The Delta version each table was read at. */
  readonly versions: Readonly<Record<string, number>>
  /** Files that only readers of older versions need. */
  readonly replaced: ReadonlySet<string>
}

/** What the lake holds now. */
export async function readLake(lake: OpenLake): Promise<LakeRead> {
  const versions: Record<string, number> = {}
  const replaced = new Set<string>()
  const sources: Record<string, BronzeTable> = {}
  for (const [source, table] of Object.entries(lake.tables)) {
    const snapshot = await table.snapshot()
    if (!snapshot) continue
    versions[source] = snapshot.version
    sources[source] = bronzeTable(lake.store, source, snapshot)
    for (const path of snapshot.removed.keys()) replaced.add(lake.store.file(`${bronzePath(source)}/${path}`))
  }
  const { snapshot, decisions } = await readDecisions(lake)
  if (snapshot) versions._decisions = snapshot.version
  for (const path of snapshot?.removed.keys() ?? [])
    replaced.add(lake.store.file(`${DECISIONS_PATH}/${path}`))
  return { state: { sources, decisions }, versions, replaced }
}

/**
 * True when no table has a commit beyond `versions`: told by the name of the next log file alone, so that a run
 * with nothing to do opens no database.
 */
export async function lakeUnchanged(
  store: Store,
  contracts: readonly Contract[],
  versions: Readonly<Record<string, number>>,
): Promise<boolean> {
  const tables = [
    ...contracts.map(({ source }) => [source, bronzePath(source)] as const),
    ['_decisions', DECISIONS_PATH] as const,
  ]
  const grown = await Promise.all(
    tables.map(async ([name, path]) => {
      const next = String((versions[name] ?? -1) + 1).padStart(20, '0')
      return (await store.stat(`${path}/_delta_log/${next}.json`)) !== undefined
    }),
  )
  return !grown.includes(true)
}

/** When each source's newest file was written, milliseconds since 1970 UTC. */
export const newestFiles = ({ sources }: LakeState): Record<string, number> =>
  Object.fromEntries(
    Object.entries(sources).map(([source, { deliveries }]) => [
      source,
      Math.max(0, ...deliveries.map(({ modified }) => modified)),
    ]),
  )

function bronzeTable(store: Store, source: string, snapshot: Snapshot): BronzeTable {
  const technical = new Set<string>(technicalColumns.map(({ name }) => name))
  const columns = snapshot.columns
    .filter(({ name }) => !technical.has(name))
    .map(({ name, original }) => ({ name, original: original ?? name }))
  const byNumber = new Map<number, Delivery>()
  for (const { path, tags } of snapshot.files) {
    const url = store.file(`${bronzePath(source)}/${path}`)
    for (const read of deliveriesIn(tags, url) ?? refuse(foreignFile(source, path))) {
      const known = byNumber.get(read.delivery)
      byNumber.set(
        read.delivery,
        known ? { ...known, rows: known.rows + read.rows, urls: [...known.urls, url] } : read,
      )
    }
  }
  return { columns, deliveries: [...byNumber.values()].sort((a, b) => a.delivery - b.delivery) }
}

function refuse(error: C360Error): never {
  throw error
}

/** Bronze is written by us alone: a file that does not say which delivery it is would otherwise vanish from silver unseen. */
const foreignFile = (source: string, path: string): C360Error =>
  new C360Error(
    'LAKE_UNSUPPORTED',
    `${bronzePath(source)}/${path} was not written by c360: it does not say which delivery it holds.`,
    {
      hint: 'Undo what the other program committed to this bronze table (restore the version before it).',
    },
  )

type Tags = Readonly<Record<string, string>>

/** What a delivery's Parquet file carries in the Delta log, so that the lake alone can tell its deliveries. */
export function tagsOf(delivery: Delivery): Record<string, string> {
  const { urls: _, ...texts } = delivery
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, String(value)]))
}

/** The same for a file that holds several deliveries: each one's tags, as a JSON list. */
export const tagsOfAll = (deliveries: readonly Delivery[]): Record<string, string> => ({
  deliveries: JSON.stringify(deliveries.map(tagsOf)),
})

/**
 * The deliveries a file of bronze holds, by its tags, `rows` being those in this file; undefined where it does not say.
 */
export function deliveriesIn(tags: Tags, url: string): readonly Delivery[] | undefined {
  const all = tags.deliveries === undefined ? [tags] : listed(tags.deliveries)
  return all?.every(({ delivery }) => delivery !== undefined)
    ? all.map((each) => deliveryOf(each, url))
    : undefined
}

function listed(text: string): readonly Tags[] | undefined {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every(isTags) ? list : undefined
  } catch {
    return undefined
  }
}

const isTags = (value: unknown): value is Tags =>
  typeof value === 'object' && value !== null && Object.values(value).every((tag) => typeof tag === 'string')

function deliveryOf(tags: Tags, url: string): Delivery {
  return {
    delivery: Number(tags.delivery),
    path: tags.path ?? '',
    sha256: tags.sha256 ?? '',
    size: Number(tags.size ?? 0),
    modified: Number(tags.modified ?? 0),
    rows: Number(tags.rows ?? 0),
    malformed: Number(tags.malformed ?? 0),
    blankLines: Number(tags.blankLines ?? 0),
    format: tags.format ?? '',
    runId: tags.runId ?? '',
    urls: [url],
  }
}

/** Everything about the decisions but the values they carry: those are joined in by SQL, in the engine. */
async function readDecisions({
  store,
  sql,
  decisions,
}: OpenLake): Promise<{ snapshot: Snapshot | undefined; decisions: Decisions }> {
  const snapshot = await decisions.snapshot()
  const urls = (snapshot?.files ?? []).map(({ path }) => store.file(`${DECISIONS_PATH}/${path}`))
  const list: Decision[] = []
  if (urls.length > 0) {
    const query = `select id, kind, source, delivery, row_number, version from ${dialect.readParquet(urls)} order by id`
    for await (const { columns, rows } of sql.stream(query)) {
      for (let r = 0; r < rows; r++) list.push(decisionOf(columns.map((column) => column[r])))
    }
  }
  return { snapshot, decisions: { list, urls } }
}

function decisionOf([id, kind, source, delivery, row, version]: readonly unknown[]): Decision {
  return {
    id: Number(id),
    kind: String(kind) as Decision['kind'],
    source: String(source),
    delivery: Number(delivery),
    ...(row === null ? {} : { row: Number(row) }),
    version: Number(version),
  }
}
