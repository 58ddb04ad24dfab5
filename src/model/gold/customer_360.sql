/* customer_360: everything about a customer on one row
description: One row per customer, saying who it is, what was bought, asked and earned, and what that makes of the customer
grain: [customer_id]
reconciles:
  rows: count(dim_customers)
  total_spend: sum(fact_transactions.amount) where is_sale and customer_id is not null
  online_spend: sum(fact_transactions.amount) where is_sale and customer_id is not null and channel = 'online'
  in_store_spend: sum(fact_transactions.amount) where is_sale and customer_id is not null and channel = 'in_store'
  orders: count(fact_transactions) where is_sale and customer_id is not null and shared_order is null + count_distinct(fact_transactions.customer_id, shared_order) where is_sale and customer_id is not null and shared_order is not null
  points: sum(dim_loyalty_accounts.points_earned) where customer_id is not null
  interactions: count(fact_service_interactions) where customer_id is not null
  open_interactions: count(fact_service_interactions) where customer_id is not null and not is_resolved
  sessions: count(fact_web_sessions) where customer_id is not null
columns:
  customer_id: Customer
  name: Full name
  first_name: First word of the name
  last_name: All further words of the name
  email: E-mail address
  phone: Digits with country prefix
  address: Postal address as one text
  city: City
  state: State
  signup_date: Day of the first registration
  email_opt_in: May be written to by e-mail
  sms_opt_in: May be written to by SMS
  first_purchase_date: Local day of the first counted sale
  last_purchase_date: Local day of the last counted sale
  orders: Distinct counted orders
  online_spend: Sum of counted online amounts
  in_store_spend: Sum of counted in-store amounts
  total_spend: Sum of counted amounts over all channels
  average_order_value: total_spend / orders; NULL without orders
  days_since_purchase: Days from the last purchase to the as-of day, which is the configured one or else that of the newest counted sale
  tier: Best tier over all memberships
  points: Points over all memberships
  interactions: Contacts with customer service
  open_interactions: Contacts not resolved
  last_interaction_date: Local day of the last contact
  sessions: Web sessions
  preferred_channel: Channel with the most counted lines; of equal ones the most recent
  preferred_category: Product category with the most counted lines; of equal ones the most recent
  preferred_store_id: Store with the most counted lines; of equal ones the most recent
  customer_segment: See customer_segmentation
  activity_status: Active when something was bought within the configured months before the as-of day, Dormant when before that, Inactive when never
  is_inferred: True for a customer that is only known because something refers to it
rules: [counted_statuses, high_value, tiers, activity, calendar]
checks:
  - { name: open_of_all, expect: "open_interactions <= interactions", severity: fail }
  - { name: purchases_in_order, expect: "last_purchase_date is null or first_purchase_date <= last_purchase_date", severity: fail }
*/
with lines as (
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
),
purchases as (
  select
    customer_id,
    cast(sum(case when shared_order is null then lines else 1 end) as bigint) as orders,
    sum(online_spend) as online_spend,
    sum(in_store_spend) as in_store_spend,
    sum(total_spend) as total_spend,
    min(first_day) as first_day,
    max(last_day) as last_day
  from lines
  group by customer_id
),
calendar as (
  select coalesce((select max(as_of) from rules.calendar), (select max(local_date) from fact_transactions where is_sale)) as as_of
),
window_start as (
  select c.as_of, cast(c.as_of - to_months(r.active_months) as date) as active_from
  from calendar c
  cross join (select max(active_months) as active_months from rules.activity) r
),
products as (
  select product_id, min(category) as category
  from dim_products
  group by product_id
),
channel_lines as (
  select t.customer_id, t.channel as channel, count(*) as lines, max(t.occurred_at) as latest
  from fact_transactions t
  where t.is_sale and t.customer_id is not null and t.channel is not null
  group by t.customer_id, t.channel
),
channel_ranked as (
  select
    customer_id, channel,
    row_number() over (partition by customer_id order by lines desc, latest desc, channel) as place
  from channel_lines
),
category_lines as (
  select t.customer_id, p.category as category, count(*) as lines, max(t.occurred_at) as latest
  from fact_transactions t
  join products p on p.product_id = t.product_id
  where t.is_sale and t.customer_id is not null and p.category is not null
  group by t.customer_id, p.category
),
category_ranked as (
  select
    customer_id, category,
    row_number() over (partition by customer_id order by lines desc, latest desc, category) as place
  from category_lines
),
store_lines as (
  select t.customer_id, t.store_id as store_id, count(*) as lines, max(t.occurred_at) as latest
  from fact_transactions t
  where t.is_sale and t.customer_id is not null and t.store_id is not null
  group by t.customer_id, t.store_id
),
store_ranked as (
  select
    customer_id, store_id,
    row_number() over (partition by customer_id order by lines desc, latest desc, store_id) as place
  from store_lines
),
accounts as (
  select customer_id, cast(sum(points_earned) as bigint) as points
  from dim_loyalty_accounts
  where customer_id is not null
  group by customer_id
),
tickets as (
  select
    customer_id,
    count(*) as interactions,
    cast(sum(case when is_resolved then 0 else 1 end) as bigint) as open_interactions,
    max(local_date) as last_day
  from fact_service_interactions
  where customer_id is not null
  group by customer_id
),
visits as (
  select customer_id, count(*) as sessions
  from fact_web_sessions
  where customer_id is not null
  group by customer_id
)
select
  c.customer_id, c.name, c.first_name, c.last_name, c.email, c.phone, c.address, c.city, c.state,
  c.signup_date, c.email_opt_in, c.sms_opt_in,
  p.first_day as first_purchase_date,
  p.last_day as last_purchase_date,
  coalesce(p.orders, 0) as orders,
  cast(coalesce(p.online_spend, 0) as decimal(18,2)) as online_spend,
  cast(coalesce(p.in_store_spend, 0) as decimal(18,2)) as in_store_spend,
  cast(coalesce(p.total_spend, 0) as decimal(18,2)) as total_spend,
  cast(ratio(p.total_spend, p.orders, 2) as decimal(18,2)) as average_order_value,
  date_diff('day', p.last_day, w.as_of) as days_since_purchase,
  s.tier_level as tier,
  coalesce(a.points, 0) as points,
  coalesce(t.interactions, 0) as interactions,
  coalesce(t.open_interactions, 0) as open_interactions,
  t.last_day as last_interaction_date,
  coalesce(v.sessions, 0) as sessions,
  ch.channel as preferred_channel,
  ca.category as preferred_category,
  st.store_id as preferred_store_id,
  s.customer_segment,
  case
    when p.orders is null then 'Inactive'
    when p.last_day >= w.active_from then 'Active'
    else 'Dormant'
  end as activity_status,
  c.is_inferred
from dim_customers c
cross join window_start w
left join customer_segmentation s on s.customer_id = c.customer_id
left join purchases p on p.customer_id = c.customer_id
left join channel_ranked ch on ch.customer_id = c.customer_id and ch.place = 1
left join category_ranked ca on ca.customer_id = c.customer_id and ca.place = 1
left join store_ranked st on st.customer_id = c.customer_id and st.place = 1
left join accounts a on a.customer_id = c.customer_id
left join tickets t on t.customer_id = c.customer_id
left join visits v on v.customer_id = c.customer_id
