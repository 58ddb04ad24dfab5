/* top_hours: the three busiest hours of each weekday
description: The three busiest hours per channel and weekday; of equally busy ones the earlier comes first
grain: [channel, iso_weekday, hour_of_day]
reconciles:
  rows where hour_rank = 1: count_distinct(peak_times.channel, iso_weekday)
columns:
  channel: Where it was sold
  day_of_week: English name of the weekday
  iso_weekday: 1 = Monday to 7 = Sunday
  hour_rank: 1 = the busiest hour
  hour_of_day: Local hour, 0 to 23
  transaction_count: Counted transactions
rules: [counted_statuses]
checks:
  - { name: three_at_most, expect: "hour_rank between 1 and 3", severity: fail }
*/
with ranked as (
  select
    channel, day_of_week, iso_weekday, hour_of_day, transaction_count,
    row_number() over (partition by channel, iso_weekday order by transaction_count desc, hour_of_day) as hour_rank
  from peak_times
)
select channel, day_of_week, iso_weekday, hour_rank, hour_of_day, transaction_count
from ranked
where hour_rank <= 3
