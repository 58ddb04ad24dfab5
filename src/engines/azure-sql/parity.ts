import type { ExactKind, ParityDialect, ValueKind } from '../../sql/parity-dialect.ts'

const KINDS: readonly (readonly [RegExp, ValueKind])[] = [
  [/^((tiny|small|big)?int|(decimal|numeric)(\(\d+(,\s*\d+)?\))?)$/, 'number'],
  [/^n?(var)?char(\((\d+|max)\))?$/, 'text'],
  [/^bit$/, 'boolean'],
  [/^date$/, 'date'],
  [/^(smalldatetime|datetime|datetime2(\(\d\))?)$/, 'timestamp'],
  [/^(real|float(\(\d+\))?)$/, 'double'],
]

/** UTF-8 bytes, compared as bytes: a text of NVARCHAR is UTF-16, and the database's collation may ignore case. */
const utf8 = (x: string): string => `cast(${x} as varchar(max)) collate Latin1_General_100_BIN2_UTF8`
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A whole number this long would be a decimal, which has no bits. */
const ONES = `cast(${2n ** 60n - 1n} as bigint)`

/** Comparing a place whose gold lies in Azure SQL. */
export const parity: ParityDialect = {
  name: 'azure_sql',
  ident: (name) => `[${name.replaceAll(']', ']]')}]`,
  kind: (type) => KINDS.find(([words]) => words.test(type.toLowerCase()))?.[1],
  canonical,
  double: (x) => `cast(${x} as float(53))`,
  literal,
  concat: (texts) => `(${texts.join(' + ')})`,
  replaced: (x, from, to) => `replace(${x}, ${literal(from)}, ${literal(to)})`,
  md5: (x) => `lower(convert(char(32), hashbytes('MD5', ${x}), 2))`,
  low60: (md5, half) =>
    `(cast(convert(binary(8), substring(${md5}, ${half === 0 ? 1 : 17}, 16), 2) as bigint) & ${ONES})`,
  prefix: (x, length) => `left(${x}, ${length})`,
  count: (x) => `count_big(${x})`,
  exactSum: (x) => `cast(coalesce(sum(cast(${x} as decimal(38,0))), 0) as varchar(40))`,
}

function canonical(x: string, kind: ExactKind): string {
  switch (kind) {
    case 'number':
      return utf8(number(x))
    case 'date':
      return utf8(`datediff(day, '19700101', ${x})`)
    case 'timestamp':
      return utf8(`datediff_big(microsecond, cast('19700101' as datetime2), ${x})`)
    case 'boolean':
      return utf8(`case ${x} when 1 then 'true' when 0 then 'false' end`)
    case 'text':
      return `cast(${x} collate Latin1_General_100_BIN2_UTF8 as varchar(max))`
  }
}

/** RTRIM knows only spaces before SQL Server 2022; a number has none of its own. */
function number(x: string): string {
  const text = `cast(${x} as varchar(60))`
  const short = `replace(rtrim(replace(${text}, '0', ' ')), ' ', '0')`
  return `case when charindex('.', ${text}) = 0 then ${text} when right(${short}, 1) = '.' then replace(${short}, '.', '') else ${short} end`
}
