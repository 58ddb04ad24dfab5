import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeDbtProject } from './dbt-project.mjs'
import { measured } from './measure.mjs'

const PINNED = ['dbt-core==1.10.13', 'dbt-duckdb==1.9.6', 'duckdb==1.4.1']

/** dbt in a virtual environment below `folder`, installed at the first call; undefined where that cannot be done. */
export function dbtInstalled(folder) {
  const venv = join(folder, 'venv')
  const python = join(venv, 'bin', 'python')
  if (existsSync(join(venv, 'ready'))) return python
  mkdirSync(folder, { recursive: true })
  const steps = [
    ['python3', '-m', 'venv', venv],
    [python, '-m', 'pip', 'install', '--quiet', ...PINNED],
  ]
  for (const [command, ...args] of steps)
    if (spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) return undefined
  writeFileSync(join(venv, 'ready'), PINNED.join('\n'))
  return python
}

/** One `dbt run` of the project, its process and all below it measured. */
export function measureDbt(python, folder, landing, limits) {
  writeDbtProject(folder, landing, limits)
  const hook = fileURLToPath(new URL('usage.py', import.meta.url))
  return measured(python, [hook, 'run', '--project-dir', folder, '--profiles-dir', folder], {
    DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
    DO_NOT_TRACK: '1',
  })
}
