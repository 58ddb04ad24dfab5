/* dim_products: what is sold
description: One row per product, with a stub for every product_id that is referred to and not described
grain: [product_id]
reconciles:
  rows where not is_inferred: count(conformed.products)
columns:
  product_id: The source's number for the product
  name: Product name; not unique
  category: Product category
  price: List price, in the project's currency
  source: Contract the row came from; for a merged row the one that comes first
  is_inferred: True for a product that is only known because something refers to it
checks:
  - { name: known_products, expect: "not is_inferred", severity: warn }
*/
with referred as (
  select distinct x.product_id
  from conformed.transactions x
  where x.product_id is not null
    and not exists (select 1 from conformed.products k where k.product_id = x.product_id)
)
select
  k.product_id, k.name, k.category, k.price,
  k.source,
  false as is_inferred
from conformed.products k
union all
select
  r.product_id, cast(null as varchar) as name, cast(null as varchar) as category, cast(null as decimal(18,2)) as price,
  cast(null as varchar) as source,
  true as is_inferred
from referred r
