import type { Contract } from '../project/types.ts'
import type { BronzeTable, Decision, Delivery } from './types.ts'

/** A delivery that no longer counts, and why: a person took it back, or a newer content of the same file stands for it. */
export type Inactive =
  | { readonly delivery: Delivery; readonly fate: 'dismissed' }
  | { readonly delivery: Delivery; readonly fate: 'superseded'; readonly by: number }

export interface Deliveries {
  readonly active: readonly Delivery[]
  readonly inactive: readonly Inactive[]
  /** Full loads whose deletions a person has allowed. */
  readonly accepted: ReadonlySet<number>
}

/** Which deliveries of a source count: a pure function of what bronze holds and what people decided. */
export function standing(
  contract: Contract,
  bronze: BronzeTable,
  decisions: readonly Decision[],
): Deliveries {
  const own = decisions.filter(({ source }) => source === contract.source)
  const retracted = switched(own, 'retract', 'restore')
  const kept = bronze.deliveries.filter(({ delivery }) => !retracted.has(delivery))
  const inactive: Inactive[] = bronze.deliveries
    .filter(({ delivery }) => retracted.has(delivery))
    .map((delivery) => ({ delivery, fate: 'dismissed' }))
  const active: Delivery[] = []
  for (const delivery of kept) {
    const by = kept.find((later) => replaces(contract, later, delivery))
    if (by) inactive.push({ delivery, fate: 'superseded', by: by.delivery })
    else active.push(delivery)
  }
  return { active, inactive, accepted: switched(own, 'accept', undefined) }
}

/** In append mode a path's newest content stands for all before; in any mode a file read again with another format does. */
function replaces(contract: Contract, later: Delivery, earlier: Delivery): boolean {
  if (later.delivery <= earlier.delivery || later.path !== earlier.path) return false
  return contract.load === 'append' || (later.sha256 === earlier.sha256 && later.format !== earlier.format)
}

function switched(
  decisions: readonly Decision[],
  on: Decision['kind'],
  off: Decision['kind'] | undefined,
): Set<number> {
  const result = new Set<number>()
  for (const { kind, delivery } of decisions) {
    if (kind === on) result.add(delivery)
    if (kind === off) result.delete(delivery)
  }
  return result
}

/**
 * The rank of each delivery among full loads: by the date in its file name where the contract says so
 * (files without one first), else by arrival. 1 = oldest.
 */
export function loadOrder(contract: Contract, deliveries: readonly Delivery[]): ReadonlyMap<number, number> {
  const pattern = contract.dated
  const date = (delivery: Delivery) =>
    pattern === undefined ? '' : (dateInName(pattern, delivery.path) ?? '')
  const sorted = [...deliveries].sort((a, b) => compare(date(a), date(b)) || a.delivery - b.delivery)
  return new Map(sorted.map(({ delivery }, index) => [delivery, index + 1]))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const directives: Record<string, string> = {
  '%Y': '(?<Y>\\d{4})',
  '%y': '(?<y>\\d{2})',
  '%m': '(?<m>\\d{1,2})',
  '%d': '(?<d>\\d{1,2})',
  '%H': '(?<H>\\d{1,2})',
  '%M': '(?<M>\\d{1,2})',
  '%S': '(?<S>\\d{1,2})',
}

/** The date a strftime pattern finds in a file name, as sortable text. */
export function dateInName(pattern: string, path: string): string | undefined {
  const source = pattern.replaceAll(
    /%[a-zA-Z]|[.*+?^${}()|[\]\\]/g,
    (part) => directives[part] ?? `\\${part}`,
  )
  const found = new RegExp(source).exec(path.slice(path.lastIndexOf('/') + 1))?.groups
  if (!found) return undefined
  const year = found.Y ?? (found.y === undefined ? '0000' : `20${found.y}`)
  return [year, ...['m', 'd', 'H', 'M', 'S'].map((name) => (found[name] ?? '0').padStart(2, '0'))].join('-')
}
