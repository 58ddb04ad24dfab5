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
 * `before` runs on the staged table while bad rows are still in it, `after` on silver's (by default the same) when each key has one
 * row left.
 */
export function foldFullLoads(
  context: SourceContext,
  staged: string,
  table = staged,
): { before: string[]; after: string[] } {
  const { d, contract, deliveries } = context
  const keys = contract.key.map(d.ident)
  const ranks = [...loadOrder(contract, deliveries.active)].sort(([, a], [, b]) => a - b)
  const present = keys.map((key) => `${key} is not null`).join(' and ')
  const list = keys.join(', ')
  const work = d.table('work', PRESENT)
  return {
    before: [
      ...d.workTable(PRESENT, `select distinct ${list}, _delivery from ${staged} where ${present}`),
      ...d.workTable(LIVE, `select ${list} from ${work} where 1 = 0`),
      ...d.workTable(DELETED, `select ${list}, _delivery from ${work} where 1 = 0`),
      ...ranks.flatMap(([delivery]) => applyLoad(context, keys, delivery)),
    ],
    after: [
      ...deletedFates(d, contract.source, table, keys),
      ...[PRESENT, LIVE, GONE, DELETED].map(d.dropWorkTable),
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
  const [present, live, gone, deleted] = [PRESENT, LIVE, GONE, DELETED].map((name) => d.table('work', name))
  const held = d.table('silver', '_held')
  const loaded = `select ${list} from ${present} where _delivery = ${delivery}`
  const isHeld = `exists (select 1 from ${held} where source = ${source} and delivery = ${delivery})`
  const hold = `insert into ${held} select ${source}, ${delivery}, gone, living from (select (select count(*) from ${gone}) as gone, (select count(*) from ${live}) as living) c where gone > ${contract.maxDelete} * living`
  return [
    ...d.workTable(GONE, `select ${list} from ${live} except ${loaded}`),
    ...(deliveries.accepted.has(delivery)
      ? []
      : [hold, ...d.workTable(GONE, `select ${list} from ${live} where not ${isHeld} except ${loaded}`)]),
    `insert into ${deleted} select ${list}, ${delivery} from ${gone}`,
    d.deleteMatching(`${live}`, 'l', `${gone}`, 'g', same('l', 'g', keys)),
    `insert into ${live} select ${list} from (${loaded}) p where not exists (select 1 from ${live} l where ${same('l', 'p', keys)})`,
    d.deleteMatching(
      `${deleted}`,
      'x',
      `${present}`,
      'p',
      `p._delivery = ${delivery} and ${same('x', 'p', keys)}`,
    ),
  ]
}

const same = (a: string, b: string, keys: readonly string[]): string =>
  keys.map((key) => `${a}.${key} = ${b}.${key}`).join(' and ')

function deletedFates(d: Dialect, source: string, table: string, keys: readonly string[]): string[] {
  const on = same('t', 'x', keys)
  const deleted = d.table('work', DELETED)
  return [
    `insert into ${d.table('silver', '_fates')} select ${d.literal(source)}, t._delivery, t._row_number, 'deleted', x._delivery, null from ${table} t join ${deleted} x on ${on}`,
    d.deleteMatching(table, 't', deleted, 'x', on),
  ]
}
