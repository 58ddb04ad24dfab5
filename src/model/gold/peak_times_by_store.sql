/* peak_times_by_store: when people buy, store by store
description: Counted transactions by store, local weekday and local hour
grain: [store_id, iso_weekday, hour_of_day]
reconciles:
  transaction_count: count(fact_transactions) where is_sale and iso_weekday is not null and store_id is not null
columns:
  store_id: Store
  store_location: Location of the store
  day_of_week: English name of the weekday
  iso_weekday: 1 = Monday to 7 = Sunday
  hour_of_day: Local hour, 0 to 23
  transaction_count: Counted transactions
rules: [counted_statuses]
checks:
  - { name: hours, expect: "hour_of_day between 0 and 23", severity: fail }
*/
with hours as (
  select store_id, iso_weekday, hour_of_day, count(*) as transaction_count
  from fact_transactions
  where is_sale and iso_weekday is not null and store_id is not null
  group by store_id, iso_weekday, hour_of_day
)
select
  h.store_id,
  s.location as store_location,
  case h.iso_weekday
    when 1 then 'Monday'
    when 2 then 'Tuesday'
    when 3 then 'Wednesday'
    when 4 then 'Thursday'
    when 5 then 'Friday'
    when 6 then 'Saturday'
    when 7 then 'Sunday'
  end as day_of_week,
  h.iso_weekday, h.hour_of_day, h.transaction_count
from hours h
left join dim_stores s on s.store_id = h.store_id
