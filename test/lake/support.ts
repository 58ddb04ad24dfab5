import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import type { Session } from '../../src/engines/engine.ts'
import { openTable } from '../../src/lake/table.ts'
import type {
  AppendRequest,
  AppendResult,
  ColumnStats,
  LakeColumn,
  LakeTable,
  NewFile,
} from '../../src/lake/types.ts'
import { localStore } from '../../src/storage/local.ts'
import type { Store } from '../../src/storage/store.ts'

export const TABLE = 'bronze/orders'

/** A fresh folder with a table that is not there yet. */
export interface Bench extends AsyncDisposable {
  readonly root: string
  readonly store: Store
  readonly session: Session
  readonly table: LakeTable
  /** Writes the rows of a SELECT as a Parquet file of the table. */
  write(
    select: string,
    name: string,
    extra?: { tags?: Record<string, string>; stats?: ColumnStats },
  ): Promise<NewFile>
  append(file: NewFile, columns: readonly LakeColumn[], more?: Partial<AppendRequest>): Promise<AppendResult>
  /** First column of a query. */
  values(sql: string): Promise<unknown[]>
  log(name: string): string
}

export const version = (n: number): string => String(n).padStart(20, '0')

export async function bench(folder = 'c360-lake-'): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), folder))
  const store = localStore(root)
  const session = await duckdb.connect({ threads: 1 })
  const table = openTable(store, TABLE, session)
  const values = async (sql: string): Promise<unknown[]> => {
    const found: unknown[] = []
    for await (const batch of session.stream(sql)) found.push(...(batch.columns[0] ?? []))
    return found
  }
  return {
    root,
    store,
    session,
    table,
    values,
    async write(select, name, extra = {}) {
      const url = store.url(`${TABLE}/${name}`)
      await mkdir(dirname(url), { recursive: true })
      await session.execute([`copy (${select}) to '${url}' (format parquet)`])
      const entry = await store.stat(`${TABLE}/${name}`)
      const [rows] = await values(`select count(*)::integer from read_parquet('${url}')`)
      return {
        path: name,
        size: entry?.size ?? 0,
        modified: entry?.modified ?? 0,
        rows: Number(rows),
        tags: {},
        ...extra,
      }
    },
    append: (file, columns, more = {}) =>
      table.append({ columns, files: [file], operation: 'TEST', ...more }),
    log: (name) => `${TABLE}/_delta_log/${name}`,
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** A FROM item over all files of the newest snapshot. */
export async function current({ table, store }: Bench): Promise<string> {
  const files = (await table.snapshot())?.files ?? []
  const urls = files.map(({ path }) => `'${store.url(`${TABLE}/${path}`)}'`)
  return `read_parquet([${urls.join(', ')}], union_by_name = true)`
}

const run = promisify(execFile)

/** Calls test/lake/readers.py on a table; `environment` as it says there. */
export async function python(
  executable: string,
  command: string,
  store: Pick<Store, 'url'>,
  argument = '',
  table: string = TABLE,
  environment: Readonly<Record<string, string>> = {},
): Promise<Seen> {
  const script = join(import.meta.dirname, 'readers.py')
  const { stdout } = await run(executable, [script, command, store.url(table), argument], {
    timeout: 60_000,
    env: { ...process.env, ...environment },
  })
  return JSON.parse(stdout) as Seen
}

/** What readers.py prints; which fields depends on the command. */
export interface Seen {
  readonly version: number
  readonly rows: number
  readonly fields: readonly {
    readonly name: string
    readonly type: string
    readonly metadata: Record<string, string>
  }[]
  readonly files: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly operations: readonly string[]
  readonly updated: number
  readonly protocol: readonly unknown[]
}
