import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import type { LakeState, PlannedModel } from '../../src/plan/types.ts'
import { loadProject } from '../../src/project/load.ts'
import type { Project } from '../../src/project/types.ts'
import { decide, deliveriesOfFile, type NewDecision } from '../../src/quarantine/decide.ts'
import { type HeldRow, heldRows } from '../../src/quarantine/held.ts'
import { all } from '../../src/run/execute.ts'
import { publishedDatabase } from '../../src/run/history.ts'
import { openLake, readLake } from '../../src/run/lake-state.ts'
import { type Prepared, prepare } from '../../src/run/prepare.ts'
import { type RunOptions, type RunResult, run } from '../../src/run/run.ts'
import { lakeOf, readingLake, warehouseOf } from '../../src/run/stores.ts'
import { Versions } from '../../src/run/versions.ts'
import { containers, folders, type InCloud, type Places } from './places.ts'

export interface LabFiles {
  readonly config: string
  /** Contract by source; the text of its YAML file. */
  readonly contracts: Readonly<Record<string, string>>
  /** The project's own models by name. */
  readonly models?: Readonly<Record<string, string>>
  /** Gold models to be built, shipped and own; absent = all. */
  readonly only?: readonly string[]
}

/** A project in a fresh temporary folder, worked on with the real run. */
export interface Lab extends AsyncDisposable {
  readonly root: string
  readonly places: Places
  put(path: string, content: string | Uint8Array): Promise<void>
  read(path: string): Promise<string | undefined>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Writes a contract, or takes it away (undefined). */
  contract(source: string, text: string | undefined): Promise<void>
  config(text: string): Promise<void>
  project(): Promise<Project>
  prepared(): Promise<Prepared>
  run(options?: RunOptions): Promise<RunResult>
  /** One full refresh from the same bronze into a warehouse of its own; no landing file is seen. */
  refreshed(options?: RunOptions): Promise<RunResult & { readonly database: string }>
  /** The newest version a run has published, pinned or not. */
  newest(result: RunResult): Promise<string>
  sql(query: string): Promise<Record<string, unknown>[]>
  held(): Promise<HeldRow[]>
  decide(...decisions: readonly NewDecision[]): Promise<void>
  decideFile(kind: 'retract' | 'restore' | 'accept', path: string): Promise<void>
  lake(): Promise<LakeState>
}

/** Its places are folders below it, or containers. */
export async function makeLab(files: LabFiles, cloud?: InCloud): Promise<Lab> {
  const root = await mkdtemp(join(tmpdir(), 'c360-history-'))
  const write = async (path: string, text: string | Uint8Array) => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const places = cloud ? await containers(cloud, root) : folders(root)
  await write('c360.yaml', places.config(files.config))
  for (const [source, text] of Object.entries(files.contracts)) await write(contractPath(source), text)
  for (const [name, text] of Object.entries(files.models ?? {})) await write(`models/${name}.sql`, text)
  await mkdir(join(root, 'landing'), { recursive: true })
  const models = await modelsOf(root, files)
  return lab({ root, write, models, places, freshMachines: cloud?.freshMachines ?? false })
}

const contractPath = (source: string): string => `contracts/${source}.yaml`

const compiled = new Map<string, Promise<Prepared>>()

/** Compiled once per process: parsing costs more than a run, and no test changes a model's text. */
async function modelsOf(root: string, { models = {}, only }: LabFiles): Promise<readonly PlannedModel[]> {
  if (only?.length === 0 && Object.keys(models).length === 0) return []
  const texts = JSON.stringify(models)
  const known = compiled.get(texts) ?? prepare(root)
  compiled.set(texts, known)
  const all = (await known).models
  return only === undefined ? all : all.filter(({ name }) => only.includes(name))
}

async function checked(root: string): Promise<Project> {
  const { project, problems } = await loadProject(root)
  const [problem] = problems.filter(({ severity }) => severity !== 'warn')
  if (!project || problem) throw new Error(`${problem?.file}:${problem?.line} ${problem?.message}`)
  return project
}

interface Parts {
  readonly root: string
  readonly write: (path: string, text: string | Uint8Array) => Promise<void>
  readonly models: readonly PlannedModel[]
  readonly places: Places
  readonly freshMachines: boolean
}

function lab({ root, write, models, places, freshMachines }: Parts): Lab {
  const prepared = async (): Promise<Prepared> => ({
    project: await checked(root),
    models,
    catalogue: [],
    overrides: [],
    warnings: [],
  })
  let refreshes = 0
  return {
    root,
    places,
    put: places.put,
    read: places.read,
    rename: places.rename,
    remove: places.remove,
    contract: (source, text) =>
      text === undefined
        ? rm(join(root, contractPath(source)), { force: true })
        : write(contractPath(source), text),
    config: (text) => write('c360.yaml', places.config(text)),
    project: () => checked(root),
    prepared,
    async run(options = {}) {
      if (freshMachines) await rm(join(root, '.c360'), { recursive: true, force: true })
      return run(await prepared(), options)
    },
    async refreshed(options = {}) {
      refreshes += 1
      const aside = join(root, `refresh-${refreshes}`)
      const whole = await prepared()
      const project = {
        ...whole.project,
        root: aside,
        landing: join(aside, 'landing'),
        warehouse: join(aside, 'warehouse'),
        threads: 2,
      }
      const result = await run({ ...whole, project }, { ...options, fullRefresh: true })
      return { ...result, database: await databaseOf(project, result) }
    },
    newest: async (result) => databaseOf(await checked(root), result),
    async sql(query) {
      const { path } = await publishedDatabase(await checked(root))
      await using session = await duckdb.connect({ database: path, readOnly: true })
      return await all(session, query)
    },
    async held() {
      const { path } = await publishedDatabase(await checked(root))
      await using session = await duckdb.connect({ database: path, readOnly: true })
      return await heldRows(session, duckdb.dialect, {})
    },
    decide: async (...decisions) => decide(await checked(root), decisions, undefined),
    async decideFile(kind, path) {
      const project = await checked(root)
      const found = await deliveriesOfFile(project, path)
      await decide(
        project,
        found.map((delivered) => ({ kind, ...delivered })),
        undefined,
      )
    },
    async lake() {
      const project = await checked(root)
      const store = lakeOf(project)
      await using engine = await duckdb.connect({})
      const { state } = await readLake(openLake(store, readingLake(engine, project), project.contracts))
      for (const { deliveries } of Object.values(state.sources))
        for (const url of deliveries.flatMap(({ urls }) => urls))
          await store.fetch(relative(store.file(''), url))
      return state
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}

const databaseOf = async (project: Project, { version = 0 }: RunResult): Promise<string> => {
  const path = await new Versions(warehouseOf(project)).fetch(version)
  if (path === undefined) throw new Error(`there is no version ${version}`)
  return path
}
