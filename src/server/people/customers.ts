import type { z } from 'zod'
import { dialect as d } from '../../engines/duckdb/dialect.ts'
import type { Prepared } from '../../run/prepare.ts'
import { goldColumns } from '../reading/gold-columns.ts'
import { orderBy, type ShownTable, shownTable } from '../reading/gold-table.ts'
import type { Lease } from '../reading/snapshot.ts'
import { tableFrom } from '../reading/tables.ts'
import type { Condition, customerColumns, customersRequest, customersResponse } from '../schemas/people.ts'
import { conditionsSql } from './conditions.ts'
import type { Contacts } from './contacts.ts'

const TABLE = 'customer_360'

export interface CustomerList {
  readonly lease: Lease
  readonly prepared: Prepared
  readonly contacts: Contacts
  readonly signal: AbortSignal
}

/** A page of the customers that meet all conditions, and what they come to together. */
export async function customersOf(
  list: CustomerList,
  asked: z.infer<typeof customersRequest>,
): Promise<z.infer<typeof customersResponse>> {
  const { lease, prepared, contacts, signal } = list
  const shown = await shownTable(lease, prepared, contacts, TABLE, { reveal: false, signal })
  const where = conditionsSql(asked.conditions ?? [], shown.columns, lease.live !== undefined)
  const order = orderBy(shown, contacts, asked.order?.by, asked.order?.descending ?? false, 'c')
  const [totals, table] = await Promise.all([
    totalsOf(lease, where, signal),
    tableFrom(
      lease.over(
        `select * from gold.${TABLE} c where ${where}${order} limit ${asked.limit ?? 50} offset ${asked.offset ?? 0}`,
        (from) => `select ${shown.list} from ${from} c${order}`,
        signal,
      ),
      shown.notes,
    ),
  ])
  return { version: lease.version, ...totals, table }
}

type Totals = Pick<z.infer<typeof customersResponse>, 'total' | 'revenue' | 'consent'>

/** Consent is that to e-mail; what the sources do not say is unknown, and unknown is not yes. */
async function totalsOf(lease: Lease, where: string, signal: AbortSignal): Promise<Totals> {
  const [row] = await lease.rows(
    `select count(*) as total, sum(total_spend) as revenue, count(case when email_opt_in then 1 end) as yes, count(case when not email_opt_in then 1 end) as no, count(case when email_opt_in is null then 1 end) as unknown from gold.${TABLE} c where ${where}`,
    signal,
  )
  const number = (value: unknown) => Number(value ?? 0)
  return {
    total: number(row?.total),
    revenue: row?.revenue === null || row === undefined ? null : Number(row.revenue),
    consent: { yes: number(row?.yes), no: number(row?.no), unknown: number(row?.unknown) },
  }
}

/** SELECT of all that meet the conditions, for an export: consent first named as a word. */
export function audienceSql(shown: ShownTable, conditions: readonly Condition[]): string {
  const where = conditionsSql(conditions, shown.columns)
  const consent = `case when email_opt_in then 'yes' when not email_opt_in then 'no' else 'unknown' end as consent`
  return `select ${shown.list}, ${consent} from gold.${TABLE} c where ${where} order by c.customer_id`
}

/** As many different values as a list of checkboxes can show. */
const MOST_VALUES = 50

/** The columns conditions may use, with the values of those that have few and are not personal. */
export function customerColumnsOf(list: CustomerList): Promise<z.infer<typeof customerColumns>> {
  return list.lease.once('customer columns', () => readColumns(list))
}

async function readColumns({ lease, prepared, contacts, signal }: CustomerList) {
  const columns = await goldColumns(lease, TABLE, signal)
  const model = prepared.catalogue.find(({ name }) => name === TABLE)
  const isPersonal = (name: string) => contacts.isPersonal(TABLE, name) || name === 'customer_id'
  const listed = columns.filter(({ name, type }) => type === 'text' && !isPersonal(name))
  const values = await valuesOf(
    lease,
    listed.map(({ name }) => name),
    signal,
  )
  return {
    columns: columns.map(({ name, type }) => ({
      name,
      type,
      description: model?.columns.find((column) => column.name === name)?.description ?? '',
      personal: contacts.isPersonal(TABLE, name),
      ...(values.has(name) ? { values: values.get(name) ?? [] } : {}),
    })),
  }
}

/** One scan for all columns, one question for the distinct values of those that have few. */
async function valuesOf(
  lease: Lease,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, (string | null)[]>> {
  const many = lease.live ? 'count(distinct ' : 'approx_count_distinct('
  const counts = names.map((name, i) => `${many}${d.ident(name)}) as n${i}`)
  const [row = {}] =
    names.length === 0 ? [] : await lease.rows(`select ${counts.join(', ')} from gold.${TABLE}`, signal)
  const few = names.filter((_, i) => Number(row[`n${i}`]) <= MOST_VALUES * 1.2)
  const own = few.map(
    (name) =>
      `select ${d.literal(name)} as own, value from (select distinct ${d.ident(name)} as value from gold.${TABLE}) v`,
  )
  const rows =
    own.length === 0
      ? []
      : await lease.rows(
          `select own, value from (${own.join(' union all ')}) u order by own, value nulls last`,
          signal,
        )
  const found = few.map((name): [string, (string | null)[]] => [
    name,
    rows.filter((row) => row.own === name).map(({ value }) => (value === null ? null : String(value))),
  ])
  return new Map(found.filter(([, values]) => values.length <= MOST_VALUES))
}
