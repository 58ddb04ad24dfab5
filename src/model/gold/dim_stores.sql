/* dim_stores: where it is sold
description: One row per store, with a stub for every store_id that is referred to and not described
grain: [store_id]
reconciles:
  rows where not is_inferred: count(conformed.stores)
columns:
  store_id: The source's number for the store
  location: Location as one text
  city: City
  state: State
  manager: Manager's name
  opening_hours: Opening hours as the source writes them
  time_zone: IANA time zone of the store
  source: Contract the row came from; for a merged row the one that comes first
  is_inferred: True for a store that is only known because something refers to it
checks:
  - { name: known_stores, expect: "not is_inferred", severity: warn }
*/
with referred as (
  select distinct x.store_id
  from conformed.transactions x
  where x.store_id is not null
    and not exists (select 1 from conformed.stores k where k.store_id = x.store_id)
)
select
  k.store_id, k.location, k.city, k.state, k.manager, k.opening_hours, k.time_zone,
  k.source,
  false as is_inferred
from conformed.stores k
union all
select
  r.store_id, cast(null as varchar) as location, cast(null as varchar) as city, cast(null as varchar) as state, cast(null as varchar) as manager, cast(null as varchar) as opening_hours, cast(null as varchar) as time_zone,
  cast(null as varchar) as source,
  true as is_inferred
from referred r
