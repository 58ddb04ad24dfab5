/* peak_times: when people buy
description: Counted transactions by channel, local weekday and local hour
grain: [channel, iso_weekday, hour_of_day]
reconciles:
  transaction_count: count(fact_transactions) where is_sale and iso_weekday is not null
columns:
  channel: Where it was sold; sales without a channel are under unknown
  day_of_week: English name of the weekday
  iso_weekday: 1 = Monday to 7 = Sunday
  hour_of_day: Local hour, 0 to 23
  transaction_count: Counted transactions
rules: [counted_statuses]
checks:
  - { name: hours, expect: "hour_of_day between 0 and 23", severity: fail }
*/
with hours as (
  select coalesce(channel, 'unknown') as channel, iso_weekday, hour_of_day, count(*) as transaction_count
  from fact_transactions
  where is_sale and iso_weekday is not null
  group by coalesce(channel, 'unknown'), iso_weekday, hour_of_day
)
select
  channel,
  case iso_weekday
    when 1 then 'Monday'
    when 2 then 'Tuesday'
    when 3 then 'Wednesday'
    when 4 then 'Thursday'
    when 5 then 'Friday'
    when 6 then 'Saturday'
    when 7 then 'Sunday'
  end as day_of_week,
  iso_weekday, hour_of_day, transaction_count
from hours
