/* purchases_by_customer_and_month
description: What a customer bought in a calendar month, one row for every month with a counted sale
grain: [customer_id, month]
reconciles:
  lines: count(fact_transactions) where is_sale and customer_id is not null and local_date is not null
  orders: count(fact_transactions) where is_sale and customer_id is not null and local_date is not null and shared_order is null + count_distinct(fact_transactions.customer_id, date_trunc('month', local_date), shared_order) where is_sale and customer_id is not null and local_date is not null and shared_order is not null
  total_spend: sum(fact_transactions.amount) where is_sale and customer_id is not null and local_date is not null
columns:
  customer_id: Customer
  month: First day of the calendar month, local time
  year: Calendar year
  month_of_year: 1 to 12
  lines: Counted transaction lines of the month
  orders: Distinct counted orders of the month; one with lines in two months is in both
  total_spend: Sum of counted amounts of the month, refunds included
  first_purchase_date: Local day of the first counted sale of the month; days after the as-of day are not looked at
  last_purchase_date: Local day of the last counted sale of the month, up to the as-of day
  is_complete: The month was over on the as-of day
rules: [counted_statuses, calendar]
checks:
  - { name: something_bought, expect: "lines >= orders and orders > 0", severity: fail }
*/
with period as (
  select max(as_of) as as_of from reporting_period
),
parts as (
  select
    f.customer_id, cast(date_trunc('month', f.local_date) as date) as month, f.shared_order,
    count(*) as lines, sum(f.amount) as total_spend,
    min(case when f.local_date <= p.as_of then f.local_date end) as first_day,
    max(case when f.local_date <= p.as_of then f.local_date end) as last_day
  from fact_transactions f
  cross join period p
  where f.is_sale and f.customer_id is not null and f.local_date is not null
  group by f.customer_id, cast(date_trunc('month', f.local_date) as date), f.shared_order
),
totals as (
  select
    customer_id, month,
    cast(sum(lines) as bigint) as lines,
    cast(sum(case when shared_order is null then lines else 1 end) as bigint) as orders,
    cast(coalesce(sum(total_spend), 0) as decimal(18,2)) as total_spend,
    min(first_day) as first_day,
    max(last_day) as last_day
  from parts
  group by customer_id, month
)
select
  t.customer_id, t.month, m.year, m.month_of_year, t.lines, t.orders, t.total_spend,
  t.first_day as first_purchase_date,
  t.last_day as last_purchase_date,
  m.is_complete
from totals t
join dim_month m on m.month = t.month
