import type { ExactKind, ParityDialect, ValueKind } from '../../sql/parity-dialect.ts'
import { dialect } from './dialect.ts'

const KINDS: readonly (readonly [RegExp, ValueKind])[] = [
  [/^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(\d+,\s*\d+\))$/, 'number'],
  [/^VARCHAR$/, 'text'],
  [/^BOOLEAN$/, 'boolean'],
  [/^DATE$/, 'date'],
  [/^TIMESTAMP( WITH TIME ZONE|_S|_MS)?$/, 'timestamp'],
  [/^(FLOAT|DOUBLE)$/, 'double'],
]

/** Comparing a place whose gold lies in DuckDB. */
export const parity: ParityDialect = {
  name: 'duckdb',
  ident: dialect.ident,
  kind: (type) => KINDS.find(([words]) => words.test(type))?.[1],
  canonical,
  double: (x) => `cast(${x} as double)`,
  literal: dialect.literal,
  concat: (texts) => `(${texts.join(' || ')})`,
  replaced: (x, from, to) => `replace(${x}, ${dialect.literal(from)}, ${dialect.literal(to)})`,
  md5: (x) => `md5(${x})`,
  low60: (md5, half) => `cast('0x' || substr(${md5}, ${half === 0 ? 2 : 18}, 15) as ubigint)`,
  prefix: (x, length) => `substr(${x}, 1, ${length})`,
  count: (x) => `count(${x})`,
  exactSum: (x) => `cast(coalesce(sum(${x}), 0) as varchar)`,
}

function canonical(x: string, kind: ExactKind, type: string): string {
  switch (kind) {
    case 'number':
      return number(x, type)
    case 'date':
      return `cast(${x} - date '1970-01-01' as varchar)`
    // Infinity has no microseconds, and must not look like NULL.
    case 'timestamp':
      return `coalesce(cast(epoch_us(${x}) as varchar), cast(${x} as varchar))`
    case 'boolean':
    case 'text':
      return `cast(${x} as varchar)`
  }
}

/** A decimal with no place before the point is printed as `.5`: one with more digits is not. */
function number(x: string, type: string): string {
  const [, width, scale = '0'] = /\((\d+),\s*(\d+)\)/.exec(type) ?? []
  if (scale === '0') return `cast(${x} as varchar)`
  const text = width === scale ? withLeadingZero(x) : `cast(${x} as varchar)`
  return `rtrim(rtrim(${text}, '0'), '.')`
}

const withLeadingZero = (x: string): string => `regexp_replace(cast(${x} as varchar), '^(-?)\\.', '\\10.')`
