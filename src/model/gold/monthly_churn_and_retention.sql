/* monthly_churn_and_retention: who was there, who stayed, who went
description: One row per calendar month from the first activity to the as-of day; a customer is there on a day when the last activity is at most churned_after days old, and inferred customers do not count
grain: [month]
reconciles:
  rows: months(reporting_period.activity_from, reporting_period.activity_until)
  new_customers: count(customer_activity) where first_activity_date is not null and not is_inferred
  customers_at_end where is_last: count(customer_activity) where churn_status = 'Active' and not is_inferred
columns:
  month: First day of the month
  year: Calendar year
  month_of_year: 1 to 12
  is_complete: The month was over on the as-of day; the figures of one that was not are partial
  is_last: The month of the as-of day, where the month ends for these figures
  customers_at_start: Customers who were there on the day before the month
  retained_customers: Of them, still there at the end of the month
  churned_customers: Of them, no longer there
  new_customers: Customers whose first activity ever lies in the month
  returned_customers: Customers who had churned before the month and were active in it
  lapsed_customers: New or returned in the month and gone again before its end; only where churned_after is shorter than a month
  customers_at_end: Customers there at the end of the month
  retention_rate: retained / at start in percent; NULL where nobody was there
  churn_rate: churned / at start in percent; NULL where nobody was there
  churn_rate_low: Lower end of the Wilson 95 % interval of the churn rate, in percent
  churn_rate_high: Upper end of the Wilson 95 % interval of the churn rate, in percent
rules: [counted_statuses, activity, calendar]
checks:
  - { name: start_is_split, expect: "customers_at_start = retained_customers + churned_customers", severity: fail }
  - { name: end_follows, expect: "customers_at_end = retained_customers + new_customers + returned_customers - lapsed_customers", severity: fail }
  - { name: no_negative_group, expect: "least(retained_customers, churned_customers, new_customers, returned_customers, lapsed_customers) >= 0", severity: fail }
*/
with period as (
  select max(activity_from) as first_day, max(activity_until) as as_of from reporting_period
),
rule as (
  select max(churn_days) as churn_days from rules.activity
),
-- Months are numbered, so that `the month before` is a subtraction.
months as (
  select
    m.month, m.year, m.month_of_year, 12 * m.year + m.month_of_year as n, m.is_complete,
    case when m.last_day >= p.as_of then true else false end as is_last,
    case when m.last_day >= p.as_of then p.as_of else m.last_day end as seen_on
  from dim_month m
  join period p on m.last_day >= p.first_day and m.month <= p.as_of
),
-- The last month at whose end a day is still recent: found once per day, not once per customer.
reach as (
  select d.date as day, max(m.n) as until_n
  from dim_date d
  cross join rule r
  join months m on d.date <= m.seen_on and date_diff('day', d.date, m.seen_on) <= r.churn_days
  group by d.date
),
known as (
  select a.customer_id, a.month, max(a.last_date) as day
  from customer_active_months a
  join dim_customers c on c.customer_id = a.customer_id and not c.is_inferred
  where a.last_date is not null
  group by a.customer_id, a.month
),
numbered as (
  select k.customer_id, m.n, coalesce(r.until_n, m.n - 1) as until_n
  from known k
  join months m on m.month = k.month
  left join reach r on r.day = k.day
),
neighbours as (
  select
    n, until_n,
    lead(n) over (partition by customer_id order by n) as next_n,
    lag(until_n) over (partition by customer_id order by n) as before_until_n
  from numbered
),
-- An active month of a customer, told by what decides all figures: until when the customer is there because of it, and
-- whether the customer was there when it began.
stays as (
  select
    n,
    case when next_n is null or until_n < next_n then until_n else next_n - 1 end as until_n,
    case when until_n >= n then 1 else 0 end as at_end,
    case when before_until_n >= n - 1 then 1 else 0 end as at_start
  from neighbours
),
groups as (
  select n, until_n, at_end, at_start, count(*) as customers
  from stays
  group by n, until_n, at_end, at_start
),
counted as (
  select
    m.month,
    sum(case when g.n <= m.n - 1 and g.until_n >= m.n - 1 then g.customers else 0 end) as at_start,
    sum(case when g.n <= m.n and g.until_n >= m.n then g.customers else 0 end) as at_end,
    sum(case
      when g.n < m.n and g.until_n >= m.n then g.customers
      when g.n = m.n and g.at_start = 1 and g.at_end = 1 then g.customers
      else 0
    end) as retained,
    sum(case when g.n = m.n and g.at_start = 0 then g.customers else 0 end) as arrived,
    sum(case when g.n = m.n and g.at_start = 0 and g.at_end = 0 then g.customers else 0 end) as lapsed
  from months m
  join groups g on g.n <= m.n and (g.n = m.n or g.until_n >= m.n - 1)
  group by m.month
),
firsts as (
  select cast(date_trunc('month', first_activity_date) as date) as month, count(*) as customers
  from customer_activity
  where first_activity_date is not null and not is_inferred
  group by cast(date_trunc('month', first_activity_date) as date)
),
totals as (
  select
    m.month, m.year, m.month_of_year, m.is_complete, m.is_last,
    cast(coalesce(n.at_start, 0) as bigint) as at_start,
    cast(coalesce(n.retained, 0) as bigint) as retained,
    cast(coalesce(n.at_start - n.retained, 0) as bigint) as churned,
    coalesce(f.customers, 0) as new_customers,
    cast(coalesce(n.arrived, 0) as bigint) - coalesce(f.customers, 0) as returned,
    cast(coalesce(n.lapsed, 0) as bigint) as lapsed,
    cast(coalesce(n.at_end, 0) as bigint) as at_end
  from months m
  left join counted n on n.month = m.month
  left join firsts f on f.month = m.month
),
-- Wilson score interval at 95 %: z = 1.959964, z * z = 3.841459
wilson as (
  select
    month,
    cast(churned as double) + 3.841459 / cast(2 as double) as centre,
    1.959964 * sqrt(cast(greatest(churned * (at_start - churned), 0) as double) / at_start + 3.841459 / cast(4 as double)) as margin,
    cast(at_start as double) + 3.841459 as width
  from totals
  where at_start > 0
)
select
  t.month, t.year, t.month_of_year, t.is_complete, t.is_last,
  t.at_start as customers_at_start,
  t.retained as retained_customers,
  t.churned as churned_customers,
  t.new_customers,
  t.returned as returned_customers,
  t.lapsed as lapsed_customers,
  t.at_end as customers_at_end,
  cast(ratio(100 * t.retained, t.at_start, 2) as decimal(5,2)) as retention_rate,
  cast(ratio(100 * t.churned, t.at_start, 2) as decimal(5,2)) as churn_rate,
  cast(100 * (w.centre - w.margin) / cast(w.width as double) as decimal(5,2)) as churn_rate_low,
  cast(100 * (w.centre + w.margin) / cast(w.width as double) as decimal(5,2)) as churn_rate_high
from totals t
left join wilson w on w.month = t.month
