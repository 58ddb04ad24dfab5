/* average_order_value_by_channel
description: Average value of a counted order, by channel, and over all of them in the row `all`; sales without a channel are under unknown
grain: [channel]
reconciles:
  total_sales where channel <> 'all': sum(fact_transactions.amount) where is_sale
  total_sales where channel = 'all': sum(fact_transactions.amount) where is_sale
  orders where channel <> 'all': count(fact_transactions) where is_sale and shared_order is null + count_distinct(fact_transactions.coalesce(channel, 'unknown'), shared_order) where is_sale and shared_order is not null
  orders where channel = 'all': count(fact_transactions) where is_sale and shared_order is null + count_distinct(fact_transactions.shared_order) where is_sale and shared_order is not null
columns:
  channel: Channel, or `all`
  orders: Distinct counted orders
  total_sales: Sum of counted amounts, refunds included
  average_order_value: total_sales / orders, rounded half away from zero
rules: [counted_statuses]
checks:
  - { name: orders_counted, expect: "orders > 0 or channel = 'all'", severity: fail }
*/
with parts as (
  select coalesce(channel, 'unknown') as channel, shared_order, sum(amount) as amount, count(*) as lines
  from fact_transactions
  where is_sale
  group by coalesce(channel, 'unknown'), shared_order
),
whole as (
  select shared_order, sum(amount) as amount, sum(lines) as lines
  from parts
  group by shared_order
),
totals as (
  select
    channel,
    cast(sum(case when shared_order is null then lines else 1 end) as bigint) as orders,
    cast(coalesce(sum(amount), 0) as decimal(18,2)) as total_sales
  from parts
  group by channel
  union all
  select
    'all' as channel,
    coalesce(cast(sum(case when shared_order is null then lines else 1 end) as bigint), 0) as orders,
    cast(coalesce(sum(amount), 0) as decimal(18,2)) as total_sales
  from whole
)
select
  channel, orders, total_sales,
  cast(ratio(total_sales, orders, 2) as decimal(18,2)) as average_order_value
from totals
