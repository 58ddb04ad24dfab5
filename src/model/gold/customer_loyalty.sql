/* customer_loyalty: what a customer holds in the loyalty programme
description: One row per customer with a membership; the best tier counts, and of equal ones the membership with most points
grain: [customer_id]
reconciles:
  accounts: count(dim_loyalty_accounts) where customer_id is not null
  points: sum(dim_loyalty_accounts.points_earned) where customer_id is not null
columns:
  customer_id: Customer
  accounts: Memberships
  points: Points over all memberships
  tier: Best tier over all memberships; a tier the rules do not name ranks below all others
  is_champion: The tier is one of champion_tiers
  next_tier: The tier above
  points_to_next_tier: Points missing on the best membership; 0 when they are there already, NULL when tier_points does not say where the next tier begins
rules: [tiers]
checks:
  - { name: not_negative, expect: "points_to_next_tier is null or points_to_next_tier >= 0", severity: fail }
*/
with tiers as (
  select
    tier, max(tier_rank) as tier_rank,
    max(case when is_champion then 1 else 0 end) as champion,
    max(from_points) as from_points
  from rules.tiers
  group by tier
),
totals as (
  select customer_id, count(*) as accounts, cast(coalesce(sum(points_earned), 0) as bigint) as points
  from dim_loyalty_accounts
  where customer_id is not null
  group by customer_id
),
ranked as (
  select
    a.customer_id, a.tier, a.points_earned, t.tier_rank, coalesce(t.champion, 0) as champion,
    row_number() over (
      partition by a.customer_id
      order by coalesce(t.tier_rank, 0) desc, a.tier, coalesce(a.points_earned, 0) desc, a.loyalty_id
    ) as place
  from dim_loyalty_accounts a
  left join tiers t on t.tier = a.tier
  where a.customer_id is not null and a.tier is not null
)
select
  s.customer_id, s.accounts, s.points, r.tier,
  case when r.champion = 1 then true else false end as is_champion,
  n.tier as next_tier,
  case
    when n.from_points <= r.points_earned then 0
    else n.from_points - r.points_earned
  end as points_to_next_tier
from totals s
left join ranked r on r.customer_id = s.customer_id and r.place = 1
left join tiers n on n.tier_rank = r.tier_rank + 1
