import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dimensionNamed, dimensionsOf, measureNamed, measures } from '../../src/model/semantic/catalogue.ts'
import type { Dimension } from '../../src/model/semantic/dimensions.ts'
import { factsOf } from '../../src/model/semantic/expression.ts'
import type { FactName } from '../../src/model/semantic/facts.ts'
import type { Measure } from '../../src/model/semantic/measure.ts'
import type { PowerBiProject } from '../../src/powerbi/project.ts'
import type { Context } from '../../src/semantic/context.ts'
import type { Grain, Query } from '../../src/semantic/types.ts'
import { fillSample } from '../model/sample.ts'
import { goldModels, Warehouse } from '../model/warehouse.ts'
import { randomQuery, type Values, valuesIn } from '../semantic/random-queries.ts'
import { answered, asRows, contextOf, type Row, type Run } from '../semantic/support.ts'
import { randomFrom } from '../support/random.ts'
import { Evaluator, Fixed, numberOf, type Value } from './dax/evaluate.ts'
import { modelOver } from './dax/model.ts'
import { exported, readProject, SOURCES } from './support.ts'

const unified = fileURLToPath(new URL('../../examples/unified', import.meta.url))
const DAY = 86_400_000
const daysOf = (iso: string): number => Math.floor(Date.parse(`${iso.slice(0, 10)}T00:00:00Z`) / DAY)

interface Place {
  readonly table: string
  readonly column: string
}

const TABLES: Readonly<Record<FactName, string>> = {
  sales: 'Sales',
  interactions: 'Contacts',
  sessions: 'Web sessions',
  points: 'Points',
  accounts: 'Membership',
  customers: 'Customer',
  signups: 'Customer',
  cohorts: 'Cohorts',
}

/** Where a report finds a dimension: said here once more, apart from the export. */
const OWN: Readonly<Record<string, string>> = {
  hour: 'Hour',
  channel: 'Channel',
  payment_method: 'Payment method',
  status: 'Status',
  amount_band: 'Amount band',
  issue_type: 'Issue type',
  resolution_status: 'Resolution status',
  resolution_bucket: 'Resolution bucket',
  device: 'Device',
  session_category: 'Length category',
  loyalty_reason: 'Reason',
  cohort_month: 'Cohort month',
  months_since: 'Months since',
}
const SHARED: Readonly<Record<string, Place>> = {
  date: { table: 'Date', column: 'Date' },
  weekday: { table: 'Date', column: 'Weekday number' },
  store: { table: 'Store', column: 'store_id' },
  store_city: { table: 'Store', column: 'City of the store' },
  store_state: { table: 'Store', column: 'State of the store' },
  product: { table: 'Product', column: 'product_id' },
  category: { table: 'Product', column: 'Category' },
  segment: { table: 'Customer', column: 'Segment' },
  tier: { table: 'Customer', column: 'Tier' },
  activity: { table: 'Customer', column: 'Activity' },
  churn: { table: 'Customer', column: 'Churn' },
  customer: { table: 'Customer', column: 'customer_id' },
  city: { table: 'Customer', column: 'City' },
  state: { table: 'Customer', column: 'State' },
  agent: { table: 'Agent', column: 'agent_id' },
  department: { table: 'Agent', column: 'Department' },
}

function placeFor(dimension: string, fact: FactName): Place {
  const shared = SHARED[dimension]
  if (shared) return shared
  const column = OWN[dimension]
  if (column === undefined) throw new Error(`nobody says where ${dimension} is`)
  return { table: TABLES[fact], column }
}

const among = (place: Place, type: Dimension['type'], values: readonly (string | null)[]) => ({
  ...place,
  passes: (value: Value) =>
    values.some((one) => {
      if (one === null || value === null) return one === value
      return type === 'date' ? value === daysOf(one) : String(value) === one
    }),
})

const within = (from: string, to: string) => ({
  table: 'Date',
  column: 'Date',
  passes: (value: Value) => value !== null && numberOf(value) >= daysOf(from) && numberOf(value) < daysOf(to),
})

function bucketEnd(day: string, grain: Grain): string {
  const date = new Date(`${day}T00:00:00Z`)
  if (grain === 'day') date.setUTCDate(date.getUTCDate() + 1)
  else if (grain === 'week') date.setUTCDate(date.getUTCDate() + 7)
  else date.setUTCMonth(date.getUTCMonth() + { month: 1, quarter: 3, year: 12 }[grain])
  return date.toISOString().slice(0, 10)
}

/** One figure of an answer, asked of the model in DAX. */
function inDax(model: Evaluator, measure: Measure, query: Query, row: Row): Value {
  const [fact] = factsOf(measure.expression)
  if (!fact) throw new Error('a measure of nothing')
  const reached = new Set(dimensionsOf(measure).map(({ name }) => name))
  const groups = (query.by ?? []).map(({ dimension, grain }) => {
    const value = row[dimension] as string | number | null
    const place = placeFor(dimension, fact)
    if (grain && value !== null) return within(String(value), bucketEnd(String(value), grain))
    return among(place, dimensionNamed(dimension)?.type ?? 'text', [value === null ? null : String(value)])
  })
  const filters = Object.entries(query.filters?.values ?? {})
    .filter(([name]) => reached.has(name))
    .map(([name, values]) => among(placeFor(name, fact), dimensionNamed(name)?.type ?? 'text', values))
  const range = query.filters?.range
  return model.measure(measure.label, [
    ...groups,
    ...filters,
    ...(range && reached.has('date') ? [within(range.from, range.to)] : []),
  ])
}

const groupedByFact = (): ReadonlyMap<FactName | undefined, readonly Measure[]> => {
  const groups = new Map<FactName | undefined, Measure[]>()
  for (const measure of measures) {
    const [fact] = factsOf(measure.expression)
    groups.set(fact, [...(groups.get(fact) ?? []), measure])
  }
  return groups
}

/** BLANK is what DAX has for nothing: for a sum or count no rows, for a ratio no denominator. */
function agrees({ expression }: Measure, sql: unknown, dax: Value): boolean {
  if (dax === null) return sql === null || (expression.op !== 'divide' && sql === 0)
  return sql !== null && Number(sql) === (dax instanceof Fixed ? numberOf(dax) : dax)
}

/** What the sample shop lacks: a pending sale, and a customer who asks again. */
const MORE = [
  `insert into conformed.transactions (transaction_id, order_id, customer_id, channel, occurred_at, occurred_at_local, amount, status, source)
   values ('t901', 't901', 'c3', 'online', '2025-02-01 10:00:00', '2025-02-01 05:00:00', 12.34, 'PENDING', 'web'),
     ('t902', 't902', 'c4', 'online', '2025-02-02 10:00:00', '2025-02-02 05:00:00', null, 'Completed', 'web')`,
  `insert into conformed.service_interactions (interaction_id, customer_id, agent_id, opened_at, opened_at_local, issue_type, source)
   values ('i901', 'c3', 'a1', '2025-02-03 10:00:00', '2025-02-03 10:00:00', 'Issue 1', 'desk'),
     ('i902', 'c3', 'a2', '2025-02-05 10:00:00', '2025-02-05 10:00:00', 'Issue 2', 'desk')`,
]

/** The sample shop, whose data has everything that can be unknown, and the exported model over the same rows. */
describe('each measure is the same in SQL and in DAX', () => {
  let warehouse: Warehouse
  let run: Run
  let context: Context
  let values: Values
  let model: Evaluator
  let inPlace: Evaluator
  let project: PowerBiProject
  beforeAll(async () => {
    warehouse = await Warehouse.open()
    await fillSample(warehouse)
    for (const sql of MORE) await warehouse.run(sql)
    await warehouse.build(await goldModels())
    run = (sql) => warehouse.rows(sql)
    context = await contextOf(run)
    values = await valuesIn(run)
    const read = await readProject(unified)
    project = await exported(read, SOURCES.parquet as never)
    model = await modelOver(project, run)
    inPlace = await modelOver(await exported(read, SOURCES.snowflake as never, { mode: 'direct' }), run, true)
  }, 60_000)
  afterAll(() => warehouse?.[Symbol.asyncDispose]())

  /** What differs, measure by measure and row by row. */
  async function differences(query: Query, over: Evaluator): Promise<readonly string[]> {
    const answer = await answered(run, query, context)
    return asRows(answer).flatMap((row) =>
      query.measures.flatMap((name) => {
        const measure = measureNamed(name) as Measure
        const dax = inDax(over, measure, query, row)
        return agrees(measure, row[name], dax)
          ? []
          : [`${name} ${JSON.stringify(query)} ${JSON.stringify(row)}: DAX has ${JSON.stringify(dax)}`]
      }),
    )
  }

  test('by every dimension it has, alone and within filters', async () => {
    const found: string[] = []
    for (const [, together] of groupedByFact())
      for (const dimension of [undefined, ...dimensionsOf(together[0] as Measure).map(({ name }) => name)]) {
        const grain = dimension === 'date' ? { grain: 'month' as const } : {}
        const by = dimension === undefined ? [] : [{ dimension, ...grain }]
        const reached = dimensionsOf(together[0] as Measure).map(({ name }) => name)
        const pick = (name: string) =>
          reached.includes(name) ? { [name]: (values[name] ?? []).slice(0, 2) } : {}
        const grid: Query['filters'][] = [
          {},
          {
            range: { from: '2025-01-15', to: '2025-03-02' },
            values: { ...pick('segment'), ...pick('channel'), ...pick('issue_type') },
          },
        ]
        const names = together.map(({ name }) => name)
        for (const filters of grid)
          found.push(...(await differences({ measures: names, by, filters: filters ?? {} }, model)))
      }
    expect(found.slice(0, 10)).toEqual([])
  }, 60_000)

  test.each([1, 2])(
    'random questions, seed %i',
    async (seed) => {
      const random = randomFrom(seed)
      const found: string[] = []
      for (let n = 0; n < 12; n++) {
        const { compare: _, ...query } = randomQuery(random, values, { from: '2025-01-01', to: '2025-04-10' })
        // A date table knows its weekdays for every fact, the catalogue only for those that keep an hour too.
        const { weekday: _w, ...kept } = query.filters?.values ?? {}
        const reaches = query.measures.every((name) =>
          dimensionsOf(measureNamed(name) as Measure).some((one) => one.name === 'weekday'),
        )
        const asked = reaches ? query : { ...query, filters: { ...query.filters, values: kept } }
        found.push(...(await differences(asked, model)), ...(await differences(asked, inPlace)))
      }
      expect(found.slice(0, 10)).toEqual([])
    },
    60_000,
  )

  test('every measure of the catalogue is there, and it has something to say', () => {
    const named = project.model.tables.flatMap((table) => table.measures.map(({ name }) => name))
    expect(measures.map(({ label }) => label).filter((label) => !named.includes(label))).toEqual([])
    expect(project.model.leftOut).toEqual([])
    const blank = measures.filter(({ label }) => model.measure(label) === null).map(({ label }) => label)
    expect(blank).toEqual([])
  })

  test('a year before: the same calendar days', async () => {
    const of = (name: string, from: string, to: string) => model.measure(name, [within(from, to)])
    for (const { label } of measures.filter(({ name }) => ['signups', 'revenue'].includes(name)))
      expect(of(`${label} a year before`, '2025-02-01', '2025-03-01'), label).toEqual(
        of(label, '2024-02-01', '2024-03-01'),
      )
    expect(of('Registrations a year before', '2025-02-01', '2025-03-01')).toBeGreaterThan(0)
  })

  test('agents by tier: each once, those without contacts too', async () => {
    const tier = (name: string) =>
      model.measure('Agents of all', [
        { table: 'Agent rates', column: 'Resolution tier', passes: (value) => value === name },
      ])
    const [{ below, low, high, none } = {} as Row] = await run(`select
      count(*) filter (resolution_success_rate < 85) as below,
      count(*) filter (resolution_success_rate >= 85 and resolution_success_rate < 95) as low,
      count(*) filter (resolution_success_rate >= 95) as high,
      count(*) filter (resolution_success_rate is null) as none from gold.agent_performance`)
    const names = ['Below 85 %', '85 to 95 %', '95 to 100 %', 'No contacts']
    expect(names.map((name) => tier(name) ?? 0)).toEqual([below, low, high, none].map(Number))
    expect(Number(below)).toBeGreaterThan(0)
  })

  test('the evaluator sees what it is for', async () => {
    const revenue = measureNamed('aov') as Measure
    const broken = (dax: string) =>
      new Evaluator([{ name: 'T', rows: [{ x: Fixed.of(0.005), y: null }], measures: { m: dax } }], [])
    expect(
      agrees(revenue, 0.01, broken("ROUND(DIVIDE(CONVERT(SUM('T'[x]), DOUBLE), 1), 2)").measure('m')),
    ).toBe(true)
    expect(broken("DIVIDE(SUM('T'[x]), 3) * 3").measure('m')).not.toEqual(Fixed.of(0.005))
    expect(broken("CALCULATE(COUNTROWS('T'), KEEPFILTERS('T'[y] <= 5))").measure('m')).toBe(1)
    expect(broken("CALCULATE(COUNTROWS('T'), KEEPFILTERS('T'[y] == 0))").measure('m')).toBe(null)
    expect(broken("DIVIDE(CALCULATE(COUNTROWS('T'), 'T'[y] > 5), 3)").measure('m')).toBe(null)
  })
})
