import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { databricksBundle } from '../../src/run/target/bundle.ts'
import { customers, small } from '../history/small.ts'
import { everyEngine } from '../support/long.ts'
import { pythonWith } from '../support/python.ts'

// A Python of its own: `npm run test:engines` has it.
const python = everyEngine
  ? await pythonWith('support/databricks-requirements.txt')
  : { skipped: 'npm run test:engines' }
const reason = typeof python === 'string' ? '' : ` (SKIPPED: ${python.skipped})`
const run = promisify(execFile)

const place = { catalog: 'main', schemaPrefix: 'c360_', landing: '/Volumes/main/c360/landing' }

/** Each a mistake, as an edit of the job's YAML, and what Databricks' model must say of it. */
const mistakes: readonly (readonly [from: string, to: string, said: RegExp])[] = [
  ['max_concurrent_runs:', 'max_runs:', /'max_runs' for class Job/],
  ['pause_status: PAUSED', 'pause_status: ASLEEP', /'ASLEEP' is not a valid PauseStatus/],
  ['python_file:', 'file:', /'file' for class SparkPythonTask/],
  ['python_file: ../src/bronze.py', 'source: WORKSPACE', /missing .* 'python_file'/],
  ['environment_version:', 'version:', /'version' for class Environment/],
  ['environment_version: "2"', 'environment_version: 2', /comes back/],
  ['- task_key: bronze\n          spark', '- spark', /missing .* 'task_key'/],
  ['depends_on:\n            - task_key: bronze', 'depends_on: bronze', /Unexpected type/],
  ['timezone_id:', 'time_zone_id:', /'time_zone_id' for class CronSchedule/],
]

describe.skipIf(reason !== '')(`the job of the Databricks bundle${reason}`, () => {
  let yaml: string

  beforeAll(async () => {
    await using lab = await small({ customers: customers() }, ['dim_customers'])
    yaml = (await databricksBundle(await lab.prepared(), place)).get('resources/c360.job.yml') ?? ''
  })

  it("has nothing that Databricks' own model of a job does not know, and all that it needs", async () => {
    const { resources, ...more } = parse(yaml)
    expect(more).toEqual({})
    expect(Object.keys(resources)).toEqual(['jobs'])
    expect(await judged(Object.values(resources.jobs))).toEqual([null])
  })

  it('would be told apart from one with a mistake', async () => {
    const broken = mistakes.map(([from, to]) => {
      expect(yaml).toContain(from)
      return parse(yaml.replace(from, to)).resources.jobs.c360
    })
    const said = await judged(broken)
    for (const [index, [, to, expected]] of mistakes.entries())
      expect([to, said[index]]).toEqual([to, expect.stringMatching(expected)])
  })
})

async function judged(jobs: readonly unknown[]): Promise<(string | null)[]> {
  const asked = run(String(python), ['-B', 'test/support/databricks_jobs.py'])
  asked.child.stdin?.end(JSON.stringify(jobs))
  return JSON.parse((await asked).stdout)
}
