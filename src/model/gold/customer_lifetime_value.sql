/* customer_lifetime_value: what a customer has been worth so far
description: One row per customer with the sum of all counted purchases, and the first and last of them
grain: [customer_id]
reconciles:
  rows: count(dim_customers)
  lifetime_value: sum(fact_transactions.amount) where is_sale and customer_id is not null
  orders: count(fact_transactions) where is_sale and customer_id is not null and shared_order is null + count_distinct(fact_transactions.customer_id, shared_order) where is_sale and customer_id is not null and shared_order is not null
columns:
  customer_id: Customer
  customer_name: Full name
  orders: Distinct counted orders
  lifetime_value: Sum of counted amounts, refunds included; history, not a forecast
  average_order_value: lifetime_value / orders; NULL without orders
  first_purchase_date: Local day of the first counted sale
  last_purchase_date: Local day of the last counted sale
  lifetime_days: Days from the first to the last purchase; 0 for one purchase, NULL without any
  is_inferred: True for a customer that is only known because something refers to it
rules: [counted_statuses]
checks:
  - { name: days_forward, expect: "lifetime_days is null or lifetime_days >= 0", severity: fail }
*/
select
  c.customer_id,
  c.name as customer_name,
  coalesce(p.orders, 0) as orders,
  cast(coalesce(p.total_spend, 0) as decimal(18,2)) as lifetime_value,
  cast(ratio(p.total_spend, p.orders, 2) as decimal(18,2)) as average_order_value,
  p.first_purchase_date, p.last_purchase_date,
  date_diff('day', p.first_purchase_date, p.last_purchase_date) as lifetime_days,
  c.is_inferred
from dim_customers c
left join customer_purchases p on p.customer_id = c.customer_id
