import { fork } from 'node:child_process'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { duckdb } from '../../engines/duckdb/index.ts'
import type { Session } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import type { Project } from '../../project/types.ts'
import { all } from '../../run/execute.ts'
import { warehouseOf } from '../../run/stores.ts'
import { programFile } from '../program.ts'
import type { Lease } from '../reading/snapshot.ts'
import { eventsSql, openTicketsSql, sourceIdsSql } from './profile-sql.ts'

/** Facts below which reading them as they lie is fast enough. */
const WORTH_IT = 300_000

/** Changes whenever an index of today is not what one of yesterday was. */
const FORMAT = 2

/**
 * The number a customer's rows lie together by, beside `customer_id`. Blocks of rows know the least and greatest of their numbers;
 * of texts they know the first few characters alone, which are the same for most ids.
 */
export const PLACE = 'place'
const placeOf = (id: string): string => `md5_number_lower(${id})`

/** A condition that leaves one customer's rows of the copy. */
export const isCustomer = (id: string): string =>
  `${PLACE} = ${placeOf(duckdb.dialect.literal(id))} and customer_id = ${duckdb.dialect.literal(id)}`

/**
 * What profiles read, sorted by customer: `<warehouse>/profiles/<version>-<..>.duckdb`. A fact lies where it arrived, so that one
 * customer's rows are all over the table; a scan of millions takes a tenth of a second, a look into this copy a few milliseconds.
 * It is made in a process of its own after a version was opened, and never needed: until it is there the facts are read.
 */
export interface IndexFile {
  /** The version has gold alone. */
  readonly isGoldOnly?: boolean
  readonly database: string
  readonly path: string
}

const folderOf = (project: Project): string => warehouseOf(project).file('profiles')

/** The file of a version; its time is part of the name, because a warehouse that was made anew begins at 1 again. */
export async function indexFile(project: Project, lease: Lease): Promise<IndexFile | undefined> {
  const facts = [
    'fact_transactions',
    'fact_service_interactions',
    'fact_web_sessions',
    'fact_loyalty_transactions',
  ]
  const rows = facts.reduce((sum, name) => sum + (lease.manifest.models[name]?.rows ?? 0), 0)
  if (rows < WORTH_IT) return undefined
  const made = await stat(lease.database).catch(() => undefined)
  if (!made) return undefined
  const name = `${String(lease.version).padStart(6, '0')}-${FORMAT}-${Math.round(made.mtimeMs).toString(36)}.duckdb`
  return { isGoldOnly: lease.isGoldOnly, database: lease.database, path: join(folderOf(project), name) }
}

export const isThere = async ({ path }: IndexFile): Promise<boolean> =>
  (await stat(path).catch(() => undefined)) !== undefined

/** Makes the file unless it is there. Rejects with what went wrong; nothing half-made is left. */
export async function makeIndex(
  root: string,
  project: Project,
  file: IndexFile,
  closing: AbortSignal,
): Promise<void> {
  if (await isThere(file)) return
  await mkdir(folderOf(project), { recursive: true })
  await new Promise<void>((resolve, reject) => {
    const child = fork(
      programFile('people/profile-index-child'),
      [root, file.database, file.path, file.isGoldOnly ? 'gold' : 'all'],
      {
        stdio: 'ignore',
        signal: closing,
      },
    )
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new C360Error('INTERNAL', 'The index of profiles could not be made.')),
    )
  })
  await sweep(project, file)
}

/** Only the newest is kept: versions are looked at in turn, and an older one can do without. */
async function sweep(project: Project, { path }: IndexFile): Promise<void> {
  const folder = folderOf(project)
  for (const name of await readdir(folder).catch(() => []))
    if (join(folder, name) !== path && name.endsWith('.duckdb')) await rm(join(folder, name), { force: true })
}

/** Rows sorted at once: more of them, as wide as these are, take more memory than a project need have. */
const AT_ONCE = 1_000_000

/** The work itself, done in the child: one thread, so that readers keep the others. */
export async function writeIndex(
  project: Project,
  { database, path }: IndexFile,
  atOnce: number = AT_ONCE,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const d = duckdb.dialect
    await using session = await duckdb.connect({
      database: temporary,
      threads: 1,
      memory: project.memory ?? '2GB',
      scratch: `${temporary}.scratch`,
    })
    const made = (name: string, sql: string) =>
      `create table warehouse.main.${name} as select ${placeOf('customer_id')} as ${PLACE}, r.* from (${sql}) r order by ${PLACE}`
    await session.execute([
      `attach ${d.literal(database)} as version (read_only)`,
      'use version',
      `create temp table unsorted as select ${placeOf('customer_id')} as ${PLACE}, e.* from (${eventsSql(project)}) e`,
      'create table warehouse.main.events as select * from unsorted limit 0',
    ])
    for (const range of await customerRanges(session, atOnce))
      await session.execute([
        `insert into warehouse.main.events select * from unsorted where ${range} order by ${PLACE}, moment desc`,
      ])
    await session.execute([
      'drop table unsorted',
      made('customers', 'select * from gold.customer_360'),
      made('source_ids', sourceIdsSql(project)),
      made('open_tickets', openTicketsSql()),
      'checkpoint warehouse',
      'use warehouse',
      'detach version',
    ])
    await session[Symbol.asyncDispose]()
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
    await rm(`${temporary}.scratch`, { recursive: true, force: true })
  }
}

/** Conditions that cut the events into ranges of customers with about so many rows each, in order. */
async function customerRanges(session: Session, atOnce: number): Promise<readonly string[]> {
  const [counted] = await all(session, 'select count(*) as n from unsorted')
  const parts = Math.max(1, Math.ceil(Number(counted?.n ?? 0) / atOnce))
  const shares = Array.from({ length: parts - 1 }, (_, i) => (i + 1) / parts)
  const cuts =
    shares.length === 0
      ? []
      : await all(
          session,
          `select distinct unnest(quantile_disc(${PLACE}, [${shares.join(', ')}])) as cut from unsorted order by cut`,
        )
  const ends = cuts.map(({ cut }) => String(cut))
  return [...ends, undefined].map((end, i) => {
    const from = i === 0 ? [] : [`${PLACE} > ${ends[i - 1]}`]
    const to = end === undefined ? [] : [`${PLACE} <= ${end}`]
    return [...from, ...to, 'true'].join(' and ')
  })
}
