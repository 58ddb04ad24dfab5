/* fact_service_interactions: every ticket and contact
description: One row per contact with customer service of every source
grain: [source, interaction_id]
reconciles:
  rows: count(conformed.service_interactions)
  satisfaction_score: sum(conformed.service_interactions.satisfaction_score)
columns:
  source: Contract the row came from
  interaction_id: The source's number for the interaction
  customer_id: Customer; NULL when unknown
  agent_id: Agent who answered; NULL when unknown
  opened_at: Instant it was opened, UTC
  opened_at_local: Wall clock of the opening
  local_date: Day it was opened, local
  iso_weekday: Local weekday, 1 = Monday to 7 = Sunday
  hour_of_day: Local hour, 0 to 23
  resolved_at: Instant it was resolved, UTC; NULL while open
  resolved_at_local: Wall clock of the resolution
  issue_type: What it was about
  resolution_status: State in the source
  is_resolved: The status is Resolved (in any case) or, without a status, there is a time of resolution
  resolution_seconds: Seconds from opening to resolution; NULL while not resolved or not known
  satisfaction_score: Rating from 1 to 5; NULL when not answered
  satisfaction_category: High from 4, Medium from 2, Low below; Unanswered without a score
checks:
  - { name: resolved_after_opening, expect: "resolution_seconds is null or resolution_seconds >= 0", severity: warn }
*/
with resolved as (
  select
    i.source, i.interaction_id, i.customer_id, i.agent_id,
    i.opened_at, i.opened_at_local, i.resolved_at, i.resolved_at_local,
    i.issue_type, i.resolution_status, i.satisfaction_score,
    case
      when lower(i.resolution_status) = 'resolved' then true
      when i.resolution_status is null and i.resolved_at is not null then true
      else false
    end as is_resolved
  from conformed.service_interactions i
)
select
  r.source, r.interaction_id, r.customer_id, r.agent_id,
  r.opened_at, r.opened_at_local,
  cast(r.opened_at_local as date) as local_date,
  cast(extract(isodow from r.opened_at_local) as integer) as iso_weekday,
  cast(extract(hour from r.opened_at_local) as integer) as hour_of_day,
  r.resolved_at, r.resolved_at_local, r.issue_type, r.resolution_status, r.is_resolved,
  case when r.is_resolved then date_diff('second', r.opened_at, r.resolved_at) end as resolution_seconds,
  r.satisfaction_score,
  case
    when r.satisfaction_score is null then 'Unanswered'
    when r.satisfaction_score >= 4 then 'High'
    when r.satisfaction_score >= 2 then 'Medium'
    else 'Low'
  end as satisfaction_category
from resolved r
