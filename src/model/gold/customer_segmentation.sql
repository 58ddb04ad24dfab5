/* customer_segmentation: what a customer spends, and which segment that makes
description: One row per customer with spend, best tier and segment; the first that fits of High-Value Customer (spend at or above the percentile of the population, and at least one order), One-Time Buyer (one order), Loyalty Champion (a champion tier), Regular Customer
grain: [customer_id]
reconciles:
  rows: count(dim_customers)
  total_spend: sum(fact_transactions.amount) where is_sale and customer_id is not null
  online_spend: sum(fact_transactions.amount) where is_sale and customer_id is not null and channel = 'online'
  in_store_spend: sum(fact_transactions.amount) where is_sale and customer_id is not null and channel = 'in_store'
  purchase_frequency: count(fact_transactions) where is_sale and customer_id is not null and shared_order is null + count_distinct(fact_transactions.customer_id, shared_order) where is_sale and customer_id is not null and shared_order is not null
columns:
  customer_id: Customer
  customer_name: Full name
  online_spend: Sum of counted online amounts
  in_store_spend: Sum of counted in-store amounts
  total_spend: Sum of counted amounts over all channels
  purchase_frequency: Distinct counted orders
  tier_level: Best tier over all memberships; a tier the rules do not name ranks below all others
  customer_segment: High-Value Customer, One-Time Buyer, Loyalty Champion or Regular Customer
rules: [counted_statuses, high_value, tiers]
*/
with spend as (
  select
    c.customer_id, c.name, c.is_inferred,
    cast(coalesce(p.online_spend, 0) as decimal(18,2)) as online_spend,
    cast(coalesce(p.in_store_spend, 0) as decimal(18,2)) as in_store_spend,
    cast(coalesce(p.total_spend, 0) as decimal(18,2)) as total_spend,
    coalesce(p.orders, 0) as orders
  from dim_customers c
  left join customer_purchases p on p.customer_id = c.customer_id
),
rule as (
  select max(percentile) as percentile, max(population) as population
  from rules.high_value
),
population as (
  select s.total_spend, row_number() over (order by s.total_spend) - 1 as place
  from spend s
  cross join rule r
  where not s.is_inferred and (r.population = 'all_customers' or s.orders > 0)
),
size as (
  select count(*) as customers from population
),
cut as (
  select r.percentile * cast(s.customers - 1 as decimal(12,0)) as position
  from rule r
  cross join size s
),
cut_between as (
  select
    cast(floor(position) as bigint) as place,
    cast(position - floor(position) as decimal(9,6)) as fraction
  from cut
),
neighbours as (
  select
    max(case when p.place = b.place then p.total_spend end) as low,
    max(p.total_spend) as high,
    max(b.fraction) as fraction
  from population p
  join cut_between b on p.place between b.place and b.place + 1
),
threshold as (
  select low + fraction * (high - low) as high_value from neighbours
)
select
  s.customer_id,
  s.name as customer_name,
  s.online_spend, s.in_store_spend, s.total_spend,
  s.orders as purchase_frequency,
  l.tier as tier_level,
  case
    when s.orders > 0 and s.total_spend >= h.high_value then 'High-Value Customer'
    when s.orders = 1 then 'One-Time Buyer'
    when l.is_champion then 'Loyalty Champion'
    else 'Regular Customer'
  end as customer_segment
from spend s
cross join threshold h
left join customer_loyalty l on l.customer_id = s.customer_id
