import type { Filters, Grain } from '../semantic/types.ts'
import { type Extent, isRange, periodOf } from './period.ts'

/** A page's address as key -> text. Order counts: the filter set last stands last. */
export type Search = Readonly<Record<string, string>>

export type Values = readonly (string | null)[]

/** All state of a page. What is not in the address has its default. */
export interface PageState {
  readonly range: string
  readonly vs: 'prev' | 'year' | 'none'
  readonly grain: Grain | undefined
  /** Dimension -> values that stay; channel and store among them. In the order they were set. */
  readonly filters: Readonly<Record<string, Values>>
  readonly by: string | undefined
  readonly n: number | undefined
  readonly sort: { readonly by: string; readonly descending: boolean } | undefined
  /** Keys that only this page knows (pages.ts declares them). */
  readonly own: Search
  /** Keys and values nobody knows: named in a notice, and dropped. */
  readonly dropped: readonly string[]
}

/** What decides whether a key of an address means something. */
export interface Known {
  readonly dimensions: readonly string[]
  readonly own: readonly string[]
  /** The range of an address that names none. */
  readonly range: string
}

const grains: readonly string[] = ['day', 'week', 'month', 'quarter', 'year']

/** Keys that a link to another page takes along. */
export const carried: readonly string[] = ['project', 'range', 'vs', 'channel', 'store']

/** A comma-separated list; `\` escapes commas, `~` alone is "unknown". */
export const readList = (text: string): Values =>
  (text.match(/(?:\\.|[^,\\])+/g) ?? []).map((item) => (item === '~' ? null : item.replace(/\\(.)/g, '$1')))

export const writeList = (values: Values): string =>
  values.map((value) => (value === null ? '~' : value.replace(/[\\,]|^~$/g, '\\$&'))).join(',')

export const readState = (search: Search, known: Known): PageState => {
  const dropped: string[] = []
  const filters: Record<string, Values> = {}
  const own: Record<string, string> = {}
  const fits = (key: string, test: (text: string) => boolean): string | undefined => {
    const text = search[key]
    if (text === undefined || test(text)) return text
    dropped.push(key)
    return undefined
  }
  for (const [key, text] of Object.entries(search)) {
    if (shared.includes(key)) continue
    if (known.own.includes(key)) own[key] = text
    else if (known.dimensions.includes(key) && readList(text).length > 0) filters[key] = readList(text)
    else dropped.push(key)
  }
  const sort = fits('sort', (text) => /^-?[a-z_.]{1,80}$/.test(text))
  const n = fits('n', (text) => /^[1-9]\d{0,3}$/.test(text))
  return {
    range: fits('range', isRange) ?? known.range,
    vs: (fits('vs', (text) => ['prev', 'year', 'none'].includes(text)) ?? 'prev') as PageState['vs'],
    grain: fits('grain', (text) => grains.includes(text)) as Grain | undefined,
    by: fits('by', (text) => known.dimensions.includes(text)),
    n: n === undefined ? undefined : Number(n),
    sort: sort === undefined ? undefined : { by: sort.replace(/^-/, ''), descending: sort.startsWith('-') },
    filters,
    own,
    dropped,
  }
}

const shared: readonly string[] = ['project', 'token', 'range', 'vs', 'grain', 'by', 'n', 'sort']

/** The address with keys set; undefined and defaults take a key out, a changed key moves to the end. */
export const withKeys = (search: Search, patch: Readonly<Record<string, string | undefined>>): Search => {
  const next: Record<string, string> = { ...search }
  for (const [key, value] of Object.entries(patch)) {
    delete next[key]
    if (value !== undefined && value !== '' && defaults[key] !== value) next[key] = value
  }
  return next
}

const defaults: Search = { vs: 'prev' }

/** Adds the value to the dimension's filter, or takes it out. */
export const toggled = (search: Search, dimension: string, value: string | null): Search => {
  const now = readList(search[dimension] ?? '')
  const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value]
  return withKeys(search, { [dimension]: writeList(next) })
}

/** Without the filter that was set last: a dimension before the range. */
export const withoutLast = (search: Search, dimensions: readonly string[]): Search | null => {
  const last = Object.keys(search)
    .filter((key) => dimensions.includes(key) || key === 'range')
    .at(-1)
  return last === undefined ? null : withKeys(search, { [last]: undefined })
}

/** The state as the semantic model filters; `except` leaves a tile's own dimensions out. */
export const filtersOf = (state: PageState, extent: Extent, except: readonly string[] = []): Filters => {
  const range = except.includes('date') ? null : periodOf(state.range, extent)
  const values = Object.fromEntries(Object.entries(state.filters).filter(([name]) => !except.includes(name)))
  return {
    ...(range ? { range } : {}),
    ...(Object.keys(values).length > 0 ? { values } : {}),
  }
}
