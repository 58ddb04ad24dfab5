import { dimensionsOf, measures, reaches } from '../../src/model/semantic/catalogue.ts'
import { type Dimension, dimensions } from '../../src/model/semantic/dimensions.ts'
import { factsOf } from '../../src/model/semantic/expression.ts'
import type { Grain, Query } from '../../src/semantic/types.ts'
import type { Random } from '../support/random.ts'
import { REFERENCE, WIDE } from './reference.ts'
import type { Row, Run } from './support.ts'

export type Values = Readonly<Record<string, readonly (string | null)[]>>

/** What the data has for each dimension, unknown included. */
export async function valuesIn(run: Run): Promise<Values> {
  const found: Record<string, (string | null)[]> = {}
  for (const dimension of dimensions.filter(({ name }) => name !== 'date')) {
    const wide = Object.entries(WIDE).find(([fact]) => reaches(fact as never, dimension))?.[1]
    const rows = await run(
      `select distinct ${dimension.name}::varchar as v from (${wide}) w order by hash(v) limit 12`,
    )
    found[dimension.name] = rows.map(({ v }) => (v === null ? null : String(v)))
  }
  return found
}

const GRAINS: readonly Grain[] = ['day', 'week', 'month', 'quarter', 'year']

function some<T>(random: Random, from: readonly T[], most: number): T[] {
  const left = [...from]
  const taken: T[] = []
  for (let n = random.below(most + 1); n > 0 && left.length > 0; n--)
    taken.push(...left.splice(random.below(left.length), 1))
  return taken
}

/** A query that can be asked: measures that share dimensions, values that are there. */
export function randomQuery(random: Random, values: Values, days: { from: string; to: string }): Query {
  const first = random.pick(measures)
  const by = some(random, dimensionsOf(first), 3)
  const fits = measures.filter((one) => one !== first && by.every((d) => dimensionsOf(one).includes(d)))
  const filtered = some(
    random,
    dimensions.filter(({ name }) => name !== 'date'),
    2,
  )
  const range = random.chance(0.6) ? rangeIn(random, days) : undefined
  return {
    measures: [first, ...some(random, fits, 3)].map(({ name }) => name),
    by: by.map(({ name }) =>
      name === 'date' ? { dimension: name, grain: random.pick(GRAINS) } : { dimension: name },
    ),
    filters: {
      ...(range ? { range } : {}),
      values: Object.fromEntries(filtered.map(({ name }) => [name, chosen(random, values[name] ?? [])])),
    },
    ...(range && random.chance(0.4) ? { compare: random.pick(['prev', 'year'] as const) } : {}),
  }
}

const chosen = (random: Random, from: readonly (string | null)[]) =>
  some(random, from, 4)
    .concat(from.length > 0 ? [random.pick(from)] : [])
    .filter((v, i, all) => all.indexOf(v) === i)

function rangeIn(random: Random, { from, to }: { from: string; to: string }) {
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000
  const day = (n: number) => new Date(Date.parse(from) + n * 86_400_000).toISOString().slice(0, 10)
  const start = random.below(days)
  const made = { from: day(start), to: day(start + 1 + random.below(days)) }
  if (!random.chance(0.3)) return made
  const first = `${made.from.slice(0, 7)}-01`
  const last = `${made.to.slice(0, 7)}-01`
  return first < last ? { from: first, to: last } : made
}

const bucket = (grain: Grain) => `date_trunc('${grain}', day)::date::varchar`

/** Groups and values of one measure, by the reference alone. */
export function referenceSql(measure: string, query: Query): string {
  const nested = measure === 'repeat_rate'
  const { wide, sql, dated } = REFERENCE[nested ? 'orders' : measure] ?? { wide: '', sql: '', dated: true }
  const facts = factsOf(measures.find(({ name }) => name === measure)?.expression ?? never())
  const reached = ([name]: readonly [string, unknown]) =>
    facts.every((fact) => reaches(fact, dimensions.find((d) => d.name === name) as Dimension))
  const groups = (query.by ?? []).map(({ dimension, grain }) =>
    dimension === 'date' ? `${bucket(grain ?? 'day')} as date` : `${dimension}::varchar as ${dimension}`,
  )
  const { range, values = {} } = query.filters ?? {}
  const where = [
    'true',
    ...(range && dated ? [`day >= '${range.from}' and day < '${range.to}'`] : []),
    ...Object.entries(values)
      .filter(reached)
      .map(([name, list]) => {
        const known = list.filter((v) => v !== null).map((v) => `'${v.replaceAll("'", "''")}'`)
        return `(${known.length > 0 ? `coalesce(${name}::varchar in (${known.join(', ')}), false)` : 'false'} or ${list.includes(null) ? `${name} is null` : 'false'})`
      }),
  ]
  const from = `from (${WIDE[wide]}) w where ${where.join(' and ')}`
  const plain = `select ${[...groups, `(${sql})::double as value`].join(', ')} ${from} group by all`
  if (!nested) return plain
  const names = (query.by ?? []).map(({ dimension }) => dimension)
  const each = `select ${[...groups, 'customer', `${sql} as n`].join(', ')} ${from} and customer is not null group by all`
  return `select ${[...names, '100.0 * count(*) filter (n >= 2) / nullif(count(*) filter (n >= 1), 0) as value'].join(', ')} from (${each}) e ${names.length > 0 ? 'group by all' : ''}`
}

function never(): never {
  throw new Error('no such measure')
}

export const keyOf = (row: Row, query: Query): string =>
  JSON.stringify(
    (query.by ?? []).map(({ dimension }) => (row[dimension] === null ? null : String(row[dimension]))),
  )
