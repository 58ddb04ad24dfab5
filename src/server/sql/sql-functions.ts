/**
 * What SQL from a request may call. What is not named here is refused, so that a newer engine brings nothing unseen: nothing of these
 * reads files, settings, variables, the catalogue, statistics of columns, or waits.
 */
const scalar = `
! !~~ !~~* % & && * ** + - ->> -> / // << <@ >> @> @ ^ ^@ | || ~ ~~ ~~* ~~~
abs acos acosh add age apply array_agg array_append array_cat array_concat array_contains array_distinct array_extract array_filter
array_has array_has_all array_has_any array_indexof array_intersect array_length array_position array_prepend array_reverse
array_reverse_sort array_slice array_sort array_to_string array_transform array_unique array_zip ascii asin asinh atan atan2 atanh
bar base64 between bin bit_count bit_length cardinality cbrt ceil ceiling century char_length character_length chr concat concat_ws
contains cos cosh cot current_date current_localtime current_localtimestamp damerau_levenshtein date_add date_diff date_part date_sub
date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek dayofyear days_in_month decade decode degrees divide
editdist3 element_at encode ends_with epoch epoch_ms epoch_ns epoch_us era even exp factorial fdiv filter flatten floor fmod format
format_bytes from_base64 from_hex from_json gamma gcd gen_random_uuid geomean get_current_timestamp greatest hamming hash hex hour
ifnull instr isfinite isinf isnan isodow isoyear jaccard jaro_similarity jaro_winkler_similarity json json_array json_array_length
json_contains json_exists json_extract json_extract_path json_extract_path_text json_extract_string json_group_array json_group_object
json_keys json_merge_patch json_object json_quote json_structure json_transform json_type json_valid json_value julian last_day lcase
lcm least left left_grapheme len length length_grapheme levenshtein lgamma like_escape ilike_escape not_like_escape not_ilike_escape
list_aggregate list_aggr list_any_value list_append list_apply list_avg list_cat list_concat list_contains list_count list_distinct
list_element list_extract list_filter list_first list_has list_has_all list_has_any list_indexof list_intersect list_last list_max
list_median list_min list_mode list_pack list_position list_prepend list_product list_reduce list_reverse list_reverse_sort list_select
list_slice list_sort list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform list_unique list_value list_where list_zip
ln log log10 log2 lower lpad ltrim make_date make_time make_timestamp map map_concat map_contains map_entries map_extract
map_from_entries map_keys map_values md5 microsecond millennium millisecond minute mod month monthname multiply nanosecond now nullif
octet_length ord parse_dirname parse_filename parse_path pi position pow power prefix printf quarter radians random range reduce
regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches regexp_replace regexp_split_to_array repeat replace
reverse right right_grapheme round round_even row row_to_json rpad rtrim second sha1 sha256 sign signbit sin sinh split split_part sqrt
starts_with str_split str_split_regex strftime string_split string_split_regex string_to_array strip_accents strlen strpos strptime
struct_extract struct_insert struct_keys struct_pack struct_values substr substring substring_grapheme subtract suffix tan tanh
time_bucket timezone timezone_hour timezone_minute to_base to_base64 to_binary to_centuries to_days to_decades to_hex to_hours to_json
to_microseconds to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years today trim trunc translate
try_strptime typeof ucase unbin unhex unicode unnest upper url_decode url_encode uuid week weekday weekofyear xor year yearweek
generate_series`

const aggregate = `
any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min arg_min_null argmax argmin array_agg
avg bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star countif covar_pop covar_samp cume_dist dense_rank entropy
favg fill first first_value fsum group_concat grouping grouping_id histogram kahan_sum kurtosis kurtosis_pop lag last last_value lead
list listagg mad max max_by mean median min min_by mode nth_value ntile percent_rank product quantile quantile_cont quantile_disc rank
rank_dense regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy reservoir_quantile row_number
sem skewness stddev stddev_pop stddev_samp string_agg sum sum_no_overflow var_pop var_samp variance weighted_avg wavg`

const tables = 'range generate_series unnest json_each'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

export const allowedFunctions: ReadonlySet<string> = words(`${scalar} ${aggregate}`)

/** In a FROM clause. */
export const allowedTableFunctions: ReadonlySet<string> = words(tables)
