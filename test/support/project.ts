import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { all } from '../../src/run/execute.ts'
import { publishedDatabase } from '../../src/run/history.ts'
import { loadProjectOrFail, prepare } from '../../src/run/prepare.ts'
import { type RunOptions, type RunResult, run } from '../../src/run/run.ts'

export const exampleRetail: string = fileURLToPath(new URL('../../examples/retail', import.meta.url))

/** A project in a fresh folder; `using` removes it. Runs build the gold models named, in `only`, or all: they cost most of a run. */
export interface TestProject extends AsyncDisposable {
  readonly root: string
  /** Writes a file below the project. */
  write(path: string, text: string | Buffer): Promise<void>
  /** Replaces text in a file below the project; fails when it is not there. */
  edit(path: string, from: string | RegExp, to: string): Promise<void>
  run(options?: RunOptions): Promise<RunResult>
  /** Rows of the published version. */
  query(sql: string): Promise<Record<string, unknown>[]>
}

/** The retail example without files; `landing` is copied in where given. */
export async function retailProject(landing?: string, only?: readonly string[]): Promise<TestProject> {
  const root = await mkdtemp(join(tmpdir(), 'c360-project-'))
  for (const name of ['c360.yaml', 'contracts'])
    await cp(join(exampleRetail, name), join(root, name), { recursive: true })
  await mkdir(join(root, 'landing'), { recursive: true })
  if (landing !== undefined)
    await cp(landing, join(root, 'landing'), {
      recursive: true,
      filter: (path) => path === landing || !/(expected|variant_[a-z_]+)$/.test(path),
    })
  return projectIn(root, only)
}

export function projectIn(root: string, only?: readonly string[]): TestProject {
  const prepared = async () => {
    const all = await prepare(root)
    return only ? { ...all, models: all.models.filter(({ name }) => only.includes(name)) } : all
  }
  return {
    root,
    async write(path, text) {
      await mkdir(join(root, path, '..'), { recursive: true })
      await writeFile(join(root, path), text)
    },
    async edit(path, from, to) {
      const before = await readFile(join(root, path), 'utf8')
      const after = before.replace(from, to)
      if (after === before) throw new Error(`${path} has no ${from}`)
      await writeFile(join(root, path), after)
    },
    run: async (options) => run(await prepared(), options),
    async query(sql) {
      const { path } = await publishedDatabase(await loadProjectOrFail(root))
      await using session = await duckdb.connect({ database: path, readOnly: true })
      await session.execute(["set search_path = 'gold,main'"])
      return await all(session, sql)
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}
