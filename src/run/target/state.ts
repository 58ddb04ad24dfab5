import { hostname } from 'node:os'
import type { Remote, Session } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import type { FieldType } from '../../model/types.ts'
import { all } from '../execute.ts'
import { type Current, FORMAT, type Manifest } from '../versions.ts'

/** What a target's published version is: as of a local one, and where its tables stood when it was committed. */
export interface TargetManifest extends Manifest {
  /** Its bronze is the engine's own: the engine read the landing files. Absent: a copy of the lake's. */
  readonly ingest?: 'engine'
  /** Marks of silver's and the rules' tables by their full names: what a run that died is taken back to. */
  readonly tables: Readonly<Record<string, string>>
  /** Marks of the models' tables by the models' names. */
  readonly gold: Readonly<Record<string, string>>
  /** Statements that take away what it no longer has, once readers are shown the rest. */
  readonly afterwards: readonly string[]
  readonly lake: Current['lake']
  readonly landing: Current['landing']
}

/** A version that was built from the engine's own bronze says nothing about the lake's, nor the other way round. */
export const usableFor = (
  { files }: Remote,
  manifest: TargetManifest | undefined,
): TargetManifest | undefined =>
  (manifest?.ingest === 'engine') === (files !== undefined) ? manifest : undefined

/**
 * `working`: a run has the target, or died with it. `failed`: it gave up and took its work back. `committed`: its version
 * is the newest, though readers may not all be shown it yet. `published`: they are.
 */
type Status = 'working' | 'failed' | 'committed' | 'published'

interface Row {
  readonly version: number
  readonly runId: string
  readonly status: Status
  readonly host: string
  readonly since: string
}

export interface TargetState {
  /** The newest version a run committed. */
  readonly manifest: TargetManifest | undefined
  /** Its tables may not all be shown yet. */
  readonly unshown: boolean
  /** Runs after it that did not end well. */
  readonly unfinished: readonly Row[]
  /** The number of the next version. */
  readonly next: number
  /** The format of a version that another c360 made; nothing is built upon it. */
  readonly otherFormat: number | undefined
}

const columns: readonly (readonly [name: string, type: FieldType])[] = [
  ['version', 'integer'],
  ['run_id', 'text'],
  ['status', 'text'],
  ['host', 'text'],
  ['since', 'text'],
  ['manifest', 'text'],
]

/** The table of them, beside bronze. */
export const VERSIONS = { name: '_versions', columns } as const

/**
 * The versions of one target, a row each in the table `_versions` beside bronze. Changing a row to `committed` is the one
 * commit of a run.
 */
export class TargetVersions {
  private readonly remote: Remote
  private readonly session: Session
  private readonly table: string

  constructor(remote: Remote, session: Session) {
    this.remote = remote
    this.session = session
    this.table = remote.dialect.table('bronze', VERSIONS.name)
  }

  async read(): Promise<TargetState> {
    const rows = (await this.rows().catch(unlessRefused)) ?? (await this.begun())
    const newest = newestOf(rows)
    const manifest = newest && (await this.manifest(newest))
    const usable = manifest?.format === FORMAT ? manifest : undefined
    return {
      manifest: usable,
      unshown: newest?.status === 'committed',
      unfinished: rows.filter(({ version }) => version > (newest?.version ?? 0)),
      next: (rows.at(-1)?.version ?? 0) + 1,
      otherFormat: usable || !manifest ? undefined : manifest.format,
    }
  }

  /** The first run makes its place. */
  private async begun(): Promise<Row[]> {
    const { dialect } = this.remote
    await this.session.execute([...dialect.createSchemas(), dialect.createTable(this.table, columns)])
    return this.rows()
  }

  /** What readers are shown, without making anything; undefined where nothing was published. */
  async published(): Promise<TargetManifest | undefined> {
    const rows = (await this.rows().catch(unlessMissing)) ?? []
    const newest = newestOf(rows.filter(({ status }) => status === 'published'))
    return newest && (await this.manifest(newest))
  }

  /** Takes the target for this run. LOCKED: another run has it; nothing is left of the attempt. */
  async claim(runId: string, version: number): Promise<void> {
    const { dialect: d } = this.remote
    const row = [version, d.literal(runId), "'working'", d.literal(hostname()), d.literal(now()), "'{}'"]
    await this.session.execute([
      `insert into ${this.table} (${columns.map(([name]) => name).join(', ')}) select ${row.join(', ')}`,
    ])
    const other = (await this.rows()).find(
      (found) => found.runId !== runId && (found.status === 'working' || found.version >= version),
    )
    if (!other) return
    await this.forget(runId)
    throw lockedBy(other)
  }

  /** Takes a run off the list: its work was undone. */
  async forget(runId: string): Promise<void> {
    await this.session.execute([
      `delete from ${this.table} where run_id = ${this.remote.dialect.literal(runId)}`,
    ])
  }

  /** Marks a run as one that gave up: its tables hold what they held, but its views may not. */
  async giveUp(runId: string): Promise<void> {
    await this.set(runId, 'failed')
  }

  /** The commit. OVERTAKEN: somebody took this run for dead, and its work is not the target's any more. */
  async commit(manifest: TargetManifest): Promise<void> {
    const { runId } = manifest
    await this.set(runId, 'committed', JSON.stringify(manifest))
    const row = (await this.rows()).find(({ runId: id }) => id === runId)
    if (row?.status !== 'committed')
      throw new C360Error(
        'OVERTAKEN',
        'Another run took this target over, because this one was thought dead.',
      )
  }

  /** Notes what a run that changed nothing saw of lake and landing. */
  async keep(manifest: TargetManifest): Promise<void> {
    await this.set(manifest.runId, 'published', JSON.stringify(manifest))
  }

  /** Readers are shown the newest version; what was left of runs before it is forgotten. */
  async shown({ runId, version }: TargetManifest): Promise<void> {
    await this.set(runId, 'published')
    await this.session.execute([
      `delete from ${this.table} where version < ${version} and status in ('working', 'failed')`,
    ])
  }

  private async set(runId: string, status: Status, manifest?: string): Promise<void> {
    const { dialect: d } = this.remote
    const values = [
      `status = '${status}'`,
      ...(manifest === undefined ? [] : [`manifest = ${d.literal(manifest)}`]),
    ]
    await this.session.execute([
      `update ${this.table} set ${values.join(', ')} where run_id = ${d.literal(runId)}`,
    ])
  }

  private async rows(): Promise<Row[]> {
    const rows = await all(
      this.session,
      `select version, run_id, status, host, since from ${this.table} order by version, run_id`,
    )
    return rows.map((row) => ({
      version: Number(row.version),
      runId: String(row.run_id),
      status: String(row.status) as Status,
      host: String(row.host),
      since: String(row.since),
    }))
  }

  private async manifest({ runId }: Row): Promise<TargetManifest> {
    const sql = `select manifest from ${this.table} where run_id = ${this.remote.dialect.literal(runId)}`
    const [row] = await all(this.session, sql)
    return JSON.parse(String(row?.manifest)) as TargetManifest
  }
}

const newestOf = (rows: readonly Row[]): Row | undefined =>
  rows.findLast(({ status }) => status === 'committed' || status === 'published')

/** Some engines say of what is not there that it may not be read: making it tells which it is. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof C360Error && (error.code === 'SQL_FAILED' || error.code === 'TARGET_DENIED'))
    return undefined
  throw error
}

/** A target nobody has run upon has no table of versions. */
function unlessMissing(error: unknown): undefined {
  if (error instanceof C360Error && error.code === 'SQL_FAILED' && /not.found|not exist/i.test(error.message))
    return undefined
  throw error
}

const now = (): string => new Date().toISOString()

/** True for a run of this machine that no longer has the project: the caller holds the project's lock. */
export const isOurs = ({ host }: Row): boolean => host === hostname()

export const lockedBy = ({ runId, host, since }: Row): C360Error =>
  new C360Error('LOCKED', `Run ${runId} on ${host} has had this target since ${since}.`, {
    hint: 'Wait for it to end. If it is dead, take its place: `c360 run --target .. --take-over`.',
  })
