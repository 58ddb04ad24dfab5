/* dim_agents: who answers
description: One row per agent, with a stub for every agent_id that is referred to and not described
grain: [agent_id]
reconciles:
  rows where not is_inferred: count(conformed.agents)
columns:
  agent_id: The source's number for the agent
  name: Agent's name; not unique
  department: Department
  shift: Shift
  source: Contract the row came from; for a merged row the one that comes first
  is_inferred: True for a agent that is only known because something refers to it
checks:
  - { name: known_agents, expect: "not is_inferred", severity: warn }
*/
with referred as (
  select distinct x.agent_id
  from conformed.service_interactions x
  where x.agent_id is not null
    and not exists (select 1 from conformed.agents k where k.agent_id = x.agent_id)
)
select
  k.agent_id, k.name, k.department, k.shift,
  k.source,
  false as is_inferred
from conformed.agents k
union all
select
  r.agent_id, cast(null as varchar) as name, cast(null as varchar) as department, cast(null as varchar) as shift,
  cast(null as varchar) as source,
  true as is_inferred
from referred r
