/* churned_customers: who has gone silent
description: One row per known customer without a counted sale, web session or ticket for more than churned_after days before the as-of day
grain: [customer_id]
reconciles:
  rows: count(customer_activity) where churn_status = 'Churned' and not is_inferred
  lifetime_value: sum(customer_activity.lifetime_value) where churn_status = 'Churned' and not is_inferred
columns:
  customer_id: Customer
  customer_name: Full name
  city: City
  state: State
  last_activity_date: Local day of the last activity
  days_since_activity: Days from the last activity to the as-of day
  last_sale_date: Local day of the last counted sale
  last_session_date: Local day of the last web session
  last_interaction_date: Local day of the last contact
  has_purchased: Bought something, ever
  has_visited: Had a web session, ever
  has_contacted: Wrote to customer service, ever
  lifetime_value: Sum of counted amounts, refunds included
  customer_segment: See customer_segmentation
rules: [counted_statuses, activity, calendar]
checks:
  - { name: was_active, expect: "last_activity_date is not null and (has_purchased or has_visited or has_contacted)", severity: fail }
*/
select
  a.customer_id, a.customer_name, a.city, a.state,
  a.last_activity_date, a.days_since_activity,
  a.last_sale_date, a.last_session_date, a.last_interaction_date,
  case when a.sales > 0 then true else false end as has_purchased,
  case when a.sessions > 0 then true else false end as has_visited,
  case when a.interactions > 0 then true else false end as has_contacted,
  a.lifetime_value,
  s.customer_segment
from customer_activity a
left join customer_segmentation s on s.customer_id = a.customer_id
where a.churn_status = 'Churned' and not a.is_inferred
