/* fact_transactions: every line of every sale
description: One row per transaction line of every source, counted as a sale or not
grain: [source, transaction_id]
reconciles:
  rows: count(conformed.transactions)
  amount: sum(conformed.transactions.amount)
columns:
  source: Contract the row came from
  transaction_id: The source's number for the line
  order_id: Order it belongs to; the transaction itself where the source has no orders
  shared_order: Source and order as one text when the order may have several lines; NULL when the line is a whole order
  customer_id: Customer; NULL when unknown
  product_id: Product; NULL when unknown
  store_id: Store; NULL when there was none
  city: City of the sale, where the source names one
  state: State of the sale, where the source names one
  channel: Where it was sold (online, in_store or any other word)
  occurred_at: Instant of the sale, UTC
  occurred_at_local: Wall clock in the store's zone where known, else the project's
  local_date: Day it happened, local
  iso_weekday: Local weekday, 1 = Monday to 7 = Sunday
  hour_of_day: Local hour, 0 to 23
  amount: Value of the line in the project's currency; negative for a refund
  quantity: Pieces
  payment_method: How it was paid
  status: State of the sale in the source
  currency: ISO 4217 code, where the source has one
  is_sale: The status is one of the counted ones, or there is none
rules: [counted_statuses]
checks:
  - { name: whole_orders, expect: "shared_order is not null or order_id = transaction_id", severity: fail }
  - { name: dated, expect: "occurred_at is not null", severity: warn }
  - { name: amounts, expect: "amount is not null", severity: warn }
*/
with counted as (
  select distinct status from rules.counted_statuses where status is not null
),
shared as (
  select distinct source, order_id
  from conformed.transactions
  where order_id <> transaction_id
)
select
  t.source, t.transaction_id, t.order_id,
  case when o.order_id is not null then t.source || '/' || t.order_id end as shared_order,
  t.customer_id, t.product_id, t.store_id, t.city, t.state, t.channel,
  t.occurred_at, t.occurred_at_local,
  cast(t.occurred_at_local as date) as local_date,
  cast(extract(isodow from t.occurred_at_local) as integer) as iso_weekday,
  cast(extract(hour from t.occurred_at_local) as integer) as hour_of_day,
  t.amount, t.quantity, t.payment_method, t.status, t.currency,
  case when t.status is null or c.status is not null then true else false end as is_sale
from conformed.transactions t
left join counted c on c.status = t.status
left join shared o on o.order_id = t.order_id and o.source = t.source
