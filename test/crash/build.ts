import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const repository = join(import.meta.dirname, '..', '..')

/**
 * Gold enough for tests of how runs go: dimensions, facts, views over them, and one that follows a rule (`churned_after`).
 * All 41 models take a run three times as long, and say no more of locks, kills, damage, versions and exit codes.
 */
export const fewModels: readonly string[] = [
  ...['agents', 'customers', 'loyalty_accounts', 'products', 'stores'].map((name) => `dim_${name}`),
  ...['service_interactions', 'transactions', 'web_sessions'].map((name) => `fact_${name}`),
  ...[
    'agent_performance',
    'average_order_value_by_channel',
    'customer_activity_status',
    'customer_purchases',
    'reporting_period',
  ],
]

/** The program as it is shipped, aside, for processes of its own: a build made meanwhile does not pull it away. */
export interface Build {
  readonly root: string
  readonly cli: string
  remove(): Promise<void>
}

/** With the gold models named in `only`, or all. */
export async function copyBuild(only?: readonly string[]): Promise<Build> {
  const root = await mkdtemp(join(tmpdir(), 'c360-build-'))
  for (const name of ['dist', 'examples', 'package.json'])
    await cp(join(repository, name), join(root, name), { recursive: true })
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'))
  const gold = join(root, 'dist', 'model', 'gold')
  for (const file of only ? await readdir(gold) : [])
    if (file.endsWith('.sql') && !only?.includes(file.slice(0, -'.sql'.length))) await rm(join(gold, file))
  const cli = join(root, 'dist', 'cli', 'main.js')
  return { root, cli, remove: () => rm(root, { recursive: true, force: true }) }
}
