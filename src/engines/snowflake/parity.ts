import type { ExactKind, ParityDialect, ValueKind } from '../../sql/parity-dialect.ts'
import { ident, literal } from './literals.ts'

const KINDS: readonly (readonly [RegExp, ValueKind])[] = [
  [/^(fixed|number|decimal|numeric|(tiny|small|big)?int|integer)(\(\d+(,\s*\d+)?\))?$/, 'number'],
  [/^(text|string|(var)?char)(\(\d+\))?$/, 'text'],
  [/^boolean$/, 'boolean'],
  [/^date$/, 'date'],
  [/^timestamp(_(ntz|ltz|tz))?(\(\d\))?$/, 'timestamp'],
  [/^(real|float|double( precision)?)$/, 'double'],
]

/** Comparing a place whose gold lies in Snowflake. */
export const parity: ParityDialect = {
  name: 'snowflake',
  ident,
  kind: (type) => KINDS.find(([words]) => words.test(type.toLowerCase()))?.[1],
  canonical,
  double: (x) => `cast(${x} as double)`,
  literal,
  concat: (texts) => `(${texts.join(' || ')})`,
  replaced: (x, from, to) => `replace(${x}, ${literal(from)}, ${literal(to)})`,
  md5: (x) => `md5(${x})`,
  low60: (md5, half) => `to_number(substr(${md5}, ${half === 0 ? 2 : 18}, 15), '${'X'.repeat(15)}')`,
  prefix: (x, length) => `substr(${x}, 1, ${length})`,
  count: (x) => `count(${x})`,
  exactSum: (x) => `to_varchar(coalesce(sum(${x}), 0))`,
}

function canonical(x: string, kind: ExactKind): string {
  switch (kind) {
    case 'number':
      return number(x)
    case 'date':
      return `to_varchar(datediff(day, to_date('1970-01-01'), ${x}))`
    case 'timestamp':
      return `to_varchar(date_part(epoch_microsecond, ${x}))`
    case 'boolean':
      return `case when ${x} then 'true' when not ${x} then 'false' end`
    case 'text':
      return x
  }
}

const number = (x: string): string => {
  const text = `to_varchar(${x})`
  return `case when position('.', ${text}) > 0 then rtrim(rtrim(${text}, '0'), '.') else ${text} end`
}
