/* customer_activity: when a customer was last seen, and whether that makes them churned
description: One row per customer with all activity up to the as-of day, which is a counted sale, a web session or a ticket
grain: [customer_id]
reconciles:
  rows: count(dim_customers)
  sales: count(fact_transactions) where is_sale and customer_id is not null and local_date is not null
  sessions: count(fact_web_sessions) where customer_id is not null and local_date is not null
  interactions: count(fact_service_interactions) where customer_id is not null and local_date is not null
  lifetime_value: sum(fact_transactions.amount) where is_sale and customer_id is not null
columns:
  customer_id: Customer
  customer_name: Full name
  city: City
  state: State
  is_inferred: True for a customer that is only known because something refers to it; such ones are in no churn figure
  sales: Counted transactions
  sessions: Web sessions
  interactions: Contacts with customer service
  lifetime_value: Sum of counted amounts, refunds included
  first_activity_date: Local day of the first activity
  last_activity_date: Local day of the last activity up to the as-of day
  last_sale_date: Local day of the last counted sale up to the as-of day
  last_session_date: Local day of the last web session up to the as-of day
  last_interaction_date: Local day of the last contact up to the as-of day
  days_since_activity: Days from the last activity to the as-of day
  churn_status: Churned when the last activity is more than churned_after days before the as-of day, Active when it is not, Never Active without any
rules: [counted_statuses, activity, calendar]
checks:
  - { name: seen_before, expect: "days_since_activity is null or days_since_activity >= 0", severity: fail }
*/
with period as (
  select max(as_of) as as_of from reporting_period
),
rule as (
  select max(churn_days) as churn_days from rules.activity
),
activity as (
  select
    customer_id,
    cast(sum(case when activity = 'sale' then facts else 0 end) as bigint) as sales,
    cast(sum(case when activity = 'session' then facts else 0 end) as bigint) as sessions,
    cast(sum(case when activity = 'ticket' then facts else 0 end) as bigint) as interactions,
    min(first_date) as first_day,
    max(last_date) as last_day,
    max(case when activity = 'sale' then last_date end) as last_sale_date,
    max(case when activity = 'session' then last_date end) as last_session_date,
    max(case when activity = 'ticket' then last_date end) as last_interaction_date
  from customer_active_months
  group by customer_id
)
select
  c.customer_id, c.name as customer_name, c.city, c.state, c.is_inferred,
  coalesce(a.sales, 0) as sales,
  coalesce(a.sessions, 0) as sessions,
  coalesce(a.interactions, 0) as interactions,
  cast(coalesce(b.total_spend, 0) as decimal(18,2)) as lifetime_value,
  a.first_day as first_activity_date,
  a.last_day as last_activity_date,
  a.last_sale_date, a.last_session_date, a.last_interaction_date,
  date_diff('day', a.last_day, p.as_of) as days_since_activity,
  case
    when a.last_day is null then 'Never Active'
    when date_diff('day', a.last_day, p.as_of) > r.churn_days then 'Churned'
    else 'Active'
  end as churn_status
from dim_customers c
cross join period p
cross join rule r
left join activity a on a.customer_id = c.customer_id
left join customer_purchases b on b.customer_id = c.customer_id
