/* web_sessions_by_duration: short and long visits
description: Web sessions by category of their length in seconds; the categories are session_categories in c360.yaml, and sessions without a length are Not Measured
grain: [session_category]
reconciles:
  sessions: count(fact_web_sessions)
  duration_seconds: sum(fact_web_sessions.duration_seconds)
  page_views: sum(fact_web_sessions.page_views)
  unique_customers: count_distinct(fact_web_sessions.session_category, customer_id) where customer_id is not null
columns:
  session_category: Category of the length
  from_seconds: Shortest session of the category, in seconds
  to_seconds: Longest session of the category, in seconds; NULL when there is no limit
  sessions: Web sessions
  share: Share of all sessions in percent
  duration_seconds: Sum of the lengths, in seconds
  average_duration_seconds: Average length of the measured sessions, in seconds
  page_views: Pages seen
  average_page_views: Average pages of the sessions whose pages are known
  unique_customers: Different customers; one who had sessions of two categories is in both
rules: [session_categories]
checks:
  - { name: within_limits, expect: "average_duration_seconds is null or to_seconds is null or average_duration_seconds <= to_seconds", severity: fail }
*/
with totals as (
  select
    session_category,
    count(*) as sessions,
    count(duration_seconds) as measured,
    cast(coalesce(sum(duration_seconds), 0) as bigint) as seconds,
    count(page_views) as counted,
    cast(coalesce(sum(page_views), 0) as bigint) as page_views,
    count(distinct customer_id) as customers
  from fact_web_sessions
  group by session_category
),
whole as (
  select cast(sum(sessions) as bigint) as sessions from totals
),
limits as (
  select session_category, min(from_seconds) as from_seconds, max(to_seconds) as to_seconds
  from rules.session_categories
  group by session_category
)
select
  t.session_category, l.from_seconds, l.to_seconds, t.sessions,
  cast(ratio(100 * t.sessions, a.sessions, 2) as decimal(5,2)) as share,
  t.seconds as duration_seconds,
  cast(ratio(t.seconds, t.measured, 2) as decimal(18,2)) as average_duration_seconds,
  t.page_views,
  cast(ratio(t.page_views, t.counted, 2) as decimal(18,2)) as average_page_views,
  t.customers as unique_customers
from totals t
cross join whole a
left join limits l on l.session_category = t.session_category
