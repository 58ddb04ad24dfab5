/* fact_loyalty_transactions: every change of points
description: One row per change of points on a membership, of every source
grain: [source, loyalty_id, occurred_at]
reconciles:
  rows: count(conformed.loyalty_transactions)
  points_change: sum(conformed.loyalty_transactions.points_change)
columns:
  source: Contract the row came from
  loyalty_id: Membership
  occurred_at: Instant of the change, UTC
  occurred_at_local: Wall clock of the change
  local_date: Day it happened, local
  points_change: Points added; negative when taken
  reason: Why
*/
select
  l.source, l.loyalty_id, l.occurred_at, l.occurred_at_local,
  cast(l.occurred_at_local as date) as local_date,
  l.points_change, l.reason
from conformed.loyalty_transactions l
