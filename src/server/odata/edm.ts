/** What a value is to an expression: comparisons and functions go by it. */
export type Kind = 'text' | 'integer' | 'decimal' | 'double' | 'boolean' | 'date' | 'instant'

/** A column's type as `$metadata` says it, and as SQL writes a value of it into JSON. */
export interface Edm {
  readonly type: string
  readonly kind: Kind
  /** Attributes beside the type: Precision, Scale. */
  readonly facets: Readonly<Record<string, string>>
  /** SQL of the value as JSON; NULL stays NULL. */
  readonly json: (x: string) => string
  /** Has more digits than a double can hold: a string under IEEE754Compatible. */
  readonly isWide: boolean
}

/** The engine's word for a type -> OData's. Types that OData lacks, such as lists, are given as text. */
export function edmOf(engineType: string): Edm {
  const type = engineType.toUpperCase()
  const [, width = '', scale = ''] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type) ?? []
  if (width !== '') return decimal(width, scale)
  if (type === 'TIMESTAMP WITH TIME ZONE')
    return { ...INSTANT, json: (x) => instant(`cast(${x} as timestamp)`) }
  if (type.startsWith('TIMESTAMP')) return INSTANT
  return byName[type] ?? plain('Edm.String', 'text', text)
}

/** Most texts have nothing to escape; to see that costs less than to escape. */
const text = (x: string): string =>
  `case when regexp_full_match(${written(x)}, '[ !#-\\[\\]-~]*') then ${quoted(x)} else cast(to_json(${written(x)}) as varchar) end`

const written = (x: string): string => `cast(${x} as varchar)`
const quoted = (x: string): string => `'"' || cast(${x} as varchar) || '"'`
const instant = (x: string): string => `'"' || replace(cast(${x} as varchar), ' ', 'T') || 'Z"'`

/** JSON has no word for these three; OData has. */
const double = (x: string): string =>
  `case when isnan(${x}) then '"NaN"' when isinf(${x}) then case when ${x} > 0 then '"INF"' else '"-INF"' end else ${written(x)} end`

const plain = (type: string, kind: Kind, json: Edm['json'], isWide = false): Edm => ({
  type,
  kind,
  facets: {},
  json,
  isWide,
})

const decimal = (precision: string, scale: string): Edm => ({
  ...plain('Edm.Decimal', 'decimal', written, true),
  facets: { Precision: precision, Scale: scale },
})

const INSTANT: Edm = { ...plain('Edm.DateTimeOffset', 'instant', instant), facets: { Precision: '6' } }

const int16 = plain('Edm.Int16', 'integer', written)
const int32 = plain('Edm.Int32', 'integer', written)
const int64 = plain('Edm.Int64', 'integer', written, true)
const whole = (digits: string): Edm => ({ ...decimal(digits, '0'), kind: 'integer' })

const byName: Readonly<Record<string, Edm>> = {
  BOOLEAN: plain('Edm.Boolean', 'boolean', written),
  TINYINT: int16,
  UTINYINT: int16,
  SMALLINT: int16,
  USMALLINT: int32,
  INTEGER: int32,
  UINTEGER: int64,
  BIGINT: int64,
  UBIGINT: whole('20'),
  HUGEINT: whole('39'),
  UHUGEINT: whole('39'),
  FLOAT: plain('Edm.Double', 'double', double),
  DOUBLE: plain('Edm.Double', 'double', double),
  DATE: plain('Edm.Date', 'date', quoted),
}
