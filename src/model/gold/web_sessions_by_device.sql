/* web_sessions_by_device: on which devices customers come
description: Web sessions by kind of device; sessions whose device is not known are under Unknown
grain: [device]
reconciles:
  sessions: count(fact_web_sessions)
  duration_seconds: sum(fact_web_sessions.duration_seconds)
  page_views: sum(fact_web_sessions.page_views)
  unique_customers: count_distinct(fact_web_sessions.coalesce(device, 'Unknown'), customer_id) where customer_id is not null
columns:
  device: Kind of device
  sessions: Web sessions
  share: Share of all sessions in percent
  duration_seconds: Sum of the lengths, in seconds
  average_duration_seconds: Average length of the measured sessions, in seconds
  page_views: Pages seen
  average_page_views: Average pages of the sessions whose pages are known
  unique_customers: Different customers; one who came on two devices is in both
checks:
  - { name: some_sessions, expect: "sessions > 0", severity: fail }
*/
with totals as (
  select
    coalesce(device, 'Unknown') as device,
    count(*) as sessions,
    count(duration_seconds) as measured,
    cast(coalesce(sum(duration_seconds), 0) as bigint) as seconds,
    count(page_views) as counted,
    cast(coalesce(sum(page_views), 0) as bigint) as page_views,
    count(distinct customer_id) as customers
  from fact_web_sessions
  group by coalesce(device, 'Unknown')
),
whole as (
  select cast(sum(sessions) as bigint) as sessions from totals
)
select
  t.device, t.sessions,
  cast(ratio(100 * t.sessions, a.sessions, 2) as decimal(5,2)) as share,
  t.seconds as duration_seconds,
  cast(ratio(t.seconds, t.measured, 2) as decimal(18,2)) as average_duration_seconds,
  t.page_views,
  cast(ratio(t.page_views, t.counted, 2) as decimal(18,2)) as average_page_views,
  t.customers as unique_customers
from totals t
cross join whole a
