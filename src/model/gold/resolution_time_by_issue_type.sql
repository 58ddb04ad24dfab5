/* resolution_time_by_issue_type: how long it takes
description: Hours from opening to resolution, by issue type; open tickets and those whose time of resolution is not known are counted apart and in no average
grain: [issue_type]
reconciles:
  tickets: count(fact_service_interactions)
  timed_tickets: count(fact_service_interactions) where resolution_seconds is not null
  untimed_tickets: count(fact_service_interactions) where is_resolved and resolution_seconds is null
  open_tickets: count(fact_service_interactions) where not is_resolved
  resolution_seconds: sum(fact_service_interactions.resolution_seconds)
columns:
  issue_type: What it was about; tickets without a type are under Unknown
  tickets: Tickets
  timed_tickets: Resolved tickets whose times of opening and resolution are known
  untimed_tickets: Resolved tickets without a time of resolution
  open_tickets: Tickets that are not resolved
  resolution_seconds: Sum of the resolution times, in seconds
  average_resolution_hours: resolution_seconds / 3600 / timed_tickets; NULL without timed tickets
  fastest_hours: Shortest resolution, in hours
  slowest_hours: Longest resolution, in hours
checks:
  - { name: every_ticket_once, expect: "tickets = timed_tickets + untimed_tickets + open_tickets", severity: fail }
*/
with totals as (
  select
    coalesce(issue_type, 'Unknown') as issue_type,
    count(*) as tickets,
    count(resolution_seconds) as timed,
    cast(sum(case when is_resolved then 0 else 1 end) as bigint) as open_tickets,
    cast(coalesce(sum(resolution_seconds), 0) as bigint) as seconds,
    min(resolution_seconds) as fastest,
    max(resolution_seconds) as slowest
  from fact_service_interactions
  group by coalesce(issue_type, 'Unknown')
)
select
  issue_type, tickets,
  timed as timed_tickets,
  tickets - timed - open_tickets as untimed_tickets,
  open_tickets,
  seconds as resolution_seconds,
  cast(ratio(seconds, 3600 * timed, 2) as decimal(18,2)) as average_resolution_hours,
  cast(ratio(fastest, 3600, 2) as decimal(18,2)) as fastest_hours,
  cast(ratio(slowest, 3600, 2) as decimal(18,2)) as slowest_hours
from totals
