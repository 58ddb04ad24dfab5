/* customer_activity_status: who buys, who stopped, who never did
description: One row per customer; Active when something was bought within active_within of the as-of day, Dormant when only before that, Inactive when never
grain: [customer_id]
reconciles:
  rows: count(dim_customers)
  rows where activity_status <> 'Inactive': count_distinct(fact_transactions.customer_id) where is_sale and customer_id is not null
columns:
  customer_id: Customer
  customer_name: Full name
  last_purchase_date: Local day of the last counted sale
  days_since_purchase: Days from the last purchase to the as-of day
  activity_status: Active, Dormant or Inactive
  is_inferred: True for a customer that is only known because something refers to it
rules: [counted_statuses, activity, calendar]
checks:
  - { name: known_word, expect: "activity_status in ('Active', 'Dormant', 'Inactive')", severity: fail }
*/
with period as (
  select max(as_of) as as_of from reporting_period
),
window_start as (
  select p.as_of, cast(p.as_of - to_months(r.active_months) as date) as active_from
  from period p
  cross join (select max(active_months) as active_months from rules.activity) r
)
select
  c.customer_id,
  c.name as customer_name,
  p.last_purchase_date,
  date_diff('day', p.last_purchase_date, w.as_of) as days_since_purchase,
  case
    when p.customer_id is null then 'Inactive'
    when p.last_purchase_date >= w.active_from then 'Active'
    else 'Dormant'
  end as activity_status,
  c.is_inferred
from dim_customers c
cross join window_start w
left join customer_purchases p on p.customer_id = c.customer_id
