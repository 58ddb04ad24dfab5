/* tickets_over_time: how many customers write, month by month
description: Tickets by the calendar month they were opened in, from the first to the as-of day, and what has become of them since
grain: [month]
reconciles:
  rows: months(reporting_period.tickets_from, reporting_period.tickets_until)
  tickets: count(fact_service_interactions) where local_date is not null
  resolved_tickets: count(fact_service_interactions) where local_date is not null and is_resolved
  answered: count(fact_service_interactions) where local_date is not null and satisfaction_score is not null
columns:
  month: First day of the month, local time
  year: Calendar year
  month_of_year: 1 to 12
  tickets: Tickets opened in the month
  resolved_tickets: Of them, resolved by now
  open_tickets: Of them, still open
  answered: Of them, with a satisfaction score
  response_rate: answered / tickets in percent; NULL without tickets
  average_score: Average score of the answered ones, 1 to 5
  is_complete: The month was over on the as-of day
checks:
  - { name: resolved_or_open, expect: "tickets = resolved_tickets + open_tickets", severity: fail }
*/
with totals as (
  select
    cast(date_trunc('month', local_date) as date) as month,
    count(*) as tickets,
    cast(sum(case when is_resolved then 1 else 0 end) as bigint) as resolved,
    count(satisfaction_score) as answered,
    cast(coalesce(sum(satisfaction_score), 0) as bigint) as score_total
  from fact_service_interactions
  where local_date is not null
  group by cast(date_trunc('month', local_date) as date)
),
period as (
  select max(tickets_from) as first_day, max(tickets_until) as last_day from reporting_period
)
select
  m.month, m.year, m.month_of_year,
  coalesce(t.tickets, 0) as tickets,
  coalesce(t.resolved, 0) as resolved_tickets,
  coalesce(t.tickets - t.resolved, 0) as open_tickets,
  coalesce(t.answered, 0) as answered,
  cast(ratio(100 * t.answered, t.tickets, 2) as decimal(5,2)) as response_rate,
  cast(ratio(t.score_total, t.answered, 2) as decimal(5,2)) as average_score,
  m.is_complete
from dim_month m
join period p on m.last_day >= p.first_day and m.month <= p.last_day
left join totals t on t.month = m.month
