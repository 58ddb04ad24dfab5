/* average_order_value_by_store
description: Average value of a counted order, by store
grain: [store_id]
reconciles:
  total_sales: sum(fact_transactions.amount) where is_sale and store_id is not null
  orders: count(fact_transactions) where is_sale and store_id is not null and shared_order is null + count_distinct(fact_transactions.store_id, shared_order) where is_sale and store_id is not null and shared_order is not null
columns:
  store_id: Store
  store_location: Location of the store
  orders: Distinct counted orders
  total_sales: Sum of counted amounts, refunds included
  average_order_value: total_sales / orders, rounded half away from zero
rules: [counted_statuses]
checks:
  - { name: orders_counted, expect: "orders > 0", severity: fail }
*/
with parts as (
  select store_id, shared_order, sum(amount) as amount, count(*) as lines
  from fact_transactions
  where is_sale and store_id is not null
  group by store_id, shared_order
),
totals as (
  select
    store_id,
    cast(sum(case when shared_order is null then lines else 1 end) as bigint) as orders,
    cast(coalesce(sum(amount), 0) as decimal(18,2)) as total_sales
  from parts
  group by store_id
)
select
  t.store_id, s.location as store_location,
  t.orders, t.total_sales,
  cast(ratio(t.total_sales, t.orders, 2) as decimal(18,2)) as average_order_value
from totals t
left join dim_stores s on s.store_id = t.store_id
