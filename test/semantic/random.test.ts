import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialect } from '../../src/engines/duckdb/dialect.ts'
import { dimensionsOf, measures } from '../../src/model/semantic/catalogue.ts'
import { isAdditive } from '../../src/model/semantic/measure.ts'
import type { Context } from '../../src/semantic/context.ts'
import { rollupStatements, rollupTables } from '../../src/semantic/rollups.ts'
import type { Query } from '../../src/semantic/types.ts'
import { fillSample } from '../model/sample.ts'
import { goldModels, Warehouse } from '../model/warehouse.ts'
import { randomFrom } from '../support/random.ts'
import { keyOf, randomQuery, referenceSql, type Values, valuesIn } from './random-queries.ts'
import { REFERENCE } from './reference.ts'
import { answered, asRows, compiled, contextOf, figure, type Row, type Run, remembered } from './support.ts'

const QUERIES = 120

/** A shop with several lines to an order, refunds and everything unknown that can be. */
describe('random questions', () => {
  let warehouse: Warehouse
  let run: Run
  let context: Context
  let values: Values
  beforeAll(async () => {
    warehouse = await Warehouse.open()
    await fillSample(warehouse)
    await warehouse.build(await goldModels())
    await warehouse.run('create schema rollup')
    for (const sql of rollupStatements(dialect, rollupTables(dialect))) await warehouse.run(sql)
    run = (sql) => warehouse.rows(sql)
    context = await contextOf(run)
    values = await valuesIn(run)
  }, 60_000)
  afterAll(() => warehouse?.[Symbol.asyncDispose]())

  const asked = (seed: number): Query[] => {
    const random = randomFrom(seed)
    return Array.from({ length: QUERIES }, () =>
      randomQuery(random, values, { from: '2025-01-01', to: '2025-04-10' }),
    )
  }

  test('the answer is the same from the facts, from rollups and from sums in memory', async () => {
    let used = 0
    const remembering = { whole: 0, partly: 0 }
    for (const query of asked(7)) {
      if (compiled(query, context).sql.includes('rollup.')) used += 1
      const quick = await answered(run, query, context)
      const slow = await answered(run, query, { ...context, rollups: [] })
      expect(quick, JSON.stringify(query)).toEqual(slow)
      const { isWhole } = (await remembered(run, query, context)) ?? {}
      if (isWhole !== undefined) remembering[isWhole ? 'whole' : 'partly'] += 1
    }
    expect(remembering.whole).toBeGreaterThan(QUERIES / 10)
    expect(remembering.partly).toBeGreaterThan(QUERIES / 10)
    expect(used).toBeGreaterThan(QUERIES / 4)
  }, 60_000)

  test('every measure is what SQL written by hand says', async () => {
    const seen = new Set<string>()
    for (const query of asked(11)) {
      const { compare: _, ...plain } = query
      const rows = asRows(await answered(run, plain, context))
      for (const measure of query.measures) {
        seen.add(measure)
        await compareWithReference(plain, measure, rows)
      }
    }
    expect([...seen].sort()).toEqual(measures.map(({ name }) => name).sort())
  }, 60_000)

  async function compareWithReference(query: Query, measure: string, rows: readonly Row[]): Promise<void> {
    const wanted = new Map(
      (await run(referenceSql(measure, query))).map((row) => [keyOf(row, query), row.value]),
    )
    const ours = new Map(rows.map((row) => [keyOf(row, query), row[measure]]))
    const what = `${measure} of ${JSON.stringify(query)}`
    const isRatio = REFERENCE[measure]?.ratio ?? true
    for (const [key, value] of wanted) {
      const mine = ours.get(key)
      if (mine === undefined) expect([0, null], `${what} at ${key}`).toContain(value)
      else if (value === null) expect([0, null], `${what} at ${key}`).toContain(mine)
      else
        expect(Math.abs(Number(mine) - Number(value)), `${what} at ${key}`).toBeLessThan(
          isRatio ? 0.0051 : 1e-6,
        )
    }
    for (const [key, mine] of ours)
      if (!wanted.has(key)) expect([0, null], `${what} at ${key}`).toContain(mine)
  }

  test('parts of what adds up are the whole', async () => {
    for (const measure of measures.filter(({ expression }) => isAdditive(expression))) {
      const whole = await figure(run, context, measure.name)
      for (const { name: dimension } of dimensionsOf(measure)) {
        const grain = dimension === 'date' ? ({ grain: 'week' } as const) : {}
        const query: Query = { measures: [measure.name], by: [{ dimension, ...grain }] }
        const parts = asRows(await answered(run, query, context)).map((row) => Number(row[measure.name] ?? 0))
        const sum = parts.reduce((a, b) => a + b, 0)
        expect(sum, `${measure.name} by ${dimension}`).toBeCloseTo(Number(whole), 4)
      }
    }
  }, 60_000)
})
