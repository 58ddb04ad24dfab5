/* fact_web_sessions: every visit to the web shop
description: One row per web session of every source
grain: [source, session_id]
reconciles:
  rows: count(conformed.web_sessions)
  page_views: sum(conformed.web_sessions.page_views)
  duration_seconds: sum(conformed.web_sessions.duration_seconds)
columns:
  source: Contract the row came from
  session_id: The source's number for the session
  customer_id: Customer; NULL when unknown
  started_at: Instant it began, UTC
  started_at_local: Wall clock of the beginning
  local_date: Day it began, local
  iso_weekday: Local weekday, 1 = Monday to 7 = Sunday
  hour_of_day: Local hour, 0 to 23
  page_views: Pages seen
  duration_seconds: Length in seconds
  session_category: Category of the length by session_categories in c360.yaml; Not Measured without a length
  device: Kind of device
rules: [session_categories]
*/
with lengths as (
  select distinct duration_seconds
  from conformed.web_sessions
  where duration_seconds is not null
),
named as (
  select l.duration_seconds, c.session_category
  from lengths l
  join rules.session_categories c
    on l.duration_seconds >= c.from_seconds and (c.to_seconds is null or l.duration_seconds <= c.to_seconds)
)
select
  w.source, w.session_id, w.customer_id, w.started_at, w.started_at_local,
  cast(w.started_at_local as date) as local_date,
  cast(extract(isodow from w.started_at_local) as integer) as iso_weekday,
  cast(extract(hour from w.started_at_local) as integer) as hour_of_day,
  w.page_views, w.duration_seconds,
  coalesce(n.session_category, 'Not Measured') as session_category,
  w.device
from conformed.web_sessions w
left join named n on n.duration_seconds = w.duration_seconds
