/* dim_loyalty_accounts: memberships; a customer may hold several
description: One row per membership, with a stub for every loyalty_id that is referred to and not described
grain: [loyalty_id]
reconciles:
  rows where not is_inferred: count(conformed.loyalty_accounts)
columns:
  loyalty_id: The source's number for the membership
  customer_id: Customer who holds it
  points_earned: Points on the account
  tier: Tier name
  joined_on: Day of joining
  source: Contract the row came from; for a merged row the one that comes first
  is_inferred: True for a membership that is only known because something refers to it
checks:
  - { name: known_loyalty_accounts, expect: "not is_inferred", severity: warn }
*/
with referred as (
  select distinct x.loyalty_id
  from conformed.loyalty_transactions x
  where x.loyalty_id is not null
    and not exists (select 1 from conformed.loyalty_accounts k where k.loyalty_id = x.loyalty_id)
)
select
  k.loyalty_id, k.customer_id, k.points_earned, k.tier, k.joined_on,
  k.source,
  false as is_inferred
from conformed.loyalty_accounts k
union all
select
  r.loyalty_id, cast(null as varchar) as customer_id, cast(null as bigint) as points_earned, cast(null as varchar) as tier, cast(null as date) as joined_on,
  cast(null as varchar) as source,
  true as is_inferred
from referred r
