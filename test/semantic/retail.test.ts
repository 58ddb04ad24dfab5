import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { decide, deliveriesOfFile } from '../../src/quarantine/decide.ts'
import { all } from '../../src/run/execute.ts'
import { publishedDatabase, rollback } from '../../src/run/history.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { generateUnified } from '../../src/samples/index.ts'
import { planted } from '../e2e/planted.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import { hasShared, sharedRetail } from '../support/shared.ts'
import { covering } from './covering.ts'
import { answered, compiled, contextOf, figure, type Run } from './support.ts'

/** Questions to the published version, all over one connection. */
async function asking<T>({ root }: TestProject, ask: (run: Run) => Promise<T>): Promise<T> {
  const { path } = await publishedDatabase(await loadProjectOrFail(root))
  await using session = await duckdb.connect({ database: path, readOnly: true })
  await session.execute(["set search_path = 'gold,main'"])
  return await ask((sql) => all(session, sql))
}

describe.skipIf(!hasShared)('the reference retailer (../shared)', () => {
  test('its published figures', async () => {
    await using project = await retailProject(sharedRetail)
    await project.run()
    const aov = await asking(project, async (run) => figure(run, await contextOf(run), 'aov'))
    expect(aov).toBe(109.02)
    await project.edit('c360.yaml', 'counted_statuses: [Completed] ', 'counted_statuses: all ')
    await project.run()
    await asking(project, async (run) => {
      const context = await contextOf(run)
      const ofChannel = (channel: string) =>
        figure(run, context, 'aov', { filters: { values: { channel: [channel] } } })
      expect(await figure(run, context, 'aov')).toBe(109.22)
      expect([await ofChannel('online'), await ofChannel('in_store')]).toEqual([113.56, 104.88])
      expect(await figure(run, context, 'resolution_rate')).toBe(35)
      const bySegment = { measures: ['customers'], by: [{ dimension: 'segment' }] }
      const segments = await answered(run, bySegment, context)
      expect(segments.rows.map(([, customers]) => customers).sort()).toEqual([10, 23, 28, 39])
    })
  }, 120_000)
})

/** Every rollup of the published version against its facts; the figures that a change should move. */
const check = (project: TestProject) =>
  asking(project, async (run) => {
    const context = await contextOf(run)
    for (const { query, rollup } of covering({ from: '2024-03-10', to: '2025-02-01' })) {
      if (rollup === 'orders') continue
      expect(compiled(query, context).sql, JSON.stringify(query)).toContain(`rollup."${rollup}_`)
      const slow = await answered(run, query, { ...context, rollups: [] })
      expect(await answered(run, query, context), JSON.stringify(query)).toEqual(slow)
    }
    const named = ['revenue', 'buyers', 'session_visitors', 'repeat_rate']
    const figures: unknown[] = []
    for (const name of named) figures.push(await figure(run, context, name))
    return { tables: context.rollups.length, figures }
  })

test('rollups of a version follow its facts: new files, files taken back, another rule, a rollback', async () => {
  const late = ['Transaction.xlsx', 'OnlineTransactions.csv']
  await using it = await planted('unified', async (landing, manifest) => {
    const made = await generateUnified(landing, { customers: 80, seed: 4, manifest })
    for (const name of late) await rename(join(landing, name), join(landing, '..', name))
    return made
  })
  const { project } = it
  const ofAll = { rollupsFrom: 0 }
  expect(await asking(project, async (run) => (await contextOf(run)).rollups)).toEqual([])

  for (const name of late) await rename(join(project.root, name), join(project.root, 'landing', name))
  await project.run(ofAll)
  const second = await check(project)

  const loaded = await loadProjectOrFail(project.root)
  const taken = await deliveriesOfFile(loaded, 'Transaction.xlsx')
  await decide(
    loaded,
    taken.map((delivered) => ({ kind: 'retract' as const, ...delivered })),
    undefined,
  )
  await project.run(ofAll)
  const third = await check(project)
  expect(third.figures).not.toEqual(second.figures)

  await project.edit('c360.yaml', /counted_statuses: \[Completed\]/, 'counted_statuses: [Completed, Pending]')
  await project.run(ofAll)
  const fourth = await check(project)
  expect(fourth.figures).not.toEqual(third.figures)
  expect(fourth.tables).toBe(second.tables)

  await rollback(loaded, 2)
  expect(await check(project)).toEqual(second)
}, 180_000)
