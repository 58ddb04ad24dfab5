/* customer_tickets: what a customer asked, and how content they were
description: One row per customer who wrote to customer service
grain: [customer_id]
reconciles:
  interactions: count(fact_service_interactions) where customer_id is not null
  open_interactions: count(fact_service_interactions) where customer_id is not null and not is_resolved
  answered: count(fact_service_interactions) where customer_id is not null and satisfaction_score is not null
  score_total: sum(fact_service_interactions.satisfaction_score) where customer_id is not null
columns:
  customer_id: Customer
  interactions: Contacts with customer service
  open_interactions: Contacts not resolved
  last_interaction_date: Local day of the last contact
  oldest_open_date: Local day the oldest contact that is still open was opened
  oldest_open_days: Days from then to the as-of day
  answered: Contacts with a satisfaction score
  score_total: Sum of the scores
  average_score: score_total / answered, 1 to 5; NULL when nothing was answered
rules: [calendar]
checks:
  - { name: parts_of_all, expect: "open_interactions <= interactions and answered <= interactions", severity: fail }
*/
with period as (
  select max(as_of) as as_of from reporting_period
),
totals as (
  select
    customer_id,
    count(*) as interactions,
    cast(sum(case when is_resolved then 0 else 1 end) as bigint) as open_interactions,
    max(local_date) as last_interaction_date,
    min(case when not is_resolved then local_date end) as oldest_open_date,
    count(satisfaction_score) as answered,
    cast(coalesce(sum(satisfaction_score), 0) as bigint) as score_total
  from fact_service_interactions
  where customer_id is not null
  group by customer_id
)
select
  t.customer_id, t.interactions, t.open_interactions, t.last_interaction_date, t.oldest_open_date,
  case when t.oldest_open_date <= p.as_of then date_diff('day', t.oldest_open_date, p.as_of) end as oldest_open_days,
  t.answered, t.score_total,
  cast(ratio(t.score_total, t.answered, 2) as decimal(5,2)) as average_score
from totals t
cross join period p
