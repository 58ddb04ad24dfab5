import type { ExactKind, ParityDialect, ValueKind } from '../../sql/parity-dialect.ts'
import { ident, literal } from './literals.ts'

const KINDS: readonly (readonly [RegExp, ValueKind])[] = [
  [/^(tinyint|smallint|int|integer|bigint|byte|short|long|decimal(\(\d+,\s*\d+\))?)$/, 'number'],
  [/^(string|(var)?char(\(\d+\))?)( collate utf8_binary)?$/, 'text'],
  [/^boolean$/, 'boolean'],
  [/^date$/, 'date'],
  [/^timestamp(_ntz|_ltz)?$/, 'timestamp'],
  [/^(float|real|double)$/, 'double'],
]

/** Comparing a place whose gold lies in Spark or Databricks. */
export const parity: ParityDialect = {
  name: 'spark',
  ident,
  kind: (type) => KINDS.find(([words]) => words.test(type.toLowerCase().replace(/_type$/, '')))?.[1],
  canonical,
  double: (x) => `cast(${x} as double)`,
  literal,
  concat: (texts) => `concat(${texts.join(', ')})`,
  replaced: (x, from, to) => `replace(${x}, ${literal(from)}, ${literal(to)})`,
  md5: (x) => `md5(cast(${x} as binary))`,
  low60: (md5, half) => `cast(conv(substr(${md5}, ${half === 0 ? 2 : 18}, 15), 16, 10) as decimal(20,0))`,
  prefix: (x, length) => `substr(${x}, 1, ${length})`,
  count: (x) => `count(${x})`,
  exactSum: (x) => `cast(coalesce(sum(${x}), 0) as string)`,
}

function canonical(x: string, kind: ExactKind): string {
  switch (kind) {
    case 'number':
      return number(x)
    case 'date':
      return `cast(unix_date(${x}) as string)`
    case 'timestamp':
      return `cast(unix_micros(cast(${x} as timestamp)) as string)`
    case 'boolean':
    case 'text':
      return `cast(${x} as string)`
  }
}

/** Outside of ANSI mode small numbers are written `1E-7`. */
function number(x: string): string {
  const text = `cast(${x} as string)`
  return [
    `case when instr(${text}, 'E') > 0 then format_number(${x}, '0.${'#'.repeat(38)}')`,
    `when instr(${text}, '.') > 0 then rtrim('.', rtrim('0', ${text}))`,
    `else ${text} end`,
  ].join(' ')
}
