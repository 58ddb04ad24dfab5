/* reporting_period: the day figures are seen from, and the days they cover
description: One row saying from which day the figures are seen, what they rest on, and from when to when each subject has data; no row without data
grain: [is_configured]
reconciles:
  sales: count(fact_transactions) where is_sale
  interactions: count(fact_service_interactions)
  sessions: count(fact_web_sessions)
  signups: count(dim_customers) where signup_date is not null
columns:
  as_of: Day the figures are seen from; the configured one, else that of the newest counted sale, and without sales that of the newest ticket or web session
  is_configured: The day is written in c360.yaml
  first_day: First day of any figure; NULL when no fact has one
  last_day: Last day of any figure, or the as-of day when that is later
  activity_from: Day of the first counted sale, ticket or web session up to the as-of day
  activity_until: The as-of day, where there was activity before it
  tickets_from: Day of the first ticket
  tickets_until: Day of the last ticket, or the as-of day when that is later
  signups_from: Day of the first registration
  signups_until: Day of the last registration, or the as-of day when that is later
  sales: Counted transactions
  interactions: Contacts with customer service
  sessions: Web sessions
  signups: Customers whose registration day is known
rules: [counted_statuses, calendar]
checks:
  - { name: in_order, expect: "first_day is null or first_day <= last_day", severity: fail }
*/
with sales as (
  select
    min(case when is_sale then local_date end) as first_day,
    max(case when is_sale then local_date end) as last_day,
    cast(coalesce(sum(case when is_sale then 1 else 0 end), 0) as bigint) as facts
  from fact_transactions
),
tickets as (
  select min(local_date) as first_day, max(local_date) as last_day, count(*) as facts
  from fact_service_interactions
),
visits as (
  select min(local_date) as first_day, max(local_date) as last_day, count(*) as facts
  from fact_web_sessions
),
signups as (
  select min(signup_date) as first_day, max(signup_date) as last_day, count(signup_date) as facts
  from dim_customers
),
later as (
  select case when t.last_day is null or v.last_day > t.last_day then v.last_day else t.last_day end as last_day
  from tickets t
  cross join visits v
),
configured as (
  select max(as_of) as as_of from rules.calendar
),
seen as (
  select coalesce(c.as_of, s.last_day, l.last_day) as as_of, case when c.as_of is null then false else true end as is_configured
  from configured c
  cross join sales s
  cross join later l
),
days as (
  select first_day as day, 'activity' as subject from sales union all
  select first_day as day, 'activity' as subject from tickets union all
  select first_day as day, 'activity' as subject from visits union all
  select last_day as day, 'end' as subject from sales union all
  select last_day as day, 'end' as subject from tickets union all
  select last_day as day, 'end' as subject from visits union all
  select first_day as day, 'signups' as subject from signups union all
  select last_day as day, 'signups' as subject from signups union all
  select as_of as day, 'as_of' as subject from seen
),
bounds as (
  select
    min(day) as first_day,
    max(day) as last_day,
    min(case when subject = 'activity' then day end) as activity_from
  from days
)
select
  n.as_of, n.is_configured, b.first_day, b.last_day,
  case when b.activity_from <= n.as_of then b.activity_from end as activity_from,
  case when b.activity_from <= n.as_of then n.as_of end as activity_until,
  t.first_day as tickets_from,
  case when t.last_day < n.as_of then n.as_of else t.last_day end as tickets_until,
  g.first_day as signups_from,
  case when g.last_day < n.as_of then n.as_of else g.last_day end as signups_until,
  s.facts as sales, t.facts as interactions, v.facts as sessions, g.facts as signups
from seen n
cross join bounds b
cross join sales s
cross join tickets t
cross join visits v
cross join signups g
where s.facts + t.facts + v.facts + g.facts > 0
