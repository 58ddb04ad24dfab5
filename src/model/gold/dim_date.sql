/* dim_date: the calendar of the facts
description: Every day from the first to the last day any fact happened on, local time
grain: [date]
reconciles:
  rows: days(fact_transactions.local_date, fact_service_interactions.local_date, fact_loyalty_transactions.local_date, fact_web_sessions.local_date)
columns:
  date: The day
  year: Calendar year
  quarter: Quarter of the year, 1 to 4
  month: Month of the year, 1 to 12
  iso_week: ISO 8601 week, 1 to 53; the first days of January may belong to week 52 or 53
  iso_weekday: 1 = Monday to 7 = Sunday
  day_of_week: English name of the weekday
  is_weekend: Saturday or Sunday
checks:
  - { name: weekdays, expect: "iso_weekday between 1 and 7 and day_of_week is not null", severity: fail }
*/
with bounds as (
  select min(local_date) as first_day, max(local_date) as last_day from fact_transactions
  union all
  select min(local_date) as first_day, max(local_date) as last_day from fact_service_interactions
  union all
  select min(local_date) as first_day, max(local_date) as last_day from fact_loyalty_transactions
  union all
  select min(local_date) as first_day, max(local_date) as last_day from fact_web_sessions
),
span as (
  select min(first_day) as first_day, date_diff('day', min(first_day), max(last_day)) as days
  from bounds
),
digits as (
  select 0 as n union all
  select 1 as n union all
  select 2 as n union all
  select 3 as n union all
  select 4 as n union all
  select 5 as n union all
  select 6 as n union all
  select 7 as n union all
  select 8 as n union all
  select 9 as n
),
thousand as (
  select a.n + 10 * b.n + 100 * c.n as n
  from digits a
  cross join digits b
  cross join digits c
),
dates as (
  select cast(s.first_day + to_days(cast(a.n + 1000 * b.n + 1000000 * c.n as integer)) as date) as date
  from span s
  join digits c on 1000000 * c.n <= s.days
  join thousand b on 1000 * b.n + 1000000 * c.n <= s.days
  join thousand a on a.n + 1000 * b.n + 1000000 * c.n <= s.days
),
parts as (
  select
    d.date,
    cast(extract(year from d.date) as integer) as year,
    cast(extract(quarter from d.date) as integer) as quarter,
    cast(extract(month from d.date) as integer) as month,
    cast(extract(week from d.date) as integer) as iso_week,
    cast(extract(isodow from d.date) as integer) as iso_weekday
  from dates d
)
select
  p.date, p.year, p.quarter, p.month, p.iso_week, p.iso_weekday,
  case p.iso_weekday
    when 1 then 'Monday'
    when 2 then 'Tuesday'
    when 3 then 'Wednesday'
    when 4 then 'Thursday'
    when 5 then 'Friday'
    when 6 then 'Saturday'
    when 7 then 'Sunday'
  end as day_of_week,
  case when p.iso_weekday >= 6 then true else false end as is_weekend
from parts p
