import type { Dialect } from '../sql/dialect.ts'
import { loadOrder } from './deliveries.ts'
import type { SourceContext } from './source-context.ts'

const PRESENT = 'c360_present'
const LIVE = 'c360_live'
const GONE = 'c360_gone'
const DELETED = 'c360_deleted'

/**
 * Full loads delete the keys they lack. The loads are folded in their order: which keys live after each, and which load
 * took a key away. A load that would take more than `maxDelete` of the living keys deletes nothing until a person
 * accepts it; it is noted in silver._held. A quarantined row's key counts as present.
 *
 * `before` runs on the staged table while bad rows are still in it, `after` when each key has one row left.
 */
export function foldFullLoads(context: SourceContext, table: string): { before: string[]; after: string[] } {
  const { d, contract, deliveries } = context
  const keys = contract.key.map(d.ident)
  const ranks = [...loadOrder(contract, deliveries.active)].sort(([, a], [, b]) => a - b)
  const present = keys.map((key) => `${key} is not null`).join(' and ')
  const empty = `select ${keys.join(', ')} from ${PRESENT} where false`
  return {
    before: [
      `create or replace temp table ${PRESENT} as select distinct ${keys.join(', ')}, _delivery from ${table} where ${present}`,
      `create or replace temp table ${LIVE} as ${empty}`,
      `create or replace temp table ${DELETED} as select ${keys.join(', ')}, _delivery from ${PRESENT} where false`,
      ...ranks.flatMap(([delivery]) => applyLoad(context, keys, delivery)),
    ],
    after: [
      ...deletedFates(d, contract.source, table, keys),
      ...[PRESENT, LIVE, GONE, DELETED].map((name) => `drop table if exists ${name}`),
    ],
  }
}

function applyLoad(
  { d, contract, deliveries }: SourceContext,
  keys: readonly string[],
  delivery: number,
): string[] {
  const list = keys.join(', ')
  const source = d.literal(contract.source)
  const loaded = `select ${list} from ${PRESENT} where _delivery = ${delivery}`
  const isHeld = `exists (select 1 from silver._held where source = ${source} and delivery = ${delivery})`
  const hold = `insert into silver._held select ${source}, ${delivery}, gone, living from (select (select count(*) from ${GONE}) as gone, (select count(*) from ${LIVE}) as living) where gone > ${contract.maxDelete} * living`
  return [
    `create or replace temp table ${GONE} as select ${list} from ${LIVE} except ${loaded}`,
    ...(deliveries.accepted.has(delivery) ? [] : [hold]),
    `insert into ${DELETED} select ${list}, ${delivery} from ${GONE} where not ${isHeld}`,
    `delete from ${LIVE} l using ${GONE} g where ${same('l', 'g', keys)} and not ${isHeld}`,
    `insert into ${LIVE} select ${list} from (${loaded}) p where not exists (select 1 from ${LIVE} l where ${same('l', 'p', keys)})`,
    `delete from ${DELETED} x using ${PRESENT} p where p._delivery = ${delivery} and ${same('x', 'p', keys)}`,
  ]
}

const same = (a: string, b: string, keys: readonly string[]): string =>
  keys.map((key) => `${a}.${key} = ${b}.${key}`).join(' and ')

function deletedFates(d: Dialect, source: string, table: string, keys: readonly string[]): string[] {
  const on = same('t', 'x', keys)
  return [
    `insert into silver._fates select ${d.literal(source)}, t._delivery, t._row_number, 'deleted', x._delivery, null from ${table} t join ${DELETED} x on ${on}`,
    `delete from ${table} t using ${DELETED} x where ${on}`,
  ]
}
