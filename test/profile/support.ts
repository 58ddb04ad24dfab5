import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import type { Question } from '../../src/profile/draft-types.ts'
import { type Initialised, initProject } from '../../src/profile/init.ts'
import { all } from '../../src/run/execute.ts'
import { publishedDatabase } from '../../src/run/history.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { projectIn, type TestProject } from '../support/project.ts'

export type Answers = Partial<Record<Question['id'], string>>

/** A project drafted from a folder: what a person who answers so would get; runs build the gold models named in `only`, or all. */
export async function drafted(
  from: string,
  answers: Answers = {},
  only?: readonly string[],
): Promise<{ readonly project: TestProject; readonly made: Initialised }> {
  const root = await mkdtemp(join(tmpdir(), 'c360-drafted-'))
  const made = await initProject(root, from, async ({ id }) => answers[id] ?? '')
  return { project: projectIn(root, only), made }
}

/** Every row of every gold table as text, but for the names of sources. */
export async function goldOf(project: TestProject): Promise<Record<string, string[]>> {
  const { path } = await publishedDatabase(await loadProjectOrFail(project.root))
  await using session = await duckdb.connect({ database: path, readOnly: true })
  const columns = await all(
    session,
    "select table_name as t, column_name as c from information_schema.columns where table_schema = 'gold' order by table_name, ordinal_position",
  )
  const tables = new Map<string, string[]>()
  for (const { t, c } of columns) {
    if (c === 'source' || c === 'shared_order') continue
    tables.set(String(t), [...(tables.get(String(t)) ?? []), String(c)])
  }
  const out: Record<string, string[]> = {}
  for (const [name, list] of tables) {
    const rows = await all(
      session,
      `select ${list.map((column) => `"${column}"`).join(', ')} from gold."${name}"`,
    )
    out[name] = rows
      .map((row) => JSON.stringify(Object.values(row), (_, v) => (typeof v === 'bigint' ? String(v) : v)))
      .sort()
  }
  return out
}

/** All remarks of a kind in a draft, `source: text` or `source.column: text`. */
export function remarks({ draft }: Initialised, kind: 'decide' | 'unsure' | 'note'): string[] {
  return draft.contracts.flatMap(({ source, remarks: own, columns }) => [
    ...own.filter((remark) => remark.kind === kind).map(({ text }) => `${source}: ${text}`),
    ...columns.flatMap(({ header, remarks: some }) =>
      some.filter((remark) => remark.kind === kind).map(({ text }) => `${source}.${header}: ${text}`),
    ),
  ])
}

/** What drafted contracts mean, whatever files and headers are called: entity, key, constants, and fields in the order of the columns. */
export const meaning = ({ draft }: Initialised): string[] =>
  draft.contracts
    .map(
      ({ entity, key, set, columns }) =>
        `${[entity, key.join('+'), ...Object.values(set)].join(' ')}: ${columns.map(({ field }) => field).join(' ')}`,
    )
    .sort()
