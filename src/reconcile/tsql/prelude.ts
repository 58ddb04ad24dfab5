/**
 * DuckDB's definitions of what T-SQL does differently, to be executed once per session.
 * Division of decimals keeps six places and cuts the rest off, as SQL Server does where a sum (DECIMAL(38,s)) is divided.
 */
export const PRELUDE: readonly string[] = [
  `create or replace temp macro tsql_text(x) as lower(rtrim(x, ' '))`,
  `create or replace temp macro tsql_int(x) as case
    when x is null then null
    when trim(x) = '' then 0
    when regexp_full_match(trim(x), '[+-]?[0-9]+') then cast(trim(x) as bigint)
    else error('a text is not a whole number') end`,
  `create or replace temp macro tsql_try_int(x) as
    case when trim(x) = '' then 0 when regexp_full_match(trim(x), '[+-]?[0-9]+') then try_cast(trim(x) as bigint) end`,
  `create or replace temp macro tsql_divisor(x) as case when x = 0 then error('divide by zero') else x end`,
  `create or replace temp macro tsql_int_div(a, b) as cast(cast(a as hugeint) // cast(tsql_divisor(b) as hugeint) as bigint)`,
  `create or replace temp macro tsql_div(a, b) as
    cast((cast(cast(a as decimal(38,6)) * 1000000 as hugeint) * 1000000)
      // cast(cast(tsql_divisor(b) as decimal(38,6)) * 1000000 as hugeint) as decimal(38,0)) * cast(0.000001 as decimal(7,6))`,
  `create or replace temp macro tsql_substring(x, f, n) as
    substr(x, greatest(f, 1), greatest(0, f + n - greatest(f, 1)))`,
]
