import { entityNamed } from '../model/entities.ts'
import type { EntityName } from '../model/types.ts'
import type { TableMatch } from './match.ts'
import { type Measuring, rowsOf } from './measure.ts'
import { columnName, type OpenTable } from './tables.ts'
import type { Link, TableProfile } from './types.ts'

interface Linked {
  readonly open: OpenTable
  readonly profile: TableProfile
  readonly match: TableMatch
}

interface End {
  readonly table: Linked
  readonly column: string
}

/** Different values looked up per link. */
const LOOKED_UP = 5000

/** References between tables with their match rates: ids by the model's references, e-mail addresses and phone numbers of customers. */
export async function findLinks(context: Measuring, tables: readonly Linked[]): Promise<Link[]> {
  const links: Link[] = []
  for (const from of tables)
    for (const to of tables) {
      if (from === to) continue
      for (const [a, b] of idPairs(from, to)) links.push(await linkBetween(context, a, b, 'id'))
      for (const by of ['email', 'phone'] as const)
        for (const [a, b] of contactPairs(from, to, by)) links.push(await linkBetween(context, a, b, by))
    }
  return links
}

const fieldColumn = ({ match }: Linked, field: string): string | undefined =>
  match.best?.fields.find((found) => found.field === field)?.column

function idPairs(from: Linked, to: Linked): [End, End][] {
  const [child, parent] = [from.match.best?.entity, to.match.best?.entity]
  if (child === undefined || parent === undefined) return []
  const fields = entityNamed(child)
    .fields.filter(({ references }) => references === parent)
    .map(({ name }) => name)
  const same =
    child === parent && entityNamed(child).kind === 'master' ? [entityNamed(child).key[0] ?? ''] : []
  const sales: string[] = child === 'transaction' && parent === 'transaction' ? ['order_id'] : []
  const target =
    sales.length > 0
      ? (fieldColumn(to, 'transaction_id') ?? fieldColumn(to, 'order_id'))
      : fieldColumn(to, keyOf(parent))
  return [...fields, ...same, ...sales].flatMap((field): [End, End][] => {
    const column = fieldColumn(from, field)
    return column === undefined || target === undefined
      ? []
      : [
          [
            { table: from, column },
            { table: to, column: target },
          ],
        ]
  })
}

const keyOf = (entity: EntityName): string => entityNamed(entity).key[0] ?? ''

function contactPairs(from: Linked, to: Linked, by: 'email' | 'phone'): [End, End][] {
  if (to.match.best?.entity !== 'customer') return []
  const of = (table: Linked) => table.profile.columns.filter(({ personal }) => personal === by).slice(0, 2)
  return of(from).flatMap((a) =>
    of(to).map((b): [End, End] => [
      { table: from, column: a.name },
      { table: to, column: b.name },
    ]),
  )
}

const normal = {
  id: (x: string) => `trim(${x})`,
  email: (x: string) => `lower(trim(${x}))`,
  phone: (x: string) => `right(regexp_replace(${x}, '[^0-9]', '', 'g'), 9)`,
}

async function linkBetween(context: Measuring, from: End, to: End, by: Link['by']): Promise<Link> {
  const place = ({ table, column }: End) => columnName(table.open.columns.indexOf(column))
  const [child, parent] = [normal[by](place(from)), normal[by](place(to))]
  const values = `select distinct ${child} as v from ${from.table.open.sample} where nullif(${child}, '') is not null order by hash(v) limit ${LOOKED_UP}`
  const sql = `select count(*), count(*) filter (where v in (select ${parent} from ${to.table.open.all})) from (${values}) x`
  const [row = []] = await rowsOf(context, sql)
  const end = ({ table, column }: End) => ({ table: table.open.table.name, column })
  return { from: end(from), to: end(to), by, values: Number(row[0] ?? 0), found: Number(row[1] ?? 0) }
}

/** Rows of two tables with the same value in one column: how many, and how many of them agree in another. */
export async function agreement(
  context: Measuring,
  a: OpenTable,
  b: OpenTable,
  by: readonly [string, string],
  on: readonly [string, string],
): Promise<{ readonly shared: number; readonly agree: number }> {
  const c = (table: OpenTable, header: string) => columnName(table.columns.indexOf(header))
  const side = (table: OpenTable, key: string, value: string) =>
    `(select trim(${c(table, key)}) as k, any_value(lower(trim(${c(table, value)}))) as v from ${table.all} where nullif(${c(table, value)}, '') is not null group by 1)`
  const sql = `select count(*), count(*) filter (where a.v = b.v) from ${side(a, by[0], on[0])} a join ${side(b, by[1], on[1])} b on a.k = b.k`
  const [row = []] = await rowsOf(context, sql)
  return { shared: Number(row[0] ?? 0), agree: Number(row[1] ?? 0) }
}
