/* agent_performance: how many contacts an agent resolved
description: One row per agent, by id, with interactions, resolved ones, their share and how sure it is
grain: [agent_id]
reconciles:
  rows: count(dim_agents)
  total_interactions: count(fact_service_interactions) where agent_id is not null
  resolved_interactions: count(fact_service_interactions) where is_resolved and agent_id is not null
columns:
  agent_id: Agent
  agent_name: Agent's name; not unique
  total_interactions: Interactions, whatever became of them
  resolved_interactions: Interactions that were resolved
  resolution_success_rate: resolved / total in percent; NULL without interactions
  rate_low: Lower end of the Wilson 95 % interval of the rate, in percent
  rate_high: Upper end of the Wilson 95 % interval of the rate, in percent
checks:
  - { name: rates, expect: "resolved_interactions <= total_interactions and (rate_low is null or rate_low <= rate_high)", severity: fail }
*/
with totals as (
  select
    agent_id,
    count(*) as interactions,
    cast(sum(case when is_resolved then 1 else 0 end) as bigint) as resolved
  from fact_service_interactions
  where agent_id is not null
  group by agent_id
),
-- Wilson score interval at 95 %: z = 1.959964, z * z = 3.841459
wilson as (
  select
    agent_id, interactions, resolved,
    cast(resolved as double) + 3.841459 / cast(2 as double) as centre,
    1.959964 * sqrt(cast(resolved * (interactions - resolved) as double) / interactions + 3.841459 / cast(4 as double)) as margin,
    cast(interactions as double) + 3.841459 as width
  from totals
)
select
  a.agent_id,
  a.name as agent_name,
  coalesce(w.interactions, 0) as total_interactions,
  coalesce(w.resolved, 0) as resolved_interactions,
  cast(ratio(100 * w.resolved, w.interactions, 2) as decimal(5,2)) as resolution_success_rate,
  cast(100 * (w.centre - w.margin) / cast(w.width as double) as decimal(5,2)) as rate_low,
  cast(100 * (w.centre + w.margin) / cast(w.width as double) as decimal(5,2)) as rate_high
from dim_agents a
left join wilson w on w.agent_id = a.agent_id
