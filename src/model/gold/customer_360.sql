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
  answered_interactions: count(fact_service_interactions) where customer_id is not null and satisfaction_score is not null
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
  lifetime_days: Days from the first to the last purchase; 0 for one purchase
  orders: Distinct counted orders
  online_spend: Sum of counted online amounts
  in_store_spend: Sum of counted in-store amounts
  total_spend: Sum of counted amounts over all channels, the customer's lifetime value so far
  average_order_value: total_spend / orders; NULL without orders
  days_since_purchase: Days from the last purchase to the as-of day, which is the configured one or else that of the newest counted sale
  tier: Best tier over all memberships
  points: Points over all memberships
  next_tier: The tier above the best one
  points_to_next_tier: Points missing for it; NULL when tier_points does not say where it begins
  interactions: Contacts with customer service
  open_interactions: Contacts not resolved
  oldest_open_days: Days from the opening of the oldest open contact to the as-of day
  last_interaction_date: Local day of the last contact
  answered_interactions: Contacts with a satisfaction score
  average_satisfaction: Average of these scores, 1 to 5; NULL when nothing was answered
  sessions: Web sessions
  last_session_date: Local day of the last web session
  preferred_channel: Channel with the most counted lines; of equal ones the most recent
  preferred_category: Product category with the most counted lines; of equal ones the most recent
  preferred_store_id: Store with the most counted lines; of equal ones the most recent
  customer_segment: See customer_segmentation
  activity_status: Active when something was bought within active_within of the as-of day, Dormant when only before that, Inactive when never
  last_activity_date: Local day of the last counted sale, web session or contact up to the as-of day
  days_since_activity: Days from then to the as-of day
  churn_status: Churned when that is more than churned_after days, Active when it is not, Never Active without any
  suggested_action: What to do, by the first of the suggested_actions whose condition holds; a rule, not a forecast
  suggested_reason: Why
  is_inferred: True for a customer that is only known because something refers to it
rules: [counted_statuses, high_value, tiers, activity, suggested_actions, calendar]
checks:
  - { name: open_of_all, expect: "open_interactions <= interactions", severity: fail }
  - { name: purchases_in_order, expect: "last_purchase_date is null or first_purchase_date <= last_purchase_date", severity: fail }
*/
with products as (
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
visits as (
  select customer_id, count(*) as sessions, max(local_date) as last_day
  from fact_web_sessions
  where customer_id is not null
  group by customer_id
)
select
  c.customer_id, c.name, c.first_name, c.last_name, c.email, c.phone, c.address, c.city, c.state,
  c.signup_date, c.email_opt_in, c.sms_opt_in,
  p.first_purchase_date,
  p.last_purchase_date,
  date_diff('day', p.first_purchase_date, p.last_purchase_date) as lifetime_days,
  coalesce(p.orders, 0) as orders,
  cast(coalesce(p.online_spend, 0) as decimal(18,2)) as online_spend,
  cast(coalesce(p.in_store_spend, 0) as decimal(18,2)) as in_store_spend,
  cast(coalesce(p.total_spend, 0) as decimal(18,2)) as total_spend,
  cast(ratio(p.total_spend, p.orders, 2) as decimal(18,2)) as average_order_value,
  b.days_since_purchase,
  l.tier,
  coalesce(l.points, 0) as points,
  l.next_tier,
  l.points_to_next_tier,
  coalesce(t.interactions, 0) as interactions,
  coalesce(t.open_interactions, 0) as open_interactions,
  t.oldest_open_days,
  t.last_interaction_date,
  coalesce(t.answered, 0) as answered_interactions,
  t.average_score as average_satisfaction,
  coalesce(v.sessions, 0) as sessions,
  v.last_day as last_session_date,
  ch.channel as preferred_channel,
  ca.category as preferred_category,
  st.store_id as preferred_store_id,
  s.customer_segment,
  b.activity_status,
  a.last_activity_date,
  a.days_since_activity,
  a.churn_status,
  n.suggested_action,
  n.suggested_reason,
  c.is_inferred
from dim_customers c
left join customer_segmentation s on s.customer_id = c.customer_id
left join customer_purchases p on p.customer_id = c.customer_id
left join customer_activity_status b on b.customer_id = c.customer_id
left join customer_activity a on a.customer_id = c.customer_id
left join customer_loyalty l on l.customer_id = c.customer_id
left join customer_tickets t on t.customer_id = c.customer_id
left join customer_suggestions n on n.customer_id = c.customer_id
left join channel_ranked ch on ch.customer_id = c.customer_id and ch.place = 1
left join category_ranked ca on ca.customer_id = c.customer_id and ca.place = 1
left join store_ranked st on st.customer_id = c.customer_id and st.place = 1
left join visits v on v.customer_id = c.customer_id
