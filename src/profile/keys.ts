import { entityNamed } from '../model/entities.ts'
import type { EntityName } from '../model/types.ts'
import type { TableMatch } from './match.ts'
import type { ColumnProfile, KeyProfile } from './types.ts'
import { names, tokensOf } from './vocabulary.ts'

/** At most so many keys are counted in one pass: each costs a set of all of its values. */
const MOST = 6

/** Columns that might identify a row, the likeliest first: those the model would take, then any that look the part. */
export function keyCandidates(
  columns: readonly ColumnProfile[],
  { best }: TableMatch,
  large: boolean,
): number[][] {
  const place = (name: string | undefined) => columns.findIndex((column) => column.name === name)
  const at = (field: string) => place(best?.fields.find((match) => match.field === field)?.column)
  const found: number[][] = []
  const add = (...key: number[]) => {
    const seen = found.some((other) => other.join() === key.join())
    if (key.length > 0 && !key.includes(-1) && new Set(key).size === key.length && !seen) found.push(key)
  }
  const own = best ? entityNamed(best.entity).key : []
  if (own.length > 0) add(...own.map(at))
  const ids = [at('transaction_id'), at('order_id')].filter((index) => index >= 0)
  for (const id of ids) add(id)
  if (best?.entity === 'transaction')
    for (const id of ids.slice(-1)) {
      const lines = linePlaces(columns)
      for (const line of lines) add(id, line)
      if (!large || lines.length === 0) add(id, at('product_id'))
    }
  const keyed = best !== undefined && (own.every((field) => at(field) >= 0) || ids.length > 0)
  if (!keyed) for (const index of lookUnique(columns)) add(index)
  if (best?.entity === 'transaction' && !large)
    for (const id of ids.slice(-1)) for (const index of finer(columns)) add(id, index)
  if (!best) for (const pair of pairs(columns)) add(...pair)
  return found.slice(0, large ? 3 : 2 * MOST)
}

export const linePlaces = (columns: readonly ColumnProfile[]): number[] =>
  [...columns.keys()].filter((index) => {
    const column = columns[index]
    return column !== undefined && names(tokensOf(column.name), 'line') && column.kinds.integer > 0.9
  })

/** Nearly as many different values as rows, and no amounts or times. */
const lookUnique = (columns: readonly ColumnProfile[]): number[] =>
  [...columns.keys()].filter((index) => {
    const column = columns[index]
    if (!column || column.filled < column.rows * 0.99 || column.rows < 2) return false
    const { kinds } = column
    return (
      column.distinct >= column.filled * 0.98 &&
      kinds.timestamp < 0.5 &&
      kinds.date < 0.5 &&
      kinds.money < 0.5
    )
  })

/** Texts and numbers that could tell lines of one order apart; amounts and times are no names for a line. */
const finer = (columns: readonly ColumnProfile[]): number[] =>
  [...columns.keys()].filter((index) => {
    const column = columns[index]
    if (!column || column.filled < column.rows || column.distinct < 2) return false
    const { kinds } = column
    return (
      kinds.timestamp < 0.5 &&
      kinds.date < 0.5 &&
      kinds.money < 0.5 &&
      kinds.boolean < 0.9 &&
      column.personal === undefined
    )
  })

function pairs(columns: readonly ColumnProfile[]): number[][] {
  const some = [...columns.keys()].filter((index) => (columns[index]?.distinct ?? 0) > 1).slice(0, 4)
  return some.flatMap((a, i) => some.slice(i + 1).map((b) => [a, b]))
}

/** How a source is to be loaded so that no real row is lost, and why. Columns are headers. */
export interface KeyChoice {
  /** Empty = there is no key: every row is kept. */
  readonly key: readonly string[]
  readonly load: 'upsert' | 'append'
  /** Rows of an order stand by themselves: its id is no key. */
  readonly lines: boolean
  readonly why: readonly string[]
  /** What a person should decide. */
  readonly doubts: readonly string[]
}

const n = (value: number): string => value.toLocaleString('en-US')
const percent = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(1, whole)).toFixed(part * 100 < whole ? 1 : 0)} %`

/** The key of a table of that entity: never one that would take order lines, or other real rows, for versions of each other. */
export function chooseKey(
  entity: EntityName,
  columnOf: (field: string) => string | undefined,
  keys: readonly KeyProfile[],
): KeyChoice {
  const event = ['transaction', 'service_interaction', 'web_session'].includes(entity)
  const own = entityNamed(entity).key.map(columnOf)
  const id = entity === 'transaction' ? (columnOf('transaction_id') ?? columnOf('order_id')) : undefined
  const wanted = id === undefined ? own : [id]
  const exact = (columns: readonly (string | undefined)[]) =>
    keys.find((key) => key.columns.join('\t') === columns.join('\t'))
  if (wanted.some((column) => column === undefined)) return withoutId(event)
  const profile = exact(wanted)
  const key = wanted.map((column) => column ?? '')
  const shown = key.join(' + ')
  if (!profile) return { key, load: 'upsert', lines: false, why: [], doubts: [] }
  const empty = profile.empty > 0 ? [`${n(profile.empty)} rows have no ${shown}: they are held back`] : []
  if (profile.repeated === 0)
    return {
      key,
      load: 'upsert',
      lines: false,
      why: [`${shown} is different in all ${n(profile.distinct)} rows`, ...empty],
      doubts: [],
    }
  if (event) return ofEvent(key, profile, columnOf, keys, empty)
  return ofMaster(key, profile, empty)
}

const withoutId = (event: boolean): KeyChoice => ({
  key: [],
  load: 'append',
  lines: false,
  why: ['no column identifies a row, so every row is kept'],
  doubts: event
    ? [
        'a file delivered again under another name with one row more would count its rows twice: export an id if there is one',
      ]
    : [],
})

function ofMaster(key: readonly string[], profile: KeyProfile, empty: readonly string[]): KeyChoice {
  const { repeated, differing, distinct } = profile
  const again = `${n(repeated)} of ${n(distinct)} values of ${key.join(' + ')} stand on several rows`
  const doubts =
    differing === 0
      ? []
      : [
          `${again}, ${n(differing)} of them with different contents (${mostDiffering(profile)}): the later row wins`,
        ]
  return {
    key,
    load: 'upsert',
    lines: false,
    why: [differing === 0 ? `${again}, always the same ones` : again, ...empty],
    doubts,
  }
}

const mostDiffering = ({ differsIn }: KeyProfile): string =>
  Object.entries(differsIn)
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([column, count]) => `${column} ${n(count)} times`)
    .join(', ')

function ofEvent(
  key: readonly string[],
  profile: KeyProfile,
  columnOf: (field: string) => string | undefined,
  keys: readonly KeyProfile[],
  empty: readonly string[],
): KeyChoice {
  const { repeated, differing, distinct, differsIn } = profile
  const shown = key.join(' + ')
  const again = `${n(repeated)} of ${n(distinct)} values of ${shown} stand on several rows`
  const rare = repeated < distinct * 0.05
  if (differing === 0 && rare)
    return {
      key,
      load: 'upsert',
      lines: false,
      why: [`${again}, always the same ones: delivered twice`, ...empty],
      doubts: [],
    }
  const rate = (field: string) => (differsIn[columnOf(field) ?? ''] ?? 0) / Math.max(1, differing)
  const moment = Math.max(rate('occurred_at'), rate('opened_at'), rate('resolved_at'), rate('started_at'))
  const thing = Math.max(rate('product_id'), rate('quantity'), ...lineRates(profile))
  const history = rate('status') + rate('resolution_status') >= 0.8 && rate('amount') < 0.05 && thing < 0.05
  const versions =
    differing > 0 && thing < 0.2 && rate('customer_id') < 0.2 && ((rare && moment >= 0.8) || history)
  // An id of the sale itself that hardly ever repeats is one; lines of orders would repeat all the time.
  const corrected =
    differing > 0 && thing === 0 && columnOf('transaction_id') !== undefined && repeated * 200 < distinct
  if (versions || corrected || (differing > 0 && rare && columnOf('amount') === undefined))
    return {
      key,
      load: 'upsert',
      lines: false,
      why: [`${again}; ${n(differing)} differ (${mostDiffering(profile)}): versions of one thing`, ...empty],
      doubts: [`${n(differing)} values of ${shown} have several versions: the newest wins`],
    }
  return asLines(key, profile, keys, again)
}

const lineRates = ({ differsIn, differing }: KeyProfile): number[] =>
  Object.entries(differsIn)
    .filter(([column]) => names(tokensOf(column), 'line') || names(tokensOf(column), 'product'))
    .map(([, count]) => count / Math.max(1, differing))

/** Several rows belong to one id: a finer key where one exists, else every row is kept. */
function asLines(
  key: readonly string[],
  { differing, ...profile }: KeyProfile,
  keys: readonly KeyProfile[],
  again: string,
): KeyChoice {
  const finer = keys.find(
    (other) =>
      other.columns.length > 1 &&
      key.every((column) => other.columns.includes(column)) &&
      other.repeated === 0 &&
      other.empty === 0,
  )
  const why = `${again}, ${n(differing)} with different contents (${mostDiffering({ differing, ...profile })}): rows are lines of it, not versions`
  if (finer)
    return {
      key: finer.columns,
      load: 'upsert',
      lines: true,
      why: [why, `${finer.columns.join(' + ')} is different in all ${n(finer.distinct)} rows`],
      doubts: [],
    }
  const near = keys
    .filter((other) => other.columns.length > 1 && key.every((column) => other.columns.includes(column)))
    .sort((a, b) => a.repeated - b.repeated)[0]
  const tried = near
    ? `even ${near.columns.join(' + ')} repeats (${n(near.repeated)} times)`
    : 'no second column tells them apart'
  return {
    key: [],
    load: 'append',
    lines: true,
    why: [why, `${tried}, and a key that repeats would lose rows: every row is kept`],
    doubts: [
      `${key.join(' + ')} does not identify a line (${percent(profile.repeated, profile.distinct)} of them repeat): if the export can have a line number, add it and use it as the key`,
    ],
  }
}
