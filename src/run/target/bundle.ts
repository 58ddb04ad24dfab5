import { sparkRemote } from '../../engines/spark/remote.ts'
import { C360Error, type Problem } from '../../errors.ts'
import { physicalName } from '../../lake/names.ts'
import { plan } from '../../plan/plan.ts'
import type { BronzeTable, Step } from '../../plan/types.ts'
import type { Contract, Project } from '../../project/types.ts'
import { globPattern } from '../../sources/glob.ts'
import { technicalColumns } from '../lake-state.ts'
import type { Prepared } from '../prepare.ts'
import { bronzePy, layerPy } from './bundle-python.ts'
import { bundleYaml, jobYaml } from './bundle-yaml.ts'
import { formatLine } from './landing-url.ts'
import { modelsFor } from './models.ts'

/** What the variables of the bundle are at first. */
export interface BundleDefaults {
  readonly catalog: string
  readonly schemaPrefix: string
  /** As the workspace names the landing place. */
  readonly landing: string
}

/**
 * A Databricks Asset Bundle: a job that reads all landing files into bronze (PySpark) and builds silver and gold from it by the
 * statements of a run that builds everything. Files by their paths, the same for the same project. PROJECT_INVALID for what a job
 * without a memory cannot do: formats Spark does not read, and full loads.
 */
export async function databricksBundle(
  prepared: Prepared,
  defaults: BundleDefaults,
): Promise<ReadonlyMap<string, string>> {
  const { project } = prepared
  const problems = project.contracts.flatMap((contract) => refusal(project, contract))
  if (problems.length > 0)
    throw new C360Error('PROJECT_INVALID', 'A job that begins anew each time cannot load these sources:', {
      problems,
    })
  const steps = await stepsOf(prepared)
  const silver = steps.filter(({ kind }) => kind === 'prepare' || kind === 'source')
  const gold = steps.filter(({ kind }) => kind === 'relation' || kind === 'model')
  return new Map([
    ['databricks.yml', bundleYaml(project, defaults)],
    ['resources/c360.job.yml', jobYaml(project)],
    ['src/bronze.py', bronzePy],
    ['src/layer.py', layerPy],
    ['sources.json', `${JSON.stringify(project.contracts.map(sourceOf), null, 2)}\n`],
    ...filesOf('silver', silver),
    ...filesOf('gold', gold),
  ])
}

function refusal({ root }: Project, { source, file, format, load }: Contract): Problem[] {
  const at = { file, line: formatLine(root, file) }
  const hint = 'Build this project with `c360 run --target` instead.'
  const foreign = format.type === 'xlsx' || format.type === 'json'
  return [
    ...(foreign
      ? [
          {
            code: 'bundle_format',
            message: `${source}: the job reads CSV and Parquet, not ${format.type}`,
            hint,
            ...at,
          },
        ]
      : []),
    ...(load === 'full'
      ? [
          {
            code: 'bundle_full_load',
            message: `${source}: a full load deletes what it lacks, and the job does not know the loads before it`,
            hint,
            ...at,
          },
        ]
      : []),
  ]
}

/** The one delivery stands for all that bronze holds; which that are, no statement says. */
async function stepsOf(prepared: Prepared): Promise<readonly Step[]> {
  const { project } = prepared
  const place = { catalog: '${catalog}', schemaPrefix: '${prefix}' }
  const remote = sparkRemote('databricks', '', place, () =>
    Promise.reject(new Error('A bundle needs no connection.')),
  )
  const dialect = {
    ...remote.dialect,
    bronze: ({ table }: { table: string }) => remote.dialect.table('bronze', table),
  }
  const sources = Object.fromEntries(
    project.contracts.map((contract) => [contract.source, bronzeOf(contract)]),
  )
  const { steps } = plan({
    // Rows are numbered by the date in the file's name already, where there is one.
    project: { ...project, contracts: project.contracts.map(({ dated: _, ...contract }) => contract) },
    models: await modelsFor(remote, prepared),
    dialect,
    lake: { sources, decisions: { list: [], urls: [] } },
    published: undefined,
    fullRefresh: true,
  })
  return steps.map((step) =>
    step.kind === 'model'
      ? {
          ...step,
          statements: [
            ...step.statements,
            `${CERTIFY}${remote.shown(step.name)} of ${dialect.table('gold', step.name)}\n${step.certify}`,
          ],
        }
      : step.kind === 'prepare'
        ? { ...step, statements: [...step.statements, ...remote.showing] }
        : step,
  )
}

/** Begins a query that must say that a model agrees with its facts. */
const CERTIFY = '-- certify '

const bronzeOf = (contract: Contract): BronzeTable => ({
  columns: columnsOf(contract),
  deliveries: [
    {
      delivery: 1,
      path: '',
      sha256: '',
      size: 0,
      modified: 0,
      rows: 0,
      malformed: 0,
      blankLines: 0,
      format: '',
      runId: '',
      urls: [''],
    },
  ],
})

function columnsOf({ columns }: Contract): BronzeTable['columns'] {
  const taken = new Set(technicalColumns.map(({ name }) => name.toLowerCase()))
  return columns.map(({ name: original }) => {
    const name = physicalName(original, taken)
    taken.add(name.toLowerCase())
    return { name, original }
  })
}

/** What the job has to know of a source, for sources.json. */
function sourceOf(contract: Contract) {
  const { source, files, format, key, columns, dated } = contract
  const needed = columns
    .filter(({ field, required }) => required || key.includes(field))
    .map(({ name }) => name)
  return {
    source,
    files: files.map((glob) => globPattern(glob).source),
    format:
      format.type === 'csv'
        ? {
            type: 'csv',
            sep: format.delimiter,
            quote: format.quote,
            escape: format.escape,
            header: format.header,
            encoding: format.encoding,
          }
        : { type: format.type },
    columns: columnsOf(contract),
    needed,
    ...(dated === undefined ? {} : { dated }),
  }
}

/** A file per step, in their order; statements end with a line that has nothing but a semicolon. */
const filesOf = (layer: string, steps: readonly Step[]): [string, string][] =>
  steps.map(({ name, statements }, index) => [
    `sql/${layer}/${String(index + 1).padStart(3, '0')}_${name.replaceAll(/[^\w]/g, '_')}.sql`,
    statements.map((statement) => `${statement}\n;\n`).join(''),
  ])
