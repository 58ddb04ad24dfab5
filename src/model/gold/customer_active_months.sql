/* customer_active_months: in which months a customer did something
description: One row per customer, calendar month and kind of activity, which is a counted sale, a web session or a ticket
grain: [customer_id, month, activity]
reconciles:
  facts where activity = 'sale': count(fact_transactions) where is_sale and customer_id is not null and local_date is not null
  facts where activity = 'session': count(fact_web_sessions) where customer_id is not null and local_date is not null
  facts where activity = 'ticket': count(fact_service_interactions) where customer_id is not null and local_date is not null
columns:
  customer_id: Customer
  month: First day of the calendar month, local time
  activity: sale, session or ticket
  facts: How many of them in the month
  first_date: Day of the first one; days after the as-of day are not looked at
  last_date: Day of the last one, up to the as-of day
rules: [counted_statuses, calendar]
checks:
  - { name: something_done, expect: "facts > 0", severity: fail }
*/
with period as (
  select max(as_of) as as_of from reporting_period
),
visits as (
  select
    f.customer_id, cast(date_trunc('month', f.local_date) as date) as month, count(*) as facts,
    min(case when f.local_date <= p.as_of then f.local_date end) as first_day,
    max(case when f.local_date <= p.as_of then f.local_date end) as last_day
  from fact_web_sessions f
  cross join period p
  where f.customer_id is not null and f.local_date is not null
  group by f.customer_id, cast(date_trunc('month', f.local_date) as date)
),
tickets as (
  select
    f.customer_id, cast(date_trunc('month', f.local_date) as date) as month, count(*) as facts,
    min(case when f.local_date <= p.as_of then f.local_date end) as first_day,
    max(case when f.local_date <= p.as_of then f.local_date end) as last_day
  from fact_service_interactions f
  cross join period p
  where f.customer_id is not null and f.local_date is not null
  group by f.customer_id, cast(date_trunc('month', f.local_date) as date)
)
select
  customer_id, month, 'sale' as activity, lines as facts,
  first_purchase_date as first_date,
  last_purchase_date as last_date
from purchases_by_customer_and_month
union all
select customer_id, month, 'session' as activity, facts, first_day as first_date, last_day as last_date
from visits
union all
select customer_id, month, 'ticket' as activity, facts, first_day as first_date, last_day as last_date
from tickets
