/* dim_month: calendar months
description: Every calendar month from the first day of any figure to the last, or to the as-of day
grain: [month]
reconciles:
  rows: months(reporting_period.first_day, reporting_period.last_day)
columns:
  month: First day of the month
  last_day: Last day of the month
  year: Calendar year
  quarter: Quarter of the year, 1 to 4
  month_of_year: 1 to 12
  days: Days of the month, 28 to 31
  is_complete: The month was over on the as-of day; figures of one that was not are partial
rules: [calendar]
checks:
  - { name: whole_months, expect: "days between 28 and 31 and extract(day from month) = 1", severity: fail }
*/
with span as (
  select
    cast(date_trunc('month', min(first_day)) as date) as first_month,
    12 * (extract(year from max(last_day)) - extract(year from min(first_day)))
      + extract(month from max(last_day)) - extract(month from min(first_day)) as months,
    max(as_of) as as_of
  from reporting_period
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
months as (
  select cast(s.first_month + to_months(cast(a.n + 1000 * b.n as integer)) as date) as month, s.as_of
  from span s
  join thousand b on 1000 * b.n <= s.months
  join thousand a on a.n + 1000 * b.n <= s.months
),
ends as (
  select m.month, cast(cast(m.month + to_months(1) as date) - to_days(1) as date) as last_day, m.as_of
  from months m
)
select
  e.month, e.last_day,
  cast(extract(year from e.month) as integer) as year,
  cast(extract(quarter from e.month) as integer) as quarter,
  cast(extract(month from e.month) as integer) as month_of_year,
  cast(extract(day from e.last_day) as integer) as days,
  case when e.last_day <= e.as_of then true else false end as is_complete
from ends e
