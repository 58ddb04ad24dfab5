import type { FieldType } from '../../model/types.ts'
import type { Dialect, Layer } from '../../sql/dialect.ts'
import { merging } from '../../sql/merge.ts'
import { dotted, ident, literal } from './literals.ts'
import { tryDouble, tryNumber } from './numbers.ts'
import * as texts from './texts.ts'
import { parseDate, parseTimestamp } from './times.ts'
import { localTime } from './zones.ts'

const types: Record<FieldType, string> = {
  text: 'STRING',
  integer: 'BIGINT',
  decimal: 'DECIMAL(18,2)',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  boolean: 'BOOLEAN',
}

/**
 * Spark SQL with Delta tables, as Spark 4 and Databricks read it; the session's time zone is UTC, and ANSI mode may be on or
 * off. `schemas` are dotted names, such as `main.c360_silver`.
 */
export function sparkDialect(schemas: Readonly<Record<Layer, string>>): Dialect {
  const table = (layer: Layer, name: string): string => `${dotted(schemas[layer])}.${ident(name)}`
  const tableAs = (name: string, select: string): string[] => [
    `create or replace table ${name} using delta as ${select}`,
  ]
  const dropTable = (name: string): string => `drop table if exists ${name}`
  return {
    name: 'spark',
    rewrites: true,
    ident,
    literal,
    bool: String,
    table,
    createSchemas: () =>
      [...new Set(Object.values(schemas))].map((name) => `create schema if not exists ${dotted(name)}`),
    createTable: (name, columns) =>
      `create table if not exists ${name} (${columns.map(([column, type]) => `${ident(column)} ${types[type]}`).join(', ')}) using delta`,
    addColumns: (name, columns) =>
      `alter table ${name} add columns (${columns.map(([column, type]) => `${ident(column)} ${types[type]}`).join(', ')})`,
    tableAs,
    viewAs: (name, select) => [`create or replace view ${name} as ${select}`],
    dropTable,
    dropView: (name) => `drop view if exists ${name}`,
    workTable: (name, select) => tableAs(table('work', name), select),
    dropWorkTable: (name) => dropTable(table('work', name)),
    // Delta takes single columns out of tables with mapped names only.
    withoutColumns: (name, _dropped, kept) => tableAs(name, `select ${kept.join(', ')} from ${name}`),
    ...merging({ ident, table }),
    ...expressions,
  }
}

const expressions = {
  descNullsLast: (x) => `${x} desc nulls last`,
  isDistinct: (a, b) => `${a} is distinct from ${b}`,
  type: (type) => types[type],
  wideInteger: 'DECIMAL(38,0)',
  tryCast: (x, type) =>
    type === 'integer' || type === 'decimal' ? tryNumber(x, type) : `try_cast(${x} as ${types[type]})`,
  tryDouble,
  ...texts,
  startsWith: (x, prefix) => `startswith(${x}, ${literal(prefix)})`,
  substringFrom: (x, from) => `substring(${x}, ${from})`,
  // A case of a hundred branches would ask for the text a hundred times.
  beside: (x, pairs, otherwise) =>
    `coalesce(try_element_at(map(${pairs.map(([from, to]) => `${literal(from)}, ${literal(to)}`).join(', ')}), ${x}), ${otherwise})`,
  isIn: (x, words) => `${x} in (${words.map(literal).join(', ')})`,
  joinTexts: (separator, list) => `concat_ws(${[literal(separator), ...list].join(', ')})`,
  jsonObject: (pairs) =>
    `to_json(named_struct(${pairs.map(([key, x]) => `${literal(key)}, ${x}`).join(', ')}), map('ignoreNullFields', 'true'))`,
  jsonText: (x, key) => `try_element_at(from_json(${x}, 'map<string,string>'), ${literal(key)})`,
  hash: (list) => `xxhash64(${list.join(', ')})`,
  parseTimestamp,
  parseDate,
  localTime,
  // A list of values leaves NULLs out, a list of rows does not.
  list: (x) => `transform(collect_list(struct(${x} as v)), c360_r -> c360_r.v)`,
  joinedLists: (x) => `flatten(collect_list(${x}))`,
  sortedList: (x) => `array_sort(${x})`,
  eachWithEarlier: (list, back, item, earlier) =>
    `inline(transform(${list}, (c360_v, c360_i) -> struct(c360_v as item, get(${list}, c360_i - ${back}) as earlier))) as (${item}, ${earlier})`,
  numbers: (count) => `(select cast(id as int) as n from range(${count}))`,
  readParquet: (urls) =>
    urls.length === 1
      ? `parquet.${ident(urls[0] ?? '')}`
      : `(${urls.map((url) => `select * from parquet.${ident(url)}`).join(' union all ')})`,
} satisfies Partial<Dialect>
