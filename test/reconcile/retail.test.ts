import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { bindView } from '../../src/reconcile/bind.ts'
import { reconcile } from '../../src/reconcile/reconcile.ts'
import { legacySources } from '../../src/reconcile/sources.ts'
import { PRELUDE } from '../../src/reconcile/tsql/prelude.ts'
import type { Reconciliation } from '../../src/reconcile/types.ts'
import { all } from '../../src/run/execute.ts'
import { publishedDatabase } from '../../src/run/history.ts'
import { prepare } from '../../src/run/prepare.ts'
import { retailProject, type TestProject } from '../support/project.ts'
import { hasShared, sharedRetail } from '../support/shared.ts'
import { addsUp, legacyViews } from './support.ts'

const views = [
  'View_AgentPerformance',
  'View_AverageOrderValue',
  'View_CustomerSegmentation',
  'View_PeakTimes',
]

const cell = (value: unknown): string => {
  const text = value === null ? '' : String(value)
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

describe.skipIf(!hasShared)('the four reference views over the reference data (../shared)', () => {
  let project: TestProject
  const found = new Map<string, Reconciliation>()

  beforeAll(async () => {
    project = await retailProject(sharedRetail)
    await project.run()
    const prepared = await prepare(project.root)
    for (const view of views) {
      const file = join(legacyViews, `${view}.sql`)
      found.set(view, await reconcile(prepared, await readFile(file, 'utf8'), file))
    }
  })
  afterAll(() => project[Symbol.asyncDispose]())

  const of = (view: string): Reconciliation => {
    const reconciliation = found.get(view)
    if (!reconciliation) throw new Error(`${view} was not reconciled`)
    return reconciliation
  }

  for (const view of views) {
    test(`${view} gives the rows of expected/as_written`, async () => {
      const prepared = await prepare(project.root)
      const sources = legacySources(duckdb.dialect, prepared.project)
      const bound = await bindView(
        await readFile(join(legacyViews, `${view}.sql`), 'utf8'),
        view,
        sources.find,
      )
      if ('code' in bound) throw new Error(bound.message)
      const { path } = await publishedDatabase(prepared.project)
      await using session = await duckdb.connect({ database: path, readOnly: true })
      const made = sources.statements([bound.query.sql, ...bound.stages])
      await session.execute([...PRELUDE, ...made, ...bound.stages])
      const rows = (await all(session, bound.query.sql)).map((row) => Object.values(row).map(cell).join(','))
      const text = await readFile(join(sharedRetail, 'expected', 'as_written', `${view}.csv`), 'utf8')
      const [header, ...expected] = text.trim().split(/\r?\n/)
      expect(bound.columns.map(({ name }) => name).join(',')).toBe(header)
      expect(rows.sort()).toEqual(expected.sort())
    })
  }

  test('segmentation: 40,298.79 becomes 21,844.02 without fan-out and 15,044.67 with Completed only', () => {
    const [spend] = of('View_CustomerSegmentation').measures
    expect(spend).toMatchObject({
      measure: 'TotalSpend',
      legacy: '40298.79',
      certified: '15044.67',
      remainder: '0.00',
    })
    expect(spend?.steps.map(({ kind, amount, after, rows }) => [kind, amount, after, rows])).toEqual([
      ['fan_out', '-10229.23', '30069.56', undefined],
      ['fan_out', '-4406.78', '25662.78', undefined],
      ['fan_out', '-3818.76', '21844.02', undefined],
      ['status', '-3025.26', '18818.76', 27],
      ['status', '-3774.09', '15044.67', 35],
    ])
    expect(
      spend?.steps.map(({ label }) => /loyalty|in_store|online|Failed|Pending/.exec(label)?.[0]),
    ).toEqual(['loyalty', 'in_store', 'online', 'Failed', 'Pending'])
  })

  test('segmentation: a row per tier, and customers in several segments', () => {
    const { rows, grain, joins } = of('View_CustomerSegmentation')
    expect(rows).toMatchObject({ legacy: 123, certified: 100, onlyLegacy: 0, onlyCertified: 0 })
    expect(grain).toEqual({
      keys: 100,
      repeatedKeys: 21,
      mostRows: 3,
      splitBy: [
        { column: 'TierLevel', keys: 21 },
        { column: 'CustomerSegment', keys: 13 },
      ],
    })
    expect(joins.find(({ table }) => table === 'loyalty_accounts')).toMatchObject({
      rowsBefore: 178,
      rowsAfter: 241,
      line: 17,
      key: { unique: false, repeatedKeys: 27, maxFactor: 4 },
    })
  })

  test('average order value: 140 orders instead of 100 and 38, in 129 rows', () => {
    const { measures, rows } = of('View_AverageOrderValue')
    const orders = measures.find(({ measure }) => measure.startsWith('COUNT'))
    expect(orders).toMatchObject({
      legacy: '140',
      certified: '38',
      certifiedColumn: 'orders',
      remainder: '0',
    })
    expect(orders?.steps.map(({ after }) => after)).toEqual(['100', '73', '38'])
    expect(measures.find(({ measure }) => measure.startsWith('SUM'))).toMatchObject({
      certified: '4556.97',
      remainder: '0.00',
    })
    expect(rows.legacy).toBe(129)
  })

  test('peak times differ by status alone; agent performance does not differ', () => {
    const [count] = of('View_PeakTimes').measures
    expect(count?.steps.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['status', '-27'],
      ['status', '-35'],
    ])
    expect(of('View_AgentPerformance')).toMatchObject({
      differs: false,
      rows: { different: 0, matched: 100 },
    })
  })

  test('every accounting adds up, and no personal value is shown', async () => {
    for (const view of views)
      expect(
        of(view).measures.filter((measure) => !addsUp(measure)),
        view,
      ).toEqual([])
    const shown = JSON.stringify([...found.values()])
    const people = await project.query(
      'select name from silver.customers union all select name from silver.agents',
    )
    expect(people.map(({ name }) => String(name)).filter((name) => shown.includes(name))).toEqual([])
  })
})
