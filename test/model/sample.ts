import type { Warehouse } from './warehouse.ts'

/**
 * A small shop with everything that can go wrong in a join: orders of several lines, refunds, sales without a customer,
 * product or store, references to things nobody described, several memberships per customer, unknown tiers.
 */
export async function fillSample(warehouse: Warehouse): Promise<void> {
  for (const sql of SAMPLE) await warehouse.run(sql)
}

const SAMPLE = [
  `insert into conformed.customers (customer_id, name, first_name, last_name, city, state, signup_date, source)
   select 'c' || i, case when i % 5 <> 0 then 'Customer ' || i end, 'Customer', i, case when i % 8 <> 0 then 'City ' || i % 5 end,
     case when i % 6 <> 0 then 'Texas' end, case when i % 9 <> 0 then date '2024-01-01' + (i * 11)::int end, 'crm'
   from range(1, 41) t(i)`,
  `insert into conformed.products (product_id, name, category, price, source)
   select 'p' || i, 'Product ' || i % 7, case when i % 6 <> 0 then 'Category ' || i % 4 end, i, 'shop' from range(1, 13) t(i)`,
  `insert into conformed.stores (store_id, location, source) select 's' || i, 'Town ' || i, 'shop' from range(1, 5) t(i)`,
  `insert into conformed.agents (agent_id, name, source) select 'a' || i, 'Agent', 'desk' from range(1, 7) t(i)`,
  // Three lines to every other order; every seventh line a refund; statuses Completed, Failed and none.
  `insert into conformed.transactions (transaction_id, order_id, customer_id, product_id, store_id, channel, occurred_at, occurred_at_local, amount, quantity, status, source)
   select 't' || i, case when i % 6 < 3 then 'o' || i // 6 else 't' || i end,
     case when i % 13 <> 0 then 'c' || (i * 7) % 45 end,
     case when i % 4 <> 0 then 'p' || i % 14 end,
     case when i % 4 = 0 then 's' || i % 5 end,
     case when i % 17 = 0 then null when i % 4 = 0 then 'in_store' when i % 11 = 0 then 'phone' else 'online' end,
     moment, moment - interval 5 hour, (case when i % 7 = 0 then -1 else 1 end) * (10 + i * 37 % 91 + 0.25)::decimal(18,2), 1 + i % 3,
     case i % 5 when 0 then 'Failed' when 1 then null else 'Completed' end, case when i % 2 = 0 then 'web' else 'till' end
   from (select i, timestamp '2025-01-01 00:00:00' + interval (i * 397) minute as moment from range(1, 301) t(i))`,
  `insert into conformed.service_interactions (interaction_id, customer_id, agent_id, opened_at, opened_at_local, resolved_at, resolved_at_local, issue_type, resolution_status, satisfaction_score, source)
   select 'i' || i, case when i % 9 <> 0 then 'c' || (i * 3) % 43 end, case when i % 8 <> 0 then 'a' || i % 9 end, moment, moment,
     case when i % 3 <> 0 then moment + interval (i) hour end, case when i % 3 <> 0 then moment + interval (i) hour end,
     case when i % 10 <> 0 then 'Issue ' || i % 4 end,
     case i % 4 when 0 then 'resolved' when 1 then 'Open' when 2 then 'Resolved' end, case when i % 7 <> 0 then 1 + i % 5 end, 'desk'
   from (select i, timestamp '2025-01-03 12:00:00' + interval (i * 1111) minute as moment from range(1, 61) t(i))`,
  `insert into conformed.loyalty_accounts (loyalty_id, customer_id, points_earned, tier, joined_on, source)
   select 'l' || i, case when i <> 9 then 'c' || i % 30 end, i * 10, ['Bronze', 'Silver', 'Gold', 'Platinum', 'Jade', null][1 + i % 6], date '2024-02-01', 'club'
   from range(1, 51) t(i)`,
  `insert into conformed.loyalty_transactions (loyalty_id, occurred_at, occurred_at_local, points_change, reason, source)
   select 'l' || i % 55, moment, moment, 5 * (i % 4 - 1), 'Purchase', 'club'
   from (select i, timestamp '2025-01-05 09:30:00' + interval (i * 700) minute as moment from range(1, 101) t(i))`,
  `insert into conformed.web_sessions (session_id, customer_id, started_at, started_at_local, page_views, duration_seconds, device, source)
   select 'w' || i, case when i % 10 <> 0 then 'c' || i % 44 end, moment, moment, case when i % 11 <> 0 then i % 12 end,
     case when i % 13 <> 0 then i * 7 % 300 end, case i % 4 when 0 then 'Desktop' when 1 then 'Mobile' when 2 then 'Tablet' end, 'web'
   from (select i, timestamp '2025-01-02 20:00:00' + interval (i * 500) minute as moment from range(1, 121) t(i))`,
] as const
