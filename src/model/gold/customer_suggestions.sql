/* customer_suggestions: what to do about a customer
description: One row per customer with the first of the suggested_actions in c360.yaml whose condition holds on the as-of day; nothing is suggested for inferred customers
grain: [customer_id]
reconciles:
  rows: count(dim_customers)
columns:
  customer_id: Customer
  suggested_rule: Condition that holds, as c360.yaml names it; NULL when none does
  suggested_action: What to do
  suggested_reason: Why, with the figure the condition looked at
rules: [suggested_actions, high_value, tiers, activity, calendar]
checks:
  - { name: reasons, expect: "(suggested_action is null) = (suggested_reason is null)", severity: fail }
*/
with period as (
  select max(as_of) as as_of from reporting_period
),
known as (
  select
    c.customer_id, t.oldest_open_days, a.days_since_activity, s.customer_segment, p.orders,
    date_diff('day', p.last_purchase_date, d.as_of) as days_since_purchase,
    l.next_tier, l.points_to_next_tier
  from dim_customers c
  cross join period d
  left join customer_tickets t on t.customer_id = c.customer_id
  left join customer_activity a on a.customer_id = c.customer_id
  left join customer_segmentation s on s.customer_id = c.customer_id
  left join customer_purchases p on p.customer_id = c.customer_id
  left join customer_loyalty l on l.customer_id = c.customer_id
  where not c.is_inferred
),
matched as (
  select k.customer_id, min(r.action_rank) as action_rank
  from known k
  join rules.suggested_actions r on
    (r.condition = 'open_ticket' and k.oldest_open_days > r.over_days)
    or (r.condition = 'high_value_silent' and k.customer_segment = 'High-Value Customer' and k.days_since_activity > r.over_days)
    or (r.condition = 'one_purchase' and k.orders = 1 and k.days_since_purchase between r.from_days and r.to_days)
    or (r.condition = 'near_next_tier' and k.points_to_next_tier between 1 and r.within_points)
  group by k.customer_id
)
select
  c.customer_id,
  r.condition as suggested_rule,
  r.action as suggested_action,
  case r.condition
    when 'open_ticket' then 'Oldest open ticket, days: ' || cast(k.oldest_open_days as varchar)
    when 'high_value_silent' then 'High-Value Customer, days without activity: ' || cast(k.days_since_activity as varchar)
    when 'one_purchase' then 'One order, days ago: ' || cast(k.days_since_purchase as varchar)
    when 'near_next_tier' then 'Points missing to ' || k.next_tier || ': ' || cast(k.points_to_next_tier as varchar)
  end as suggested_reason
from dim_customers c
left join known k on k.customer_id = c.customer_id
left join matched m on m.customer_id = c.customer_id
left join rules.suggested_actions r on r.action_rank = m.action_rank
