import { C360Error } from '../../errors.ts'
import type { Dialect, Layer } from '../../sql/dialect.ts'
import * as lists from './lists.ts'
import { ident, literal, named } from './names.ts'
import { tryDouble, tryNumber } from './numbers.ts'
import { collated } from './sql-casts.ts'
import { inSteps } from './steps.ts'
import * as tables from './tables.ts'
import * as texts from './texts.ts'
import { parseDate, parseTimestamp } from './times.ts'
import { localTime } from './zones.ts'

/** More values than CONCAT_WS takes are joined in parts. */
const MOST_JOINED = 200

/**
 * T-SQL as Azure SQL and SQL Server 2022 read it. Texts are UTF-8 in a binary collation, on every column and every text written.
 * A statement is a batch of its own.
 */
export function azureSqlDialect(schemas: Readonly<Record<Layer, string>>): Dialect {
  const table = (layer: Layer, name: string): string => named(schemas[layer], name)
  const scratch = (name: string): string => table('work', name)
  return {
    name: 'azure_sql',
    ident,
    literal,
    bool: (value) => `cast(${value ? 1 : 0} as bit)`,
    table,
    createSchemas: () => [...new Set(Object.values(schemas))].map(tables.createSchema),
    createTable: tables.createTable,
    addColumns: tables.addColumns,
    tableAs: (name, select) => tables.tableAs(name, select, scratch),
    viewAs: tables.viewAs,
    dropTable: tables.dropTable,
    dropView: tables.dropView,
    workTable: (name, select) => tables.tableAs(scratch(name), select, scratch),
    dropWorkTable: (name) => tables.dropTable(scratch(name)),
    withoutColumns: tables.withoutColumns,
    deleteMatching: tables.deleteMatching,
    updateMatching: tables.updateMatching,
    // The table has a column for every one that any of its files had.
    bronze: ({ table: source, deliveries }) =>
      deliveries
        ? `(select * from ${table('bronze', source)} where _delivery in (${deliveries.join(', ')}))`
        : table('bronze', source),
    ...expressions,
  }
}

const castTo: NonNullable<Dialect['spelling']>['cast'] = (x, type) =>
  type === 'text' ? `(${collated(`cast(${x} as varchar(max))`)})` : `cast(${x} as ${tables.fieldTypes[type]})`

const expressions = {
  spelling: {
    concat: texts.concat,
    cast: castTo,
    double: (x) => `cast(${x} as float)`,
    length: texts.length,
    max: (x, type) => (type === 'boolean' ? `cast(max(cast(${x} as tinyint)) as bit)` : `max(${x})`),
  },
  // NULL is the least value to T-SQL.
  descNullsLast: (x) => `${x} desc`,
  isDistinct: (a, b) => `${a} is distinct from ${b}`,
  type: (type) => (type === 'text' ? 'varchar(max)' : tables.fieldTypes[type]),
  wideInteger: 'decimal(38,0)',
  tryCast: (x, type) => {
    if (type === 'integer' || type === 'decimal') return tryNumber(x, type)
    return type === 'text' ? castTo(x, type) : `try_convert(${tables.fieldTypes[type]}, nullif(${x}, ''))`
  },
  tryDouble,
  trimmed: texts.trimmed,
  collapseSpaces: texts.collapseSpaces,
  lower: texts.lower,
  upper: texts.upper,
  titleCase: texts.titleCase,
  digits: texts.digits,
  money: texts.money,
  startsWith: texts.startsWith,
  substringFrom: texts.substringFrom,
  firstWord: texts.firstWord,
  otherWords: texts.otherWords,
  beforeLastComma: texts.beforeLastComma,
  afterLastComma: texts.afterLastComma,
  looksLikeEmail: texts.looksLikeEmail,
  beside: (x, pairs, otherwise) =>
    inSteps(
      [{ x, otherwise }],
      `coalesce((select z.value from (values ${pairs.map(([from, to]) => `(${literal(from)}, ${literal(to)})`).join(', ')}) z(name, value) where z.name = x), otherwise)`,
    ),
  isIn: (x, words) => `${x} in (${words.map(literal).join(', ')})`,
  joinTexts,
  jsonObject: (pairs) =>
    `concat('{', ${joinTexts(
      ',',
      pairs.map(([key, x]) => `${literal(`${JSON.stringify(key)}:"`)} + ${escaped(x)} + '"'`),
    )}, '}')`,
  jsonText: (x, key) =>
    `(select top (1) ${collated('cast(j.value as varchar(max))')} from openjson(${x}) j where j.[key] = ${literal(key)})`,
  hash: (list) =>
    `cast(cast(hashbytes('MD5', concat('|', ${list.map((x) => `cast(${x} as varchar(max))`).join(", '|', ")})) as binary(8)) as bigint)`,
  parseTimestamp,
  parseDate,
  localTime,
  list: lists.list,
  joinedLists: lists.joinedLists,
  sortedList: lists.sortedList,
  eachWithEarlier: () => onlyEmbedded('rows out of lists in a SELECT'),
  numbers: (count) =>
    `(select cast(value as int) as n from generate_series(0, ${Math.max(count - 1, 0)}) where value < ${count})`,
  readParquet: () => onlyEmbedded('files'),
} satisfies Partial<Dialect>

const escaped = (x: string): string => collated(`cast(string_escape(${x}, 'json') as varchar(max))`)

/** CONCAT_WS wants two texts at least, and gives a text of any length only where one is. */
function joinTexts(separator: string, list: readonly string[]): string {
  if (list.length > MOST_JOINED) {
    const parts = Array.from({ length: Math.ceil(list.length / MOST_JOINED) }, (_, part) =>
      list.slice(part * MOST_JOINED, (part + 1) * MOST_JOINED),
    )
    return joinTexts(
      separator,
      parts.map((part) => `nullif(${joinTexts(separator, part)}, '')`),
    )
  }
  const [first = 'null', ...others] = list
  return `concat_ws(${[literal(separator), castTo(first, 'text'), ...(others.length > 0 ? others : ['null'])].join(', ')})`
}

function onlyEmbedded(what: string): never {
  throw new C360Error('INTERNAL', `Azure SQL has no ${what}: only the embedded engine is asked for them.`)
}
