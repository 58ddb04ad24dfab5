import { things } from '../model/semantic/facts.ts'
import type { Dialect } from '../sql/dialect.ts'
import { bucketOf, bucketsIn } from './days.ts'
import { figureSql } from './figure.ts'
import { type Part, partSql, type Zero } from './parts.ts'
import { changeOf, type Filled, isReadable, orderOf, type Plan, type Shown } from './plan.ts'
import { dateSql, gold } from './rows.ts'
import type { Grain } from './types.ts'
import type { Wanted } from './wanted.ts'

/**
 * The whole SELECT: every part for itself, their groups laid together (a UNION and one row per group, so that unknown
 * values meet each other), empty buckets put in, figures, order, limit, and labels last.
 */
export function statement(d: Dialect, { want, parts, figures, filled }: Plan): string {
  const groups = want.by.map(({ dimension }) => d.ident(dimension.name))
  const buckets = filled && isReadable(want, filled) ? bucketsSql(d, filled) : undefined
  const ctes = [
    ...parts.map((part) => [part.name, partSql(d, part)] as const),
    ...(buckets === undefined ? [] : [['buckets', buckets] as const, ...othersOf(d, want, parts)]),
    togetherOf(d, want, parts, buckets !== undefined),
  ]
  const shown = figures.map(({ name, figure }) => `${figureSql(figure)} as ${d.ident(name)}`)
  ctes.push(['figures', `select ${[...groups, ...shown].join(', ')}\nfrom together`])
  const order = (from: string) => orderSql(d, want, from)
  const tail = [...(groups.length === 0 ? [] : [`order by ${order('')}`]), `limit ${want.limit + 1}`]
  const select = finalSql(d, want, figures, order('t.'), tail)
  return `with ${ctes.map(([name, sql]) => `${name} as (\n${sql}\n)`).join(',\n')}\n${select}`
}

function bucketsSql(d: Dialect, { grain, days }: Filled): string {
  const first = dateSql(d, bucketOf(days.from, grain))
  return `select cast(${first} + ${STEP[grain]} as date) as ${d.ident('date')} from ${d.numbers(bucketsIn(days, grain))}`
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

function orderSql(d: Dialect, want: Wanted, from: string): string {
  return orderOf(want)
    .map(({ by, descending }) => `${sortKey(by)}${descending ? ' desc' : ''} nulls last`)
    .join(', ')

  function sortKey(name: string): string {
    const measure = changeOf(want, name)
    if (!measure) return `${from}${d.ident(name)}`
    const [now, before] = [measure.name, `${measure.name}.before`].map((one) => `${from}${d.ident(one)}`)
    if (measure.format === 'percent') return `(${now} - ${before})`
    return `(cast(${now} - ${before} as double) / nullif(abs(${before}), 0))`
  }
}

function finalSql(
  d: Dialect,
  want: Wanted,
  figures: readonly Shown[],
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
