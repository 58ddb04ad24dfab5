/* tickets_by_issue_type: what customers write about
description: Tickets by issue type, with what became of them and how content the customers who answered were; tickets without a type are under Unknown
grain: [issue_type]
reconciles:
  tickets: count(fact_service_interactions)
  resolved_tickets: count(fact_service_interactions) where is_resolved
  open_tickets: count(fact_service_interactions) where not is_resolved
  answered: count(fact_service_interactions) where satisfaction_score is not null
  satisfied: count(fact_service_interactions) where satisfaction_score >= 4
  score_total: sum(fact_service_interactions.satisfaction_score)
columns:
  issue_type: What it was about
  tickets: Tickets
  share: Share of all tickets in percent
  resolved_tickets: Of them, resolved
  open_tickets: Of them, open
  answered: Tickets with a satisfaction score
  response_rate: answered / tickets in percent
  score_total: Sum of the scores
  average_score: score_total / answered, 1 to 5; NULL when nobody answered
  satisfied: Scores of 4 and 5
  satisfaction_rate: satisfied / answered in percent; NULL when nobody answered
  satisfaction_low: Lower end of the Wilson 95 % interval of the satisfaction rate, in percent
  satisfaction_high: Upper end of the Wilson 95 % interval of the satisfaction rate, in percent
checks:
  - { name: resolved_or_open, expect: "tickets = resolved_tickets + open_tickets", severity: fail }
*/
with totals as (
  select
    coalesce(issue_type, 'Unknown') as issue_type,
    count(*) as tickets,
    cast(sum(case when is_resolved then 1 else 0 end) as bigint) as resolved,
    count(satisfaction_score) as answered,
    cast(coalesce(sum(satisfaction_score), 0) as bigint) as score_total,
    cast(sum(case when satisfaction_score >= 4 then 1 else 0 end) as bigint) as satisfied
  from fact_service_interactions
  group by coalesce(issue_type, 'Unknown')
),
whole as (
  select cast(sum(tickets) as bigint) as tickets from totals
),
-- Wilson score interval at 95 %: z = 1.959964, z * z = 3.841459
wilson as (
  select
    issue_type,
    cast(satisfied as double) + 3.841459 / cast(2 as double) as centre,
    1.959964 * sqrt(cast(satisfied * (answered - satisfied) as double) / answered + 3.841459 / cast(4 as double)) as margin,
    cast(answered as double) + 3.841459 as width
  from totals
  where answered > 0
)
select
  t.issue_type, t.tickets,
  cast(ratio(100 * t.tickets, a.tickets, 2) as decimal(5,2)) as share,
  t.resolved as resolved_tickets,
  t.tickets - t.resolved as open_tickets,
  t.answered,
  cast(ratio(100 * t.answered, t.tickets, 2) as decimal(5,2)) as response_rate,
  t.score_total,
  cast(ratio(t.score_total, t.answered, 2) as decimal(5,2)) as average_score,
  t.satisfied,
  cast(ratio(100 * t.satisfied, t.answered, 2) as decimal(5,2)) as satisfaction_rate,
  cast(100 * (w.centre - w.margin) / cast(w.width as double) as decimal(5,2)) as satisfaction_low,
  cast(100 * (w.centre + w.margin) / cast(w.width as double) as decimal(5,2)) as satisfaction_high
from totals t
cross join whole a
left join wilson w on w.issue_type = t.issue_type
