/** Every measure once more, written by hand over wide rows: nothing here comes from the catalogue or the compiler. */
const customer =
  'c.customer_segment as segment, c.tier as tier, c.activity_status as activity, c.churn_status as churn, c.city as city, c.state as state'

export const WIDE: Readonly<Record<string, string>> = {
  sales: `select f.*, f.local_date as day, f.iso_weekday as weekday, f.hour_of_day as hour, f.customer_id as customer, f.product_id as product, f.store_id as store,
    p.category as category, s.city as store_city, s.state as store_state, ${customer},
    case when amount < 0 then 'below 0' when amount >= 100000 then '100000 and more' else (select lo || ' to ' || hi from (values (0, 10), (10, 20), (20, 50), (50, 100), (100, 200), (200, 500),
      (500, 1000), (1000, 2000), (2000, 5000), (5000, 10000), (10000, 20000), (20000, 50000), (50000, 100000)) b(lo, hi) where amount >= lo and amount < hi) end as amount_band
    from (select * exclude (city, state) from gold.fact_transactions) f left join gold.customer_360 c using (customer_id)
    left join gold.dim_products p using (product_id) left join gold.dim_stores s using (store_id)`,
  interactions: `select f.*, f.local_date as day, f.iso_weekday as weekday, f.hour_of_day as hour, f.customer_id as customer, f.agent_id as agent, a.department as department, ${customer},
    case when not is_resolved then 'Open' when resolution_seconds is null then 'Resolved, time unknown' when resolution_seconds < 12 * 3600 then '0-12 hours'
      when resolution_seconds < 24 * 3600 then '12-24 hours' when resolution_seconds < 48 * 3600 then '1-2 days' when resolution_seconds < 120 * 3600 then '2-5 days' else '5+ days' end as resolution_bucket,
    exists (select 1 from gold.fact_service_interactions e where e.customer_id = f.customer_id and (e.opened_at, e.source, e.interaction_id) < (f.opened_at, f.source, f.interaction_id)
      and e.opened_at >= f.opened_at - interval 30 day) as repeated
    from gold.fact_service_interactions f left join gold.customer_360 c using (customer_id) left join gold.dim_agents a using (agent_id)`,
  sessions: `select f.*, f.local_date as day, f.iso_weekday as weekday, f.hour_of_day as hour, f.customer_id as customer, ${customer}
    from gold.fact_web_sessions f left join gold.customer_360 c using (customer_id)`,
  points: `select f.*, f.local_date as day, f.reason as loyalty_reason, a.customer_id as customer, ${customer}
    from gold.fact_loyalty_transactions f left join gold.dim_loyalty_accounts a using (loyalty_id) left join gold.customer_360 c using (customer_id)`,
  accounts: `select f.loyalty_id, f.points_earned, f.customer_id as customer, ${customer} from gold.dim_loyalty_accounts f left join gold.customer_360 c using (customer_id)`,
  customers: `select c.total_spend, c.customer_id as customer, c.signup_date as day, ${customer} from gold.customer_360 c`,
  cohorts: `select c.customer_id as customer, c.first_purchase_date as day, date_trunc('month', c.first_purchase_date)::date as cohort_month, k.k as months_since,
    exists (select 1 from gold.fact_transactions t where t.is_sale and t.customer_id = c.customer_id
      and date_trunc('month', t.local_date) = date_trunc('month', c.first_purchase_date) + to_months(k.k::int)) as retained, ${customer}
    from gold.customer_360 c, (select unnest(range(0, 400)) as k) k, gold.reporting_period r
    where c.first_purchase_date is not null and date_trunc('month', c.first_purchase_date) + to_months(k.k::int) <= r.as_of`,
}

export interface Reference {
  readonly wide: string
  readonly sql: string
  /** Whether a range of dates reaches it. */
  readonly dated: boolean
  readonly ratio: boolean
}

const of = (wide: string, sql: string, more: Partial<Reference> = {}): Reference => ({
  wide,
  sql,
  dated: true,
  ratio: false,
  ...more,
})
const ratio = { ratio: true }
const still = { dated: false }
const ORDERS =
  'count(distinct case when is_sale then coalesce(shared_order, source || chr(0) || transaction_id) end)'
const RATE = (part: string, whole: string) => `100.0 * (${part}) / nullif(${whole}, 0)`
const COUNT = 'count(*)'

export const REFERENCE: Readonly<Record<string, Reference>> = {
  revenue: of('sales', 'sum(amount) filter (is_sale)'),
  orders: of('sales', ORDERS),
  aov: of('sales', `coalesce(sum(amount) filter (is_sale), 0) / nullif(${ORDERS}, 0)`, ratio),
  buyers: of('sales', 'count(distinct customer_id) filter (is_sale)'),
  transactions: of('sales', 'count(*) filter (is_sale)'),
  quantity: of('sales', 'sum(quantity) filter (is_sale)'),
  transaction_value: of('sales', 'sum(amount)'),
  pending_value: of('sales', "sum(amount) filter (status ilike 'pending')"),
  failed_value: of('sales', "sum(amount) filter (status ilike 'failed')"),
  interactions: of('interactions', COUNT),
  resolved: of('interactions', 'count(*) filter (is_resolved)'),
  resolution_rate: of('interactions', RATE('count(*) filter (is_resolved)', COUNT), ratio),
  open_interactions: of('interactions', 'count(*) filter (not is_resolved)'),
  resolution_hours: of('interactions', 'avg(resolution_seconds) / 3600.0', ratio),
  csat: of(
    'interactions',
    RATE('count(*) filter (satisfaction_score in (4, 5))', 'count(satisfaction_score)'),
    ratio,
  ),
  answered: of('interactions', 'count(satisfaction_score)'),
  response_rate: of('interactions', RATE('count(satisfaction_score)', COUNT), ratio),
  agents: of('interactions', 'count(distinct agent_id)'),
  repeat_contacts: of('interactions', 'count(*) filter (repeated)'),
  sessions: of('sessions', COUNT),
  page_views: of('sessions', 'sum(page_views)'),
  pages_per_session: of('sessions', 'avg(page_views)', ratio),
  session_duration: of('sessions', 'avg(duration_seconds)', ratio),
  session_visitors: of('sessions', 'count(distinct customer)'),
  members: of('accounts', 'count(distinct customer)', still),
  active_members: of('points', 'count(distinct customer)'),
  accounts: of('accounts', COUNT, still),
  points_balance: of('accounts', 'sum(points_earned)', still),
  points_issued: of('points', 'sum(points_change) filter (points_change > 0)'),
  points_redeemed: of('points', 'sum(-points_change) filter (points_change < 0)'),
  customers: of('customers', COUNT, still),
  high_value_customers: of('customers', "count(*) filter (segment = 'High-Value Customer')", still),
  lifetime_value: of('customers', 'sum(total_spend)', still),
  average_lifetime_value: of('customers', 'sum(total_spend) / nullif(count(*), 0)', { ...still, ...ratio }),
  signups: of('customers', 'count(day)'),
  cohort_customers: of('cohorts', 'count(distinct customer)'),
  retained_customers: of('cohorts', 'count(distinct customer) filter (retained)'),
  retention_rate: of(
    'cohorts',
    RATE('count(distinct customer) filter (retained)', 'count(distinct customer)'),
    ratio,
  ),
}
