import { things } from '../model/semantic/facts.ts'
import type { Dialect } from '../sql/dialect.ts'
import { bucketOf, bucketsIn, type Period } from './days.ts'
import { type Part, partSql, type Zero } from './parts.ts'
import { dateSql, gold } from './rows.ts'
import type { Grain, Order } from './types.ts'
import { MOST_ROWS, type Wanted } from './wanted.ts'

interface Figure {
  readonly name: string
  readonly sql: string
}

/**
 * The whole SELECT: every part for itself, their groups laid together (a UNION and one row per group, so that unknown
 * values meet each other), empty buckets put in, figures, order, limit, and labels last.
 */
export function statement(
  d: Dialect,
  want: Wanted,
  parts: readonly Part[],
  figures: readonly Figure[],
  filled: { readonly grain: Grain; readonly days: Period } | undefined,
): string {
  const groups = want.by.map(({ dimension }) => d.ident(dimension.name))
  const buckets = filled && bucketsSql(d, want, filled)
  const ctes = [
    ...parts.map((part) => [part.name, partSql(d, part)] as const),
    ...(buckets === undefined ? [] : [['buckets', buckets] as const, ...othersOf(d, want, parts)]),
    togetherOf(d, want, parts, buckets !== undefined),
  ]
  const shown = figures.map(({ name, sql }) => `${sql} as ${d.ident(name)}`)
  ctes.push(['figures', `select ${[...groups, ...shown].join(', ')}\nfrom together`])
  const order = (from: string) => orderSql(d, want, from)
  const tail = [...(groups.length === 0 ? [] : [`order by ${order('')}`]), `limit ${want.limit + 1}`]
  const select = finalSql(d, want, figures, order('t.'), tail)
  return `with ${ctes.map(([name, sql]) => `${name} as (\n${sql}\n)`).join(',\n')}\n${select}`
}

/** Every bucket of the days, unless that would be more than anybody can read. */
function bucketsSql(
  d: Dialect,
  { by }: Wanted,
  { grain, days }: { readonly grain: Grain; readonly days: Period },
): string | undefined {
  const count = bucketsIn(days, grain)
  if (count > MOST_ROWS || by.some(({ dimension }) => dimension.many)) return undefined
  const first = dateSql(d, bucketOf(days.from, grain))
  return `select cast(${first} + ${STEP[grain]} as date) as ${d.ident('date')} from ${d.numbers(count)}`
}

const STEP: Readonly<Record<Grain, string>> = {
  day: 'to_days(n)',
  week: 'to_days(7 * n)',
  month: 'to_months(n)',
  quarter: 'to_months(3 * n)',
  year: 'to_months(12 * n)',
}

/** The groups beside the date: each gets every bucket. */
function othersOf(
  d: Dialect,
  { by }: Wanted,
  parts: readonly Part[],
): (readonly [name: string, sql: string])[] {
  const names = by.filter(({ grain }) => grain === undefined).map(({ dimension }) => d.ident(dimension.name))
  if (names.length === 0) return []
  const selects = parts.map(({ name }) => `select ${names.join(', ')} from ${name}`)
  return [
    ['others', selects.join('\nunion\n') + (selects.length === 1 ? ` group by ${names.join(', ')}` : '')],
  ]
}

/** One row per group with the columns of all parts, and 0 where nothing was found. */
function togetherOf(
  d: Dialect,
  { by }: Wanted,
  parts: readonly Part[],
  withBuckets: boolean,
): readonly [name: string, sql: string] {
  const groups = by.map(({ dimension }) => d.ident(dimension.name))
  const columns = parts.flatMap((part) => part.columns)
  const alone = parts.length === 1 && !withBuckets
  const figures = parts.flatMap(({ columns: own, zero }) =>
    own.map((column) => `${zeroed(d, zero, alone ? column : `max(${column})`)} as ${column}`),
  )
  const select = `select ${[...groups, ...figures].join(', ')}`
  if (alone) return ['together', `${select}\nfrom ${parts[0]?.name}`]
  const own = (part?: Part) =>
    columns.map((column) => (part?.columns.includes(column) ? column : `null as ${column}`))
  const others = by.some(({ grain }) => grain === undefined) ? ' cross join others' : ''
  const rows = [
    ...parts.map((part) => `select ${[...groups, ...own(part)].join(', ')} from ${part.name}`),
    ...(withBuckets ? [`select ${[...groups, ...own()].join(', ')} from buckets${others}`] : []),
  ]
  const by1 = groups.map((_, index) => index + 1).join(', ')
  const grouped = groups.length > 0 ? `\ngroup by ${by1}` : ''
  return ['together', `${select}\nfrom (\n${rows.join('\nunion all\n')}\n) u${grouped}`]
}

function zeroed(d: Dialect, zero: Zero, sql: string): string {
  if (zero === 'everywhere') return `coalesce(${sql}, 0)`
  if (zero === 'nowhere') return sql
  const within = `${d.ident('date')} between ${dateSql(d, zero.first)} and ${dateSql(d, zero.last)}`
  return `case when ${within} then coalesce(${sql}, 0) else ${sql} end`
}

/** As asked; then dates in their order, or the largest first; then by group, so that equal rows have one order. */
function orderSql(d: Dialect, { by, measures, order, compare }: Wanted, from: string): string {
  const dated = by.find(({ grain }) => grain !== undefined)?.dimension.name
  const [first] = measures
  const usual: Order[] = dated ? [{ by: dated }] : first ? [{ by: first.name, descending: true }] : []
  const asked = order.length > 0 ? order : usual
  const rest: Order[] = by.map(({ dimension }) => ({ by: dimension.name }))
  const seen = new Set<string>()
  return [...asked, ...rest]
    .filter(({ by: name }) => !seen.has(name) && seen.add(name))
    .map(({ by: name, descending }) => `${sortKey(name)}${descending ? ' desc' : ''} nulls last`)
    .join(', ')

  function sortKey(name: string): string {
    const measure = measures.find((one) => `${one.name}.change` === name)
    if (!measure || !compare) return `${from}${d.ident(name)}`
    const [now, before] = [measure.name, `${measure.name}.before`].map((one) => `${from}${d.ident(one)}`)
    if (measure.format === 'percent') return `(${now} - ${before})`
    return `(cast(${now} - ${before} as double) / nullif(abs(${before}), 0))`
  }
}

function finalSql(
  d: Dialect,
  want: Wanted,
  figures: readonly Figure[],
  order: string,
  tail: readonly string[],
): string {
  const labelled = want.by.filter(({ dimension }) => dimension.labelOf !== undefined)
  const measured = figures.map(({ name }) => d.ident(name))
  if (labelled.length === 0) {
    const groups = want.by.map(({ dimension }) => d.ident(dimension.name))
    return [`select ${[...groups, ...measured].join(', ')}`, 'from figures', ...tail].join('\n')
  }
  const groups = want.by.flatMap(({ dimension: { name, labelOf } }) => [
    `t.${d.ident(name)}`,
    ...(labelOf ? [`l_${name}.${d.ident(things[labelOf].label)} as ${d.ident(`${name}.label`)}`] : []),
  ])
  const joins = labelled.map(({ dimension: { name, labelOf } }) => {
    const thing = things[labelOf ?? 'customer']
    return `left join ${gold(d, thing.table)} l_${name} on l_${name}.${d.ident(thing.key)} = t.${d.ident(name)}`
  })
  return [
    `select ${[...groups, ...measured.map((name) => `t.${name}`)].join(', ')}`,
    `from (select * from figures ${tail.join(' ')}) t`,
    ...joins,
    `order by ${order}`,
  ].join('\n')
}
