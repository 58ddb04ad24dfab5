import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { C360Error, type Problem } from '../errors.ts'
import { type CompileCache, compileModels, modelHash } from '../model/compile.ts'
import { shippedCache, shippedModels } from '../model/gold.ts'
import type { GoldModel } from '../model/gold-model.ts'
import { orderModels } from '../model/order.ts'
import { certifySql } from '../plan/certify.ts'
import { relationNames } from '../plan/relations.ts'
import type { PlannedModel } from '../plan/types.ts'
import { loadProject } from '../project/load.ts'
import type { ModelFile, Project } from '../project/types.ts'
import { overridden, overrideProblems } from '../sql/overrides.ts'

/** A project without mistakes, its models compiled and in dependency order. */
export interface Prepared {
  readonly project: Project
  readonly models: readonly PlannedModel[]
  /** What the models say of themselves: descriptions, grain, rules. */
  readonly catalogue: readonly GoldModel[]
  /** Models of the project written by hand for one engine. */
  readonly overrides: readonly ModelFile[]
  readonly warnings: readonly Problem[]
}

/** Reads and checks everything the user wrote. PROJECT_INVALID carries every problem of every file. */
export async function prepare(root: string): Promise<Prepared> {
  const { project: read, problems } = await loadProject(root)
  if (!read) throw invalid(problems)
  const overrides = read.models.filter(({ name }) => overridden(name))
  const project =
    overrides.length === 0 ? read : { ...read, models: read.models.filter(({ name }) => !overridden(name)) }
  const files = [...shippedModels(), ...project.models]
  const compiled = await compile(project, files)
  const failed = files
    .map(({ name }) => name)
    .filter((name) => !compiled.models.some((model) => model.name === name))
  const ordered = orderModels(compiled.models, relationNames, failed)
  const misplaced = overrideProblems(
    overrides,
    files.map(({ name }) => name),
  )
  const all = [...problems, ...compiled.problems, ...ordered.problems, ...misplaced]
  if (all.some(isError)) throw invalid(all)
  const hashes = new Map(files.map((file) => [file.name, modelHash(file)]))
  const models = ordered.models.map((model) => planned(model, hashes.get(model.name) ?? ''))
  return { project, models, catalogue: ordered.models, overrides, warnings: all }
}

/** Only the project, for commands that need no models. PROJECT_INVALID as above. */
export async function loadProjectOrFail(root: string): Promise<Project> {
  const { project, problems } = await loadProject(root)
  if (!project) throw invalid(problems)
  return project
}

const isError = ({ severity }: Problem): boolean => severity !== 'warn'

function invalid(problems: readonly Problem[]): C360Error {
  const errors = problems.filter(isError).length
  return new C360Error('PROJECT_INVALID', `The project has ${errors} ${errors === 1 ? 'error' : 'errors'}:`, {
    problems,
  })
}

/** What a model is checked against counts as read: when that changes, the certificate must be made anew. */
function planned(model: GoldModel, hash: string): PlannedModel {
  const checked = model.reconciles.flatMap(({ terms }) => terms.flatMap(({ relations }) => relations))
  const reads = [...model.reads, ...checked].map(({ schema, name }) =>
    schema === undefined || schema.toLowerCase() === 'gold' ? { name } : { schema, name },
  )
  return {
    name: model.name,
    hash,
    sql: model.sql,
    reads,
    certify: certifySql(model),
    at: { file: model.file, line: model.sqlLine },
  }
}

/** Parsing costs: what was compiled once is kept beside the project. The cache is never needed, so failing to write it is no failure. */
async function compile(project: Project, files: readonly ModelFile[]) {
  const path = join(project.root, '.c360', 'cache', 'models.json')
  const known: CompileCache = project.models.length === 0 ? {} : await readCache(path)
  const compiled = await compileModels(files, { ...shippedCache(), ...known })
  const own = Object.fromEntries(
    project.models.map(modelHash).flatMap((hash) => {
      const entry = compiled.cache[hash]
      return entry ? [[hash, entry] as const] : []
    }),
  )
  if (Object.keys(own).some((hash) => !(hash in known))) await writeCache(path, own)
  return compiled
}

async function readCache(path: string): Promise<CompileCache> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as CompileCache
  } catch {
    return {}
  }
}

async function writeCache(path: string, cache: CompileCache): Promise<void> {
  try {
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, JSON.stringify(cache))
  } catch {}
}
