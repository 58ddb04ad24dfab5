/* dim_customers: who buys, writes and browses
description: One row per customer, with a stub for every customer_id that is referred to and not described
grain: [customer_id]
reconciles:
  rows where not is_inferred: count(conformed.customers)
columns:
  customer_id: The source's number for the customer
  name: Full name; put together from first and last name where the source has no full one
  first_name: First word of the name
  last_name: All further words of the name
  email: E-mail address in lower case
  phone: Digits with country prefix
  address: Postal address as one text
  city: City
  state: State
  signup_date: Day of the first registration
  email_opt_in: May be written to by e-mail
  sms_opt_in: May be written to by SMS
  source: Contract the row came from; for a merged row the one that comes first
  is_inferred: True for a customer that is only known because something refers to it
checks:
  - { name: known_customers, expect: "not is_inferred", severity: warn }
*/
with referred as (
  select t.customer_id
  from conformed.transactions t
  where t.customer_id is not null
    and not exists (select 1 from conformed.customers c where c.customer_id = t.customer_id)
  union
  select i.customer_id
  from conformed.service_interactions i
  where i.customer_id is not null
    and not exists (select 1 from conformed.customers c where c.customer_id = i.customer_id)
  union
  select a.customer_id
  from conformed.loyalty_accounts a
  where a.customer_id is not null
    and not exists (select 1 from conformed.customers c where c.customer_id = a.customer_id)
  union
  select w.customer_id
  from conformed.web_sessions w
  where w.customer_id is not null
    and not exists (select 1 from conformed.customers c where c.customer_id = w.customer_id)
)
select
  c.customer_id,
  coalesce(c.name, nullif(trim(coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '')), '')) as name,
  c.first_name, c.last_name, c.email, c.phone, c.address, c.city, c.state,
  c.signup_date, c.email_opt_in, c.sms_opt_in, c.source,
  false as is_inferred
from conformed.customers c
union all
select
  r.customer_id,
  cast(null as varchar) as name, cast(null as varchar) as first_name, cast(null as varchar) as last_name,
  cast(null as varchar) as email, cast(null as varchar) as phone, cast(null as varchar) as address,
  cast(null as varchar) as city, cast(null as varchar) as state, cast(null as date) as signup_date,
  cast(null as boolean) as email_opt_in, cast(null as boolean) as sms_opt_in, cast(null as varchar) as source,
  true as is_inferred
from referred r
