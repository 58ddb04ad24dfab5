import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { fieldSql } from '../../lineage/origin.ts'
import { entityNamed } from '../../model/entities.ts'
import type { EntityName } from '../../model/types.ts'
import { isMadeId, madeId } from '../../plan/conform.ts'
import { lookupJoins } from '../../plan/lookup.ts'
import type { Contract, Project } from '../../project/types.ts'

/** Columns of an event, in order: the same whether it is read from the facts or from the copy sorted by customer. */
export const EVENT_COLUMNS =
  'customer_id, moment, kind, source, id, title, detail, amount, counted, channel, order_key, file, file_row'

/**
 * Everything that happened to customers, one row per fact: sales, contacts, visits, changes of points, each with the file and row it
 * came from. `only` is a predicate over `customer_id`; without it, of all customers.
 */
export function eventsSql(project: Project, only?: string): string {
  const branches = [salesSql, supportSql, webSql, loyaltySql].map((branch) => branch(project, only))
  return branches.join('\nunion all\n')
}

const where = (only: string | undefined, alias: string): string =>
  `where ${alias}.customer_id is not null${only === undefined ? '' : ` and ${alias}.${only}`}`

const salesSql = (project: Project, only: string | undefined): string => `select
  f.customer_id, f.occurred_at_local as moment,
  case f.channel when 'online' then 'online' when 'in_store' then 'in_store' else 'other_sale' end as kind,
  f.source, f.transaction_id as id,
  coalesce(p.name, 'Product ' || f.product_id, 'Sale') as title,
  nullif(concat_ws(', ', case when f.quantity > 1 then cast(f.quantity as varchar) || ' pieces' end, f.payment_method, coalesce(s.location, s.city), case when not f.is_sale then f.status end), '') as detail,
  cast(f.amount as double) as amount, f.is_sale as counted, coalesce(f.channel, '') as channel,
  coalesce(f.shared_order, f.source || '/' || f.transaction_id) as order_key, o.file, o.file_row
from gold.fact_transactions f
left join gold.dim_products p on p.product_id = f.product_id
left join gold.dim_stores s on s.store_id = f.store_id
${originJoin(project, 'transaction', ['transaction_id'])}
${where(only, 'f')}`

const supportSql = (project: Project, only: string | undefined): string => `select
  f.customer_id, f.opened_at_local as moment, 'support' as kind, f.source, f.interaction_id as id,
  coalesce(f.issue_type, 'Contact') as title,
  nullif(concat_ws(', ', coalesce(f.resolution_status, case when f.is_resolved then 'Resolved' else 'Open' end), a.name, case when f.satisfaction_score is not null then 'rated ' || cast(f.satisfaction_score as varchar) || ' of 5' end), '') as detail,
  cast(null as double) as amount, cast(null as boolean) as counted, cast(null as varchar) as channel, cast(null as varchar) as order_key, o.file, o.file_row
from gold.fact_service_interactions f
left join gold.dim_agents a on a.agent_id = f.agent_id
${originJoin(project, 'service_interaction', ['interaction_id'])}
${where(only, 'f')}`

const webSql = (project: Project, only: string | undefined): string => `select
  f.customer_id, f.started_at_local as moment, 'web' as kind, f.source, f.session_id as id,
  'Web visit' as title,
  nullif(concat_ws(', ', f.device, cast(f.page_views as varchar) || ' pages', cast(cast(round(f.duration_seconds / 60.0) as bigint) as varchar) || ' min'), '') as detail,
  cast(null as double) as amount, cast(null as boolean) as counted, cast(null as varchar) as channel, cast(null as varchar) as order_key, o.file, o.file_row
from gold.fact_web_sessions f
${originJoin(project, 'web_session', ['session_id'])}
${where(only, 'f')}`

const loyaltySql = (project: Project, only: string | undefined): string => `select
  m.customer_id, f.occurred_at_local as moment, 'loyalty' as kind, f.source, f.loyalty_id as id,
  coalesce(f.reason, 'Points') as title,
  case when f.points_change > 0 then '+' else '' end || cast(f.points_change as varchar) || ' points' as detail,
  cast(null as double) as amount, cast(null as boolean) as counted, cast(null as varchar) as channel, cast(null as varchar) as order_key, o.file, o.file_row
from gold.fact_loyalty_transactions f
join gold.dim_loyalty_accounts m on m.loyalty_id = f.loyalty_id
${originJoin(project, 'loyalty_transaction', ['loyalty_id', 'occurred_at'])}
${where(only, 'm')}`

/** `o.file` and `o.row` of each fact: silver has one row per key, so no fact meets two. */
function originJoin(project: Project, entity: EntityName, key: readonly string[]): string {
  const contracts = project.contracts.filter((contract) => contract.entity === entity)
  const parts = contracts.map((contract) => originSql(project, contract, key))
  const rows =
    parts.length === 0
      ? `select cast(null as varchar) as source, ${key.map((_, i) => `cast(null as varchar) as k${i}`).join(', ')}, cast(null as varchar) as file, cast(null as bigint) as file_row where false`
      : parts.join(' union all ')
  const on = key.map((name, i) => `cast(o.k${i} as varchar) = cast(f.${d.ident(name)} as varchar)`)
  return `left join (${rows}) o on o.source = f.source and ${on.join(' and ')}`
}

function originSql(project: Project, contract: Contract, key: readonly string[]): string {
  const keys = key.map((name, i) => `${keySql(contract, name)} as k${i}`)
  return `select ${d.literal(contract.source)} as source, ${keys.join(', ')}, _source_file as file, cast(_row_number as bigint) as file_row from silver.${d.ident(contract.source)}${lookupJoins(d, project, contract)}`
}

/** As `conformed` makes it: an id that the source does not have is put together from its key. */
function keySql(contract: Contract, name: string): string {
  const entity = entityNamed(contract.entity)
  const field = entity.fields.find((known) => known.name === name)
  const sql = fieldSql(d, contract, name)
  return sql === 'null' && field && isMadeId(entity, field) ? madeId(d, contract) : sql
}

/** What every source calls its customers, and where it says so: customer_id (as gold has it), source, id, file, row. */
export function sourceIdsSql(project: Project, only?: string): string {
  const parts = project.contracts
    .filter(({ entity }) => entity === 'customer')
    .map(
      (contract) =>
        `select ${fieldSql(d, contract, 'customer_id')} as customer_id, ${d.literal(contract.source)} as source, cast(customer_id as varchar) as id, _source_file as file, cast(_row_number as bigint) as file_row from silver.${d.ident(contract.source)}${lookupJoins(d, project, contract)}`,
    )
  const rows =
    parts.length === 0
      ? 'select cast(null as varchar) as customer_id, cast(null as varchar) as source, cast(null as varchar) as id, cast(null as varchar) as file, cast(null as bigint) as file_row where false'
      : parts.join(' union all ')
  return `select * from (${rows}) i${only === undefined ? '' : ` where i.${only}`}`
}

/** Contacts not resolved: customer_id, id, opened_at, issue_type, status, age_days. */
export const openTicketsSql = (only?: string): string => `select
  f.customer_id, f.interaction_id as id, f.opened_at_local as opened_at, f.issue_type, f.resolution_status as status,
  greatest(0, date_diff('day', f.local_date, p.as_of)) as age_days
from gold.fact_service_interactions f
cross join (select max(as_of) as as_of from gold.reporting_period) p
where not f.is_resolved and f.customer_id is not null${only === undefined ? '' : ` and f.${only}`}`
