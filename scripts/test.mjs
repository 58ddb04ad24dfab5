// Runs the tests; the last lines name what was skipped and why, what failed and then passed, and count.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** More files than this that fail are no accident: they are not tried again. */
const ACCIDENTS = 3

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = mkdtempSync(join(tmpdir(), 'c360-test-'))
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')

try {
  process.exitCode = summed(run('first', process.argv.slice(2)))
} catch (error) {
  console.log(`The tests ended without a report: ${error.message}`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Runs the files that match; what vitest made of each, and whether it ended well. */
function run(name, files) {
  const results = join(folder, `${name}.json`)
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const { status } = spawnSync(process.execPath, [vitest, ...args, ...files], { cwd: root, stdio: 'inherit' })
  return { ...JSON.parse(readFileSync(results, 'utf8')), status: status ?? 1 }
}

/** Prints the closing lines; the exit code. Files that failed get one more try, alone, and are named if that goes well. */
function summed(first) {
  const failed = first.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name)
  const again = failed.length > 0 && failed.length <= ACCIDENTS ? run('again', failed) : undefined
  const tests = first.testResults.flatMap(({ assertionResults }) => assertionResults)
  for (const { fullName } of tests.filter(({ status }) => status === 'pending' || status === 'skipped'))
    console.log(`SKIPPED  ${fullName}`)
  const well = again?.status === 0
  if (well) for (const test of tests.filter(({ status }) => status === 'failed')) told(test)
  const passed = first.numPassedTests + (well ? first.numFailedTests : 0)
  console.log(`${passed} passed, ${well ? 0 : first.numFailedTests} failed, ${first.numPendingTests} skipped`)
  return well ? 0 : first.status
}

function told({ fullName, failureMessages }) {
  const [why = ''] = (failureMessages[0] ?? '').split('\n')
  console.log(`PASSED AT THE SECOND TRY  ${fullName}: ${why}`)
}
