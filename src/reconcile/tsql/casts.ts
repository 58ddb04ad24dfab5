import { isRecord, recordOf, type SqlNode, textOf } from '../../sql/walk.ts'
import { type Expression, Refused, type SqlType } from './types.ts'
import { isNumber, made } from './values.ts'

/** A type a CAST names, and how DuckDB calls it. */
interface Target {
  readonly type: SqlType
  readonly duckdb: string
  /** Longest text; undefined = no limit. */
  readonly length?: number
}

const WHOLE: ReadonlySet<string> = new Set(['int', 'integer', 'bigint', 'smallint', 'tinyint'])
const TEXTS: ReadonlySet<string> = new Set(['varchar', 'nvarchar', 'char', 'nchar'])
const TIMES: ReadonlySet<string> = new Set(['datetime', 'datetime2', 'smalldatetime', 'timestamp'])
/** What CAST(x AS VARCHAR) without a length cuts at. */
const DEFAULT_LENGTH = 30

function targetOf(to: unknown): Target {
  const fields = recordOf(to)
  const kind = textOf(fields.data_type) ?? ''
  const written = kind === 'custom' ? (textOf(fields.name) ?? '') : kind.replaceAll('_', '')
  const [, name = '', inside] = /^(\w+)\s*(?:\(([^)]*)\))?$/.exec(written.toLowerCase()) ?? []
  if (WHOLE.has(name)) return { type: 'int', duckdb: 'bigint' }
  if (TIMES.has(name)) return { type: 'datetime', duckdb: 'timestamp' }
  if (name === 'bit') return { type: 'bit', duckdb: 'integer' }
  if (name === 'date') return { type: 'date', duckdb: 'date' }
  if (name === 'float' || name === 'real' || name === 'double') return { type: 'float', duckdb: 'double' }
  if (name === 'money') return { type: 'decimal', duckdb: 'decimal(19,4)' }
  if (name === 'decimal' || name === 'numeric')
    return { type: 'decimal', duckdb: `decimal(${fields.precision ?? 18},${fields.scale ?? 0})` }
  if (!TEXTS.has(name))
    throw new Refused(
      'legacy_type',
      `the type \`${written}\``,
      'use INT, DECIMAL, FLOAT, VARCHAR, DATE or DATETIME2',
    )
  if (inside?.trim() === 'max') return { type: 'text', duckdb: 'varchar' }
  return { type: 'text', duckdb: 'varchar', length: Number(inside ?? fields.length ?? DEFAULT_LENGTH) }
}

/** CAST, or TRY_CAST where `attempt`: NULL instead of an error. */
export function cast(node: SqlNode, to: unknown, value: Expression, attempt = false): Expression {
  const target = targetOf(to)
  return made(node, castSql(value, target, attempt ? 'try_cast' : 'cast'), target.type, [value])
}

function castSql({ sql, type }: Expression, target: Target, word: 'cast' | 'try_cast'): string {
  const plain = `${word}(${sql} as ${target.duckdb})`
  switch (target.type) {
    case 'int':
      if (type === 'text') return word === 'cast' ? `tsql_int(${sql})` : `tsql_try_int(${sql})`
      return type === 'decimal' || type === 'float' ? `${word}(trunc(${sql}) as bigint)` : plain
    case 'bit':
      return `case when ${sql} is not null then case when ${type === 'text' ? `tsql_int(${sql})` : sql} <> 0 then 1 else 0 end end`
    case 'text':
      return cut(asText(sql, type), target.length)
    default:
      return plain
  }
}

function asText(sql: string, type: SqlType): string {
  if (type === 'text' || type === 'null') return `cast(${sql} as varchar)`
  if (isNumber(type) && type !== 'float') return `cast(${sql} as varchar)`
  throw new Refused(
    'legacy_type',
    `a ${type === 'float' ? 'float' : 'date or time'} as text without a style`,
    'use CONVERT(VARCHAR(..), x, 120), DATENAME or CAST(.. AS DECIMAL)',
  )
}

const cut = (sql: string, length: number | undefined): string =>
  length === undefined ? sql : `left(${sql}, ${length})`

/** The styles of CONVERT that mean the same under every language setting. */
const STYLES: Readonly<Record<string, string>> = {
  '23': '%Y-%m-%d',
  '112': '%Y%m%d',
  '120': '%Y-%m-%d %H:%M:%S',
}

/** CONVERT(type, value [, style]). */
export function convert(node: SqlNode, to: unknown, value: Expression, style: unknown): Expression {
  if (style === undefined) return cast(node, to, value)
  const target = targetOf(to)
  const number = textOf(recordOf(isRecord(style) ? style.literal : undefined).value) ?? ''
  const format = STYLES[number]
  if (format === undefined || target.type !== 'text' || (value.type !== 'date' && value.type !== 'datetime'))
    throw new Refused(
      'legacy_function',
      `CONVERT with style ${number || 'other than a number'} here`,
      'styles 23, 112 and 120, from a date or time to text',
    )
  return made(node, cut(`strftime(${value.sql}, '${format}')`, target.length), 'text', [value])
}

/** A number or text as CONCAT writes it. */
export const written = ({ sql, type }: Expression): string => asText(sql, type)
