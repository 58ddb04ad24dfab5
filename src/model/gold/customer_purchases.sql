/* customer_purchases: what a customer bought, all in all
description: One row per customer who bought something, over all counted transactions
grain: [customer_id]
reconciles:
  rows: count_distinct(fact_transactions.customer_id) where is_sale and customer_id is not null
  lines: count(fact_transactions) where is_sale and customer_id is not null
  orders: count(fact_transactions) where is_sale and customer_id is not null and shared_order is null + count_distinct(fact_transactions.customer_id, shared_order) where is_sale and customer_id is not null and shared_order is not null
  total_spend: sum(fact_transactions.amount) where is_sale and customer_id is not null
  online_spend: sum(fact_transactions.amount) where is_sale and customer_id is not null and channel = 'online'
  in_store_spend: sum(fact_transactions.amount) where is_sale and customer_id is not null and channel = 'in_store'
columns:
  customer_id: Customer
  lines: Counted transaction lines
  orders: Distinct counted orders
  online_spend: Sum of counted online amounts
  in_store_spend: Sum of counted in-store amounts
  total_spend: Sum of counted amounts over all channels, refunds included
  first_purchase_date: Local day of the first counted sale
  last_purchase_date: Local day of the last counted sale
rules: [counted_statuses]
checks:
  - { name: in_order, expect: "last_purchase_date is null or first_purchase_date <= last_purchase_date", severity: fail }
*/
with parts as (
  select
    customer_id, shared_order, count(*) as lines,
    sum(case when channel = 'online' then amount end) as online_spend,
    sum(case when channel = 'in_store' then amount end) as in_store_spend,
    sum(amount) as total_spend,
    min(local_date) as first_day,
    max(local_date) as last_day
  from fact_transactions
  where is_sale and customer_id is not null
  group by customer_id, shared_order
)
select
  customer_id,
  cast(sum(lines) as bigint) as lines,
  cast(sum(case when shared_order is null then lines else 1 end) as bigint) as orders,
  cast(coalesce(sum(online_spend), 0) as decimal(18,2)) as online_spend,
  cast(coalesce(sum(in_store_spend), 0) as decimal(18,2)) as in_store_spend,
  cast(coalesce(sum(total_spend), 0) as decimal(18,2)) as total_spend,
  min(first_day) as first_purchase_date,
  max(last_day) as last_purchase_date
from parts
group by customer_id
