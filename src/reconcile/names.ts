import { entityNamed } from '../model/entities.ts'
import type { Ask } from './measure.ts'
import { keyColumn } from './sources.ts'
import { quoted } from './tsql/scope.ts'
import type { Block, Item } from './tsql/types.ts'
import { comparable } from './tsql/values.ts'
import type { NameGrouping } from './types.ts'

/** At least this share of a table's rows has a value of its own: the column is used as a name. */
const NEARLY_ALL = 0.5

/** Groups by a master table's name without its key, where a name stands for several keys. */
export async function nameGroupings(ask: Ask, block: Block): Promise<NameGrouping[]> {
  const found: NameGrouping[] = []
  for (const item of block.items) {
    const finding = await nameGrouping(ask, block, item)
    if (finding) found.push(finding)
  }
  return found
}

async function nameGrouping(ask: Ask, block: Block, item: Item): Promise<NameGrouping | undefined> {
  if (item.relation.kind !== 'source') return undefined
  const { contract, sql } = item.relation
  const columns = block.groupBy.flatMap(({ column }) => (column?.alias === item.alias ? [column.column] : []))
  const fields = columns.map(({ origin }) => origin?.field ?? '')
  if (
    columns.length === 0 ||
    contract.key.some((field) => fields.includes(field)) ||
    entityNamed(contract.entity).kind !== 'master'
  )
    return undefined
  const names = columns.map(({ name, type }) => comparable(quoted(name), type))
  const keys = contract.key.map((field) => quoted(keyColumn(field)))
  const groups = `select count(*) as c, min(${columns.map(({ name }) => `cast(${quoted(name)} as varchar)`).join(` || ', ' || `)}) as shown from (select distinct ${[...keys, ...columns.map(({ name }) => quoted(name))].join(', ')} from ${sql}) r where ${columns.map(({ name }) => `${quoted(name)} is not null`).join(' and ')} group by ${names.join(', ')}`
  const [row] = await ask(
    `select count(*) filter (where c > 1) as names, coalesce(sum(c) filter (where c > 1), 0) as keys, count(*) / nullif(sum(c), 0) as share from (${groups}) g`,
  )
  if (Number(row?.names ?? 0) === 0 || Number(row?.share ?? 0) < NEARLY_ALL) return undefined
  const examples = columns.some(({ hidden }) => hidden)
    ? []
    : await ask(`select shown from (${groups}) g where c > 1 order by c desc, shown limit 3`)
  return {
    block: block.name,
    columns: columns.map(({ name }) => name),
    table: contract.source,
    key: contract.key.map(
      (field) => contract.columns.find((column) => column.field === field)?.name ?? field,
    ),
    names: Number(row?.names ?? 0),
    keys: Number(row?.keys ?? 0),
    examples: examples.map(({ shown }) => String(shown)),
  }
}
