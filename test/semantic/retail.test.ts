import { describe, expect, test } from 'vitest'
import { generateUnified } from '../../src/samples/index.ts'
import { planted } from '../e2e/planted.ts'
import { retailProject } from '../support/project.ts'
import { randomFrom } from '../support/random.ts'
import { hasShared, sharedRetail } from '../support/shared.ts'
import { randomQuery, valuesIn } from './random-queries.ts'
import { answered, asRows, compiled, contextOf, figure } from './support.ts'

describe.skipIf(!hasShared)('the reference retailer (../shared)', () => {
  test('its published figures', async () => {
    await using project = await retailProject(sharedRetail)
    await project.run()
    const context = await contextOf(project.query)
    expect(await figure(project.query, context, 'aov')).toBe(109.02)
    await project.edit('c360.yaml', 'counted_statuses: [Completed] ', 'counted_statuses: all ')
    await project.run()
    const all = await contextOf(project.query)
    const ofChannel = (channel: string) =>
      figure(project.query, all, 'aov', { filters: { values: { channel: [channel] } } })
    expect(await figure(project.query, all, 'aov')).toBe(109.22)
    expect([await ofChannel('online'), await ofChannel('in_store')]).toEqual([113.56, 104.88])
    expect(await figure(project.query, all, 'resolution_rate')).toBe(35)
    const segments = await answered(
      project.query,
      { measures: ['customers'], by: [{ dimension: 'segment' }] },
      all,
    )
    expect(segments.rows.map(([, customers]) => customers).sort()).toEqual([10, 23, 28, 39])
  }, 120_000)
})

test('rollups of a version follow its facts when a rule changes them', async () => {
  await using it = await planted('unified', (landing, manifest) =>
    generateUnified(landing, { customers: 120, seed: 4, manifest }),
  )
  const { project } = it
  const check = async (seed: number) => {
    const context = await contextOf(project.query)
    expect(context.rollups.length).toBeGreaterThan(5)
    const values = await valuesIn(project.query)
    const random = randomFrom(seed)
    let used = 0
    for (let n = 0; n < 12; n++) {
      const query = randomQuery(random, values, { from: '2024-01-01', to: '2025-07-01' })
      if (compiled(query, context).sql.includes('rollup.')) used += 1
      const quick = asRows(await answered(project.query, query, context))
      const slow = asRows(await answered(project.query, query, { ...context, rollups: [] }))
      expect(quick, JSON.stringify(query)).toEqual(slow)
    }
    expect(used).toBeGreaterThan(1)
    return figure(project.query, context, 'revenue')
  }
  const first = await check(1)
  await project.edit('c360.yaml', /counted_statuses: \[Completed\]/, 'counted_statuses: [Completed, Pending]')
  await project.run()
  const second = await check(2)
  expect(second).not.toBe(first)
  expect(
    await project.query(
      "select count(*)::int as n from information_schema.tables where table_schema = 'rollup'",
    ),
  ).toEqual([{ n: (await contextOf(project.query)).rollups.length }])
}, 180_000)
