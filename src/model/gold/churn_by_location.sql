/* churn_by_location: where customers go silent
description: Known customers by their city and state, and how many of those who were ever active have churned on the as-of day
grain: [location]
reconciles:
  customers: count(customer_activity) where not is_inferred
  active_customers: count(customer_activity) where churn_status = 'Active' and not is_inferred
  churned_customers: count(customer_activity) where churn_status = 'Churned' and not is_inferred
  never_active_customers: count(customer_activity) where churn_status = 'Never Active' and not is_inferred
columns:
  location: City and state as one text, with Unknown for the part that is not known
  city: City; NULL when unknown
  state: State; NULL when unknown
  customers: Known customers who live there
  active_customers: Of them, seen within churned_after days of the as-of day
  churned_customers: Of them, active once and silent for longer
  never_active_customers: Of them, without any activity; they are in no rate
  churn_rate: churned / (active + churned) in percent; NULL where nobody was ever active
  rate_low: Lower end of the Wilson 95 % interval of the rate, in percent
  rate_high: Upper end of the Wilson 95 % interval of the rate, in percent
rules: [counted_statuses, activity, calendar]
checks:
  - { name: everybody_once, expect: "customers = active_customers + churned_customers + never_active_customers", severity: fail }
*/
with placed as (
  select
    coalesce(city, 'Unknown') || ', ' || coalesce(state, 'Unknown') as location,
    city, state, churn_status
  from customer_activity
  where not is_inferred
),
totals as (
  select
    location, min(city) as city, min(state) as state,
    count(*) as customers,
    cast(sum(case when churn_status = 'Active' then 1 else 0 end) as bigint) as active,
    cast(sum(case when churn_status = 'Churned' then 1 else 0 end) as bigint) as churned,
    cast(sum(case when churn_status = 'Never Active' then 1 else 0 end) as bigint) as never_active,
    cast(sum(case when churn_status <> 'Never Active' then 1 else 0 end) as bigint) as ever_active
  from placed
  group by location
),
-- Wilson score interval at 95 %: z = 1.959964, z * z = 3.841459
wilson as (
  select
    location,
    cast(churned as double) + 3.841459 / cast(2 as double) as centre,
    1.959964 * sqrt(cast(churned * (ever_active - churned) as double) / ever_active + 3.841459 / cast(4 as double)) as margin,
    cast(ever_active as double) + 3.841459 as width
  from totals
  where ever_active > 0
)
select
  t.location, t.city, t.state, t.customers,
  t.active as active_customers,
  t.churned as churned_customers,
  t.never_active as never_active_customers,
  cast(ratio(100 * t.churned, t.ever_active, 2) as decimal(5,2)) as churn_rate,
  cast(100 * (w.centre - w.margin) / cast(w.width as double) as decimal(5,2)) as rate_low,
  cast(100 * (w.centre + w.margin) / cast(w.width as double) as decimal(5,2)) as rate_high
from totals t
left join wilson w on w.location = t.location
