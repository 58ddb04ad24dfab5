/* tickets_by_resolution_time: quick and slow answers
description: Tickets by how long they took, each bucket from its lower end to just before its upper one; open tickets and resolved ones without a time are buckets of their own
grain: [resolution_bucket]
reconciles:
  tickets: count(fact_service_interactions)
  tickets where resolution_bucket = 'Open': count(fact_service_interactions) where not is_resolved
  tickets where resolution_bucket = '0-12 hours': count(fact_service_interactions) where resolution_seconds < 43200
  tickets where resolution_bucket = '5+ days': count(fact_service_interactions) where resolution_seconds >= 432000
columns:
  resolution_bucket: "0-12 hours, 12-24 hours, 1-2 days, 2-5 days, 5+ days, Open, or Resolved, time unknown"
  bucket_rank: Order of the buckets, 1 to 7
  tickets: Tickets
  share: Share of all tickets in percent
checks:
  - { name: buckets, expect: "bucket_rank between 1 and 7", severity: fail }
*/
with ranked as (
  select
    case
      when not is_resolved then 6
      when resolution_seconds is null then 7
      when resolution_seconds < 43200 then 1
      when resolution_seconds < 86400 then 2
      when resolution_seconds < 172800 then 3
      when resolution_seconds < 432000 then 4
      else 5
    end as bucket_rank
  from fact_service_interactions
),
totals as (
  select bucket_rank, count(*) as tickets
  from ranked
  group by bucket_rank
),
whole as (
  select cast(sum(tickets) as bigint) as tickets from totals
)
select
  case t.bucket_rank
    when 1 then '0-12 hours'
    when 2 then '12-24 hours'
    when 3 then '1-2 days'
    when 4 then '2-5 days'
    when 5 then '5+ days'
    when 6 then 'Open'
    when 7 then 'Resolved, time unknown'
  end as resolution_bucket,
  t.bucket_rank, t.tickets,
  cast(ratio(100 * t.tickets, a.tickets, 2) as decimal(5,2)) as share
from totals t
cross join whole a
