import type { FieldType } from '../../model/types.ts'
import type { BronzeRows, Dialect, Layer } from '../../sql/dialect.ts'
import { ratioMacro } from '../../sql/ratio.ts'
import { ident, literal } from './literals.ts'
import { parseDate, parseTimestamp } from './times.ts'

const types: Record<FieldType, string> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  decimal: 'DECIMAL(18,2)',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  boolean: 'BOOLEAN',
}

/** Scratch needs no schema: it is temporary. */
const table = (layer: Layer, name: string): string =>
  layer === 'work' ? ident(name) : `${layer}.${ident(name)}`

// Spaces, tabs, line ends and the no-break space: what spreadsheets leave around a value.
const SPACE = `' ' || chr(9) || chr(10) || chr(13) || chr(160)`

/** Most texts have nothing to trim; to see that costs a seventh of trimming by a list of characters. */
function trimmed(x: string): string {
  const trim = `nullif(trim(${x}, ${SPACE}), '')`
  if (!/^\w+$/.test(x)) return trim
  const endsInSpace = SPACE.split(' || ').map((character) => `ends_with(${x}, ${character})`)
  return `case when ${x} >= '!' and ${x} < chr(127) and not (${endsInSpace.join(' or ')}) then ${x} else ${trim} end`
}

export const dialect: Dialect = {
  name: 'duckdb',
  ident,
  literal,
  bool: String,
  table,
  createSchemas: () => [
    ...['silver', 'conformed', 'rules', 'gold'].map((name) => `create schema if not exists ${name}`),
    ratioMacro(),
    "set search_path = 'gold,main'",
  ],
  createTable: (name, columns) =>
    `create table if not exists ${name} (${columns.map(([column, type]) => `${ident(column)} ${types[type]}`).join(', ')})`,
  addColumns: (name, columns) =>
    `alter table ${name} ${columns.map(([column, type]) => `add column ${ident(column)} ${types[type]}`).join(', ')}`,
  tableAs: (name, select) => [`create or replace table ${name} as ${select}`],
  viewAs: (name, select) => [`create or replace view ${name} as ${select}`],
  dropTable: (name) => `drop table if exists ${name}`,
  dropView: (name) => `drop view if exists ${name}`,
  workTable: (name, select) => [`create or replace temp table ${name} as ${select}`],
  dropWorkTable: (name) => `drop table if exists ${name}`,
  withoutColumns: (name, dropped) =>
    dropped.map((column) => `alter table ${name} drop column ${ident(column)}`),
  deleteMatching: (name, as, using, usingAs, on) =>
    `delete from ${name} ${as} using ${using} ${usingAs} where ${on}`,
  updateMatching: (name, as, set, using, usingAs, on) =>
    `update ${name} as ${as} set ${Object.entries(set)
      .map(([column, value]) => `${ident(column)} = ${value}`)
      .join(', ')} from ${using} ${usingAs} where ${on}`,
  descNullsLast: (x) => `${x} desc nulls last`,
  isDistinct: (a, b) => `${a} is distinct from ${b}`,
  type: (type) => types[type],
  wideInteger: 'HUGEINT',
  tryCast: (x, type) => `try_cast(${x} as ${types[type]})`,
  trimmed,
  collapseSpaces: (x) => `regexp_replace(${x}, '\\s+', ' ', 'g')`,
  lower: (x) => `lower(${x})`,
  upper: (x) => `upper(${x})`,
  beside: (x, pairs, otherwise) =>
    `case ${x} ${pairs.map(([from, to]) => `when ${literal(from)} then ${literal(to)}`).join(' ')} else ${otherwise} end`,
  titleCase: (x) =>
    `array_to_string(list_transform(string_split(lower(${x}), ' '), lambda w: upper(w[1]) || w[2:]), ' ')`,
  digits: (x) => `regexp_replace(${x}, '[^0-9]', '', 'g')`,
  money,
  startsWith: (x, prefix) => `starts_with(${x}, ${literal(prefix)})`,
  substringFrom: (x, from) => `substr(${x}, ${from})`,
  firstWord: (x) => `split_part(${x}, ' ', 1)`,
  otherWords: (x) => `nullif(trim(substr(${x}, length(split_part(${x}, ' ', 1)) + 1)), '')`,
  beforeLastComma: (x) => `nullif(trim(regexp_replace(${x}, ',[^,]*$', '')), '')`,
  afterLastComma: (x) => `nullif(trim(regexp_extract(${x}, ',([^,]*)$', 1)), '')`,
  looksLikeEmail: (x) => `regexp_full_match(${x}, '[^@\\s]+@[^@\\s]+\\.[^@\\s.]+')`,
  isIn: (x, words) => `${x} in (${words.map(literal).join(', ')})`,
  joinTexts: (separator, list) => `concat_ws(${[literal(separator), ...list].join(', ')})`,
  jsonObject: (pairs) =>
    `cast(json_merge_patch('{}', json_object(${pairs.map(([key, x]) => `${literal(key)}, ${x}`).join(', ')})) as varchar)`,
  jsonText: (x, key) => `json_extract_string(${x}, ${literal(`$."${key.replaceAll('"', '\\"')}"`)})`,
  hash: (list) => `hash(${list.join(', ')})`,
  parseTimestamp,
  parseDate,
  localTime: (x, zone) =>
    zone === literal('UTC') ? x : `timezone(${zone}, make_timestamptz(epoch_us(${x})))`,
  list: (x) => `list(${x})`,
  joinedLists: (x) => `flatten(list(${x}))`,
  sortedList: (x) => `list_sort(${x})`,
  eachWithEarlier: (list, back, item, earlier) =>
    `unnest(${list}) as ${item}, unnest((${JSON.stringify(Array(back).fill(null))} || ${list})[:len(${list})]) as ${earlier}`,
  numbers: (count) => `(select cast(range as integer) as n from range(${count}))`,
  readParquet,
  bronze,
  tryDouble: (x) => `try_cast(${x} as double)`,
}

/** `-$ 1,234.50` -> `-1,234.50`, `(12.00)` -> `-12.00`: a number with at most one sign of the currency on each side. */
function money(x: string, signs: readonly string[]): string {
  const escaped = signs.map((sign) => sign.replaceAll(/[$.*+?()[\]{}|^\\]/g, '\\$&'))
  const gap = '[\\s\\x{A0}]*'
  const sign = `${gap}(?:${escaped.join('|')})?${gap}`
  const number = `([0-9.,'\\s\\x{A0}]*[0-9])`
  const bracketed = literal(`^${sign}\\(${sign}${number}${sign}\\)$`)
  const plain = literal(`^([-+]?)${sign}([-+]?)${number}${sign}$`)
  return `regexp_replace(regexp_replace(${x}, ${bracketed}, '-\\1'), ${plain}, '\\1\\2\\3')`
}

/** An empty relation in front lends its columns to files that lack them; the optimizer takes it out again. */
function readParquet(urls: readonly string[], columns: readonly string[] = []): string {
  const files = `read_parquet([${urls.map(literal).join(', ')}], union_by_name = true)`
  if (columns.length === 0) return files
  const nulls = columns.map((name) => `cast(null as varchar) as ${ident(name)}`).join(', ')
  return `(select * from (select ${nulls} where false) union all by name select * from ${files})`
}

function bronze({ urls, columns, deliveries, mixed = false }: BronzeRows): string {
  const rows = readParquet(urls, columns)
  return deliveries && mixed ? `(select * from ${rows} where _delivery in (${deliveries.join(', ')}))` : rows
}
