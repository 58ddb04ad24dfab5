/* average_order_value_by_category
description: Average value of a counted order, by product category; products without a category are under Unknown
grain: [category]
reconciles:
  total_sales: sum(fact_transactions.amount) where is_sale and product_id is not null
columns:
  category: Product category
  orders: Distinct counted orders
  total_sales: Sum of counted amounts, refunds included
  average_order_value: total_sales / orders, rounded half away from zero
rules: [counted_statuses]
checks:
  - { name: orders_counted, expect: "orders > 0", severity: fail }
*/
with parts as (
  select product_id, shared_order, sum(amount) as amount, count(*) as lines
  from fact_transactions
  where is_sale and product_id is not null
  group by product_id, shared_order
),
products as (
  select product_id, min(category) as category
  from dim_products
  group by product_id
),
categories as (
  select coalesce(p.category, 'Unknown') as category, t.shared_order, sum(t.amount) as amount, sum(t.lines) as lines
  from parts t
  left join products p on p.product_id = t.product_id
  group by coalesce(p.category, 'Unknown'), t.shared_order
),
totals as (
  select
    category,
    cast(sum(case when shared_order is null then lines else 1 end) as bigint) as orders,
    cast(coalesce(sum(amount), 0) as decimal(18,2)) as total_sales
  from categories
  group by category
)
select
  category, orders, total_sales,
  cast(ratio(total_sales, orders, 2) as decimal(18,2)) as average_order_value
from totals
