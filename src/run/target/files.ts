import type { Remote, Session } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import type { FieldType } from '../../model/types.ts'
import type { BronzeTable, Delivery } from '../../plan/types.ts'
import type { StoreEntry } from '../../storage/store.ts'
import { all } from '../execute.ts'

/** A delivery that the engine read, and the landing file as it was then. */
export interface TakenFile extends Delivery {
  readonly etag?: string
}

/** A bronze table as the engine has filled it. */
export interface TakenTable extends BronzeTable {
  readonly deliveries: readonly TakenFile[]
}

const columns: readonly (readonly [name: string, type: FieldType])[] = [
  ['source', 'text'],
  ['delivery', 'integer'],
  ['path', 'text'],
  ['size', 'integer'],
  ['modified', 'text'],
  ['etag', 'text'],
  ['content', 'text'],
  ['records', 'integer'],
  ['malformed', 'integer'],
  ['format', 'text'],
  ['run_id', 'text'],
  ['fields', 'text'],
]

/**
 * The landing files that the engine has read, a row each in the table `_files` beside bronze. A row is the commit of its delivery:
 * rows of bronze without one are what a run left that died.
 */
export class TargetFiles {
  private readonly remote: Remote
  private readonly session: Session
  private readonly table: string

  constructor(remote: Remote, session: Session) {
    this.remote = remote
    this.session = session
    this.table = remote.dialect.table('bronze', '_files')
  }

  async read(): Promise<Record<string, TakenTable>> {
    await this.session.execute([this.remote.dialect.createTable(this.table, columns)])
    return this.rows()
  }

  /** The same without making anything; undefined where the engine has read no file yet. */
  async readOnly(): Promise<Record<string, TakenTable> | undefined> {
    return this.rows().catch((error: unknown) => {
      if (error instanceof C360Error && error.code === 'SQL_FAILED') return undefined
      throw error
    })
  }

  async add(
    source: string,
    taken: Delivery,
    { etag }: Pick<StoreEntry, 'etag'>,
    fields: BronzeTable['columns'],
  ): Promise<void> {
    const { literal } = this.remote.dialect
    const row = [
      literal(source),
      taken.delivery,
      literal(taken.path),
      taken.size,
      literal(String(taken.modified)),
      etag === undefined ? 'null' : literal(etag),
      literal(taken.sha256),
      taken.rows,
      taken.malformed,
      literal(taken.format),
      literal(taken.runId),
      literal(JSON.stringify(fields)),
    ]
    const names = columns.map(([name]) => name).join(', ')
    await this.session.execute([`insert into ${this.table} (${names}) select ${row.join(', ')}`])
  }

  /** Bronze is to come from the lake from now on, whose deliveries have other numbers: what the engine has read goes. */
  async abandon(): Promise<void> {
    const known = await this.readOnly()
    if (!known) return
    const { dialect } = this.remote
    const statements = Object.keys(known).map((source) => dialect.dropTable(dialect.table('bronze', source)))
    await this.session.execute([...statements, dialect.dropTable(this.table)])
  }

  private async rows(): Promise<Record<string, TakenTable>> {
    const tables: Record<string, TakenTable> = {}
    const names = columns.map(([name]) => name).join(', ')
    for (const row of await all(
      this.session,
      `select ${names} from ${this.table} order by source, delivery`,
    )) {
      const before = tables[String(row.source)]?.deliveries ?? []
      tables[String(row.source)] = {
        columns: JSON.parse(String(row.fields)) as BronzeTable['columns'],
        deliveries: [...before, takenFrom(row)],
      }
    }
    return tables
  }
}

const takenFrom = (row: Readonly<Record<string, unknown>>): TakenFile => ({
  delivery: Number(row.delivery),
  path: String(row.path),
  sha256: String(row.content),
  size: Number(row.size),
  modified: Number(row.modified),
  rows: Number(row.records),
  malformed: Number(row.malformed),
  blankLines: 0,
  format: String(row.format),
  runId: String(row.run_id),
  urls: [String(row.path)],
  ...(row.etag === null ? {} : { etag: String(row.etag) }),
})
