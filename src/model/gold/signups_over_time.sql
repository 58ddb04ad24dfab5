/* signups_over_time: how many customers registered
description: Registrations per calendar month, from the first known one to the as-of day; customers whose day is not known are in no month
grain: [month]
reconciles:
  rows: months(reporting_period.signups_from, reporting_period.signups_until)
  signups: count(dim_customers) where signup_date is not null
columns:
  month: First day of the month
  year: Calendar year
  month_of_year: 1 to 12
  signups: Customers who registered in the month
  total_signups: Customers who registered up to the end of the month
  is_complete: The month was over on the as-of day
checks:
  - { name: adds_up, expect: "signups between 0 and total_signups", severity: fail }
*/
with counted as (
  select cast(date_trunc('month', signup_date) as date) as month, count(*) as signups
  from dim_customers
  where signup_date is not null
  group by cast(date_trunc('month', signup_date) as date)
),
period as (
  select max(signups_from) as first_day, max(signups_until) as last_day from reporting_period
)
select
  m.month, m.year, m.month_of_year,
  coalesce(c.signups, 0) as signups,
  cast(sum(coalesce(c.signups, 0)) over (order by m.month) as bigint) as total_signups,
  m.is_complete
from dim_month m
join period p on m.last_day >= p.first_day and m.month <= p.last_day
left join counted c on c.month = m.month
