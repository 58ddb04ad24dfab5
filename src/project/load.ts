import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { fromSystemError, type Problem } from '../errors.ts'
import { checkAcross, type Draft } from './across.ts'
import { type Config, configFrom } from './config.ts'
import { vaultUrl } from './config-azure.ts'
import { parseConfig } from './config-file.ts'
import { findUses } from './config-references.ts'
import { type Answers, putSettings, withoutValues } from './config-settings.ts'
import { configShape } from './config-shape.ts'
import { contractFrom } from './contract.ts'
import { contractShape, isSourceName } from './contract-shape.ts'
import { askSettings, type LookUp, lookUpHere, type Mentions, mentionsIn, secretsIn } from './secret-refs.ts'
import { reject, type Shape } from './shape.ts'
import { readText, type SourceFile } from './source-file.ts'
import type { ModelFile, Project } from './types.ts'
import { NAME } from './values.ts'
import { parseYaml, type YamlFile } from './yaml.ts'

/** The project if nothing is wrong with it, and every problem of every file; a warning comes with the project. */
export interface Loaded {
  readonly project?: Project
  readonly problems: readonly Problem[]
}

/** The text of a project: what `projectFrom` looks at, and nothing else. */
export interface ProjectFiles {
  /** Absolute path of the project's folder. */
  readonly root: string
  /** c360.yaml, if it is there. */
  readonly config?: SourceFile
  readonly contracts: readonly SourceFile[]
  readonly models: readonly SourceFile[]
  /** What the references in settings of c360.yaml stand for; those of secrets are not looked up. */
  readonly answers?: Answers
}

/**
 * Reads c360.yaml, contracts/*.yaml and models/*.sql below `root`. Mistakes in them are `problems`;
 * a file that may not be read is a C360Error (NO_ACCESS). References in settings (`landing: az://${env:ACCOUNT}/in`) are
 * looked up by `lookUp`, which throws where it is not the user's mistake (SECRET_MISSING, STORAGE_UNREACHABLE, SDK_MISSING).
 */
export async function loadProject(root: string, lookUp: LookUp = lookUpHere()): Promise<Loaded> {
  const files = await readProjectFiles(resolve(root))
  const answers = files.config && (await askSettings(files.root, files.config, lookUp))
  return projectFrom({ ...files, ...(answers ? { answers } : {}) })
}

/** The references of c360.yaml below `root`, whatever else is wrong in the project. */
export async function loadMentions(root: string, lookUp: LookUp = lookUpHere()): Promise<Mentions> {
  const config = await readSource(resolve(root), 'c360.yaml')
  if (config) return mentionsIn(resolve(root), config, lookUp)
  const problems: Problem[] = []
  missingConfig(resolve(root), problems)
  return { mentions: [], problems }
}

/** What `loadProject` gives, over files already read: pure. */
export function projectFrom(files: ProjectFiles): Loaded {
  const problems: Problem[] = []
  const config = files.config
    ? readConfig(files.root, files.config, files.answers ?? new Map(), problems)
    : missingConfig(files.root, problems)
  const drafts = files.contracts.flatMap((file) => readContract(file, config, problems) ?? [])
  if (files.contracts.length === 0 && files.config) noContracts(problems)
  checkAcross(drafts, config?.currency)
  const models = files.models.flatMap((file) => readModel(file, problems) ?? [])
  const told = distinct(problems)
  if (!config || told.some(({ severity }) => severity !== 'warn')) return { problems: told }
  const contracts = drafts.flatMap(({ contract }) => contract ?? [])
  return { project: { ...config, contracts, models }, problems: told }
}

/** In the order of files and lines; what an alias repeats is said once. */
function distinct(problems: readonly Problem[]): Problem[] {
  const byText = new Map(
    problems.map((problem) => [`${problem.file}:${problem.line}:${problem.message}`, problem]),
  )
  return [...byText.values()].sort(byPlace)
}

const byPlace = (a: Problem, b: Problem): number => {
  const [one, other] = [a.file ?? '', b.file ?? '']
  return one === other ? (a.line ?? 0) - (b.line ?? 0) : one < other ? -1 : 1
}

function missingConfig(root: string, problems: Problem[]): undefined {
  problems.push({
    code: 'no_project',
    message: `there is no c360.yaml in ${root}`,
    hint: 'name the folder of a project: `--project DIR`',
    file: 'c360.yaml',
    line: 1,
  })
}

function noContracts(problems: Problem[]): void {
  problems.push({
    code: 'no_contracts',
    message: 'the project has no contract',
    hint: 'describe each source in a file of its own: contracts/<source>.yaml',
    file: 'c360.yaml',
    line: 1,
  })
}

function readShape<T>(shape: Shape<T>, file: YamlFile, label: string): T | undefined {
  return file.root && shape.read(file.root, { file, label, line: file.lineOf(file.root) })
}

function readConfig(
  root: string,
  source: SourceFile,
  answers: Answers,
  problems: Problem[],
): Config | undefined {
  const told: Problem[] = []
  const file = parseConfig(source, told)
  const uses = findUses(file)
  const put = putSettings(uses, answers, file)
  const written = readShape(configShape, file, 'the project')
  const azure = written?.values.azure
  // A vault that is written wrong has its problem already.
  const keyVault =
    azure?.values.key_vault ?? (azure?.lines.key_vault === undefined ? undefined : vaultUrl('unknown'))
  const config = written && configFrom(root, written, file, secretsIn(uses, { root, keyVault, file }))
  problems.push(...withoutValues(told, put))
  return config
}

function readContract(
  source: SourceFile,
  config: Config | undefined,
  problems: Problem[],
): Draft | undefined {
  const file = parseYaml(source, problems)
  const written = readShape(contractShape, file, 'this contract')
  if (!written) return undefined
  const name = basename(source.path).replace(/\.ya?ml$/, '')
  if (written.lines.source === undefined && !isSourceName(name))
    reject(
      { file, label: '', line: 1 },
      'bad_value',
      `\`${name.slice(0, 60)}\` is no name for a source`,
      'add `source:` with a name of small letters, digits and `_`',
    )
  const defaults = { path: source.path, source: name, timeZone: config?.timeZone ?? 'UTC' }
  const contract = contractFrom(written, file, defaults)
  return { path: source.path, source: written.values.source ?? name, file, written, contract }
}

function readModel({ path, bytes }: SourceFile, problems: Problem[]): ModelFile | undefined {
  const name = basename(path, '.sql')
  const report = (problem: Omit<Problem, 'file'>) => void problems.push({ ...problem, file: path })
  if (!NAME.test(name))
    report({
      code: 'bad_value',
      line: 1,
      message: `\`${name}\` is no name for a table`,
      hint: 'name the file with small letters, digits and `_`',
    })
  const text = readText(bytes, report)
  return text === undefined ? undefined : { name, file: path, text }
}

async function readProjectFiles(root: string): Promise<ProjectFiles> {
  const config = await readSource(root, 'c360.yaml')
  const [contracts, models] = await Promise.all([
    readFolder(root, 'contracts', /\.ya?ml$/),
    readFolder(root, 'models', /\.sql$/),
  ])
  return { root, ...(config ? { config } : {}), contracts, models }
}

async function readFolder(root: string, folder: string, ending: RegExp): Promise<SourceFile[]> {
  const entries = await orAbsent(readdir(join(root, folder), { withFileTypes: true }), `reading ${folder}`)
  const names = (entries ?? []).filter(
    (entry) => !entry.isDirectory() && ending.test(entry.name) && !/^[.~]/.test(entry.name),
  )
  const paths = names.map(({ name }) => `${folder}/${name}`).sort()
  const files = await Promise.all(paths.map((path) => readSource(root, path)))
  return files.flatMap((file) => file ?? [])
}

async function readSource(root: string, path: string): Promise<SourceFile | undefined> {
  const bytes = await orAbsent(readFile(join(root, path)), `reading ${path}`)
  return bytes && { path, bytes }
}

const ABSENT = ['ENOENT', 'ENOTDIR', 'EISDIR']

async function orAbsent<T>(effect: Promise<T>, doing: string): Promise<T | undefined> {
  try {
    return await effect
  } catch (error) {
    if (error instanceof Error && 'code' in error && ABSENT.includes(String(error.code))) return undefined
    throw fromSystemError(error, doing)
  }
}
