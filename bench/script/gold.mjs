import { readFileSync } from 'node:fs'
import { sources } from './sources.mjs'

const local = (x) => `timezone('America/New_York', make_timestamptz(epoch_us(${x})))`

/** The business rules, as the project states them. */
const rules = {
  tiers: `select *, cast(null as bigint) as from_points from (values ('Bronze', 1, false), ('Silver', 2, false), ('Gold', 3, true), ('Platinum', 4, true)) t(tier, tier_rank, is_champion)`,
  high_value: `select cast(0.9 as decimal(9,6)) as percentile, 'all_customers' as population`,
  activity: `select 3 as active_months, 30 as churn_days`,
  calendar: `select 'America/New_York' as time_zone, 'USD' as currency, cast(null as date) as as_of`,
  session_categories: `select * from (values ('Zero', 1, 0, 0), ('Short', 2, 1, 10), ('Medium', 3, 11, 60), ('Long', 4, 61, 120), ('Very Long', 5, 121, 180), ('Extended', 6, 181, null)) t(session_category, category_rank, from_seconds, to_seconds)`,
  suggested_actions: `select action_rank, condition, action, over_days, from_days, to_days, cast(within_points as bigint) as within_points from (values
    (1, 'open_ticket', 'Resolve the open ticket first', 3, null, null, null), (2, 'high_value_silent', 'Win back', 30, null, null, null),
    (3, 'one_purchase', 'Invite to a second purchase', null, 30, 90, null), (4, 'near_next_tier', 'Tell how near the next tier is', null, null, null, 100))
    t(action_rank, condition, action, over_days, from_days, to_days, within_points)`,
}

const nulls = (type, names) => names.map((name) => `cast(null as ${type}) as ${name}`).join(', ')

/** What the models read under their own names for the silver tables. */
const views = {
  customers: `select customer_id, name, first_name, last_name, email, ${nulls('varchar', ['phone'])}, address, ${nulls('varchar', ['city', 'state'])}, ${nulls('date', ['signup_date'])}, ${nulls('boolean', ['email_opt_in', 'sms_opt_in'])}, 'customers' as source from silver.customers`,
  products: `select product_id, name, category, price, 'products' as source from silver.products`,
  stores: `select store_id, location, ${nulls('varchar', ['city', 'state'])}, manager, opening_hours, ${nulls('varchar', ['time_zone'])}, 'stores' as source from silver.stores`,
  agents: `select agent_id, name, department, shift, 'agents' as source from silver.agents`,
  transactions: `select customer_id, product_id, ${nulls('varchar', ['store_id'])} from silver.online_transactions union all select customer_id, ${nulls('varchar', ['product_id'])}, store_id from silver.in_store_transactions`,
  service_interactions: `select *, ${local('opened_at')} as opened_at_local, ${nulls('timestamp', ['resolved_at', 'resolved_at_local'])}, ${nulls('bigint', ['satisfaction_score'])}, 'customer_service_interactions' as source from silver.customer_service_interactions`,
  loyalty_accounts: `select loyalty_id, customer_id, points_earned, tier, joined_on, 'loyalty_accounts' as source from silver.loyalty_accounts`,
  loyalty_transactions: `select *, ${local('occurred_at')} as occurred_at_local, 'loyalty_transactions' as source from silver.loyalty_transactions`,
  web_sessions: `select ${nulls('varchar', ['session_id', 'customer_id', 'device', 'source'])}, ${nulls('timestamp', ['started_at', 'started_at_local'])}, ${nulls('bigint', ['page_views', 'duration_seconds'])} where false`,
}

/** Without joins: which statuses count is written down here, and no order of these shops has several lines. */
const factTransactions = `
with t as (
  select 'online_transactions' as source, transaction_id, customer_id, product_id, cast(null as varchar) as store_id, 'online' as channel,
    occurred_at, ${local('occurred_at')} as occurred_at_local, amount, payment_method, status
  from silver.online_transactions
  union all
  select 'in_store_transactions', transaction_id, customer_id, null, store_id, 'in_store',
    occurred_at, ${local('occurred_at')}, amount, payment_method, null
  from silver.in_store_transactions
)
select source, transaction_id, transaction_id as order_id, cast(null as varchar) as shared_order, customer_id, product_id, store_id, cast(null as varchar) as city, cast(null as varchar) as state, channel,
  occurred_at, occurred_at_local, cast(occurred_at_local as date) as local_date,
  cast(extract(isodow from occurred_at_local) as integer) as iso_weekday, cast(extract(hour from occurred_at_local) as integer) as hour_of_day,
  amount, cast(null as bigint) as quantity, payment_method, status, cast(null as varchar) as currency,
  coalesce(status = 'Completed', true) as is_sale
from t`

/** In the order they are built; true = touched by new sales. */
const models = [
  ['dim_products', true],
  ['dim_stores', true],
  ['dim_agents', false],
  ['dim_loyalty_accounts', false],
  ['dim_customers', true],
  ['fact_transactions', true],
  ['fact_service_interactions', false],
  ['fact_loyalty_transactions', false],
  ['fact_web_sessions', false],
  ['dim_date', true],
  ['agent_performance', false],
  ['average_order_value_by_category', true],
  ['average_order_value_by_channel', true],
  ['average_order_value_by_product', true],
  ['average_order_value_by_store', true],
  ['reporting_period', true],
  ['dim_month', true],
  ['customer_purchases', true],
  ['purchases_by_customer_and_month', true],
  ['customer_active_months', true],
  ['customer_activity', true],
  ['customer_activity_status', true],
  ['customer_lifetime_value', true],
  ['customer_loyalty', false],
  ['customer_segmentation', true],
  ['customer_tickets', true],
  ['customer_suggestions', true],
  ['customer_360', true],
  ['churn_by_location', true],
  ['churned_customers', true],
  ['monthly_churn_and_retention', true],
  ['resolution_time_by_issue_type', false],
  ['signups_over_time', true],
  ['tickets_by_issue_type', false],
  ['tickets_by_resolution_time', false],
  ['tickets_over_time', true],
  ['web_sessions_by_device', false],
  ['web_sessions_by_duration', false],
  ['peak_times', true],
  ['peak_times_by_store', true],
  ['top_hours', true],
]

export const modelNames = models.map(([name]) => name)
export const silverNames = sources.map(({ name }) => name)

const shipped = (name) => readFileSync(new URL(`../../src/model/gold/${name}.sql`, import.meta.url), 'utf8')

/** Name and SELECT of what the models read, and of the models. */
export const relations = [
  ...Object.entries(rules).map(([name, sql]) => [`rules.${name}`, sql]),
  ...Object.entries(views).map(([name, sql]) => [`conformed.${name}`, sql]),
]
export const goldModels = models.map(([name]) => [
  name,
  name === 'fact_transactions' ? factTransactions : shipped(name),
])

export const goldSetup = relations.map(([name, sql]) =>
  name.startsWith('rules.')
    ? `create or replace table ${name} as ${sql}`
    : `create or replace view ${name} as ${sql}`,
)

const touched = new Set(models.filter(([, changes]) => changes).map(([name]) => name))

export const gold = (onlyTouched) =>
  goldModels
    .filter(([name]) => touched.has(name) || !onlyTouched)
    .map(([name, sql]) => `create or replace table gold.${name} as ${sql}`)
