import type { FieldType } from '../model/types.ts'

/** The type of an expression as DuckDB has it; every other engine is made to agree with it. */
export type SqlType =
  | { readonly kind: 'text' | 'double' | 'boolean' | 'date' | 'timestamp' | 'null' }
  | { readonly kind: 'integer'; readonly bits: 32 | 64 | 128 }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'interval'; readonly unit: 'day' | 'month' }

/** The columns of a relation, in order. */
export type Columns = readonly (readonly [name: string, type: SqlType])[]

export type Decimal = Extract<SqlType, { kind: 'decimal' }>
type Integer = Extract<SqlType, { kind: 'integer' }>

export const TEXT: SqlType = { kind: 'text' }
export const DOUBLE: SqlType = { kind: 'double' }
export const BOOLEAN: SqlType = { kind: 'boolean' }
export const DATE: SqlType = { kind: 'date' }
export const TIMESTAMP: SqlType = { kind: 'timestamp' }
export const NULL: SqlType = { kind: 'null' }
export const INTEGER: SqlType = { kind: 'integer', bits: 32 }
export const BIGINT: SqlType = { kind: 'integer', bits: 64 }
export const HUGEINT: SqlType = { kind: 'integer', bits: 128 }

export const decimal = (precision: number, scale: number): Decimal => ({ kind: 'decimal', precision, scale })

const fields: Readonly<Record<FieldType, SqlType>> = {
  text: TEXT,
  integer: BIGINT,
  decimal: decimal(18, 2),
  date: DATE,
  timestamp: TIMESTAMP,
  boolean: BOOLEAN,
}

export const typeOfField = (type: FieldType): SqlType => fields[type]

const DIGITS = { 32: 10, 64: 19, 128: 38 } as const

/** A number that is exact, as a decimal wide enough for it. */
export function asDecimal(type: SqlType): Decimal | undefined {
  if (type.kind === 'decimal') return type
  return type.kind === 'integer' ? decimal(DIGITS[type.bits], 0) : undefined
}

const wider = (a: Integer, b: Integer): Integer => (a.bits >= b.bits ? a : b)

/** The type of `a op b`, or undefined where the two do not go together. */
export function arithmeticType(
  op: 'add' | 'sub' | 'mul' | 'div',
  a: SqlType,
  b: SqlType,
): SqlType | undefined {
  if (a.kind === 'null' || b.kind === 'null') return a.kind === 'null' ? b : a
  if (a.kind === 'integer' && b.kind === 'integer') return op === 'div' ? DOUBLE : wider(a, b)
  const isNumber = (type: SqlType): boolean => type.kind === 'double' || asDecimal(type) !== undefined
  if (isNumber(a) && isNumber(b) && (op === 'div' || a.kind === 'double' || b.kind === 'double'))
    return DOUBLE
  const [left, right] = [asDecimal(a), asDecimal(b)]
  if (left && right) return op === 'mul' ? product(left, right) : sum(left, right)
  return op === 'mul' || op === 'div' ? undefined : dateArithmetic(op, a, b)
}

function dateArithmetic(op: 'add' | 'sub', a: SqlType, b: SqlType): SqlType | undefined {
  const isTime = a.kind === 'date' || a.kind === 'timestamp'
  if (isTime && b.kind === 'interval') return TIMESTAMP
  return a.kind === 'date' && b.kind === 'integer' && (op === 'add' || op === 'sub') ? DATE : undefined
}

const wholeDigits = ({ precision, scale }: Decimal): number => precision - scale

/** DuckDB keeps what fits 64 bits in 64 bits, and calls more an overflow. */
function bounded(width: number, scale: number, a: Decimal, b: Decimal): Decimal {
  const both = Math.max(a.precision, b.precision)
  if (width > 18 && both <= 18 && scale < 18) return decimal(18, scale)
  return decimal(Math.min(width, 38), scale)
}

function sum(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  return bounded(Math.max(wholeDigits(a), wholeDigits(b)) + scale + 1, scale, a, b)
}

const product = (a: Decimal, b: Decimal): Decimal =>
  bounded(a.precision + b.precision, a.scale + b.scale, a, b)

/** The type both sides of a comparison, a CASE or a UNION are brought to, or undefined. */
export function commonType(a: SqlType, b: SqlType): SqlType | undefined {
  if (a.kind === 'null') return b
  if (b.kind === 'null') return a
  if (a.kind === 'integer' && b.kind === 'integer') return wider(a, b)
  const [left, right] = [asDecimal(a), asDecimal(b)]
  if (left && right) {
    const scale = Math.max(left.scale, right.scale)
    return decimal(Math.min(Math.max(wholeDigits(left), wholeDigits(right)) + scale, 38), scale)
  }
  if ((a.kind === 'double' && (right || b.kind === 'double')) || (b.kind === 'double' && left)) return DOUBLE
  if (a.kind === b.kind) return a
  const kinds = new Set([a.kind, b.kind])
  return kinds.has('date') && kinds.has('timestamp') ? TIMESTAMP : undefined
}

/** The type of a sum. */
export function sumType(type: SqlType): SqlType | undefined {
  if (type.kind === 'null' || type.kind === 'integer') return HUGEINT
  if (type.kind === 'decimal') return decimal(38, type.scale)
  return type.kind === 'double' ? DOUBLE : undefined
}

/** The type of a number as written. */
export function typeOfNumber(text: string): SqlType {
  const [, whole = '', fraction] = /^(\d*)(?:\.(\d*))?$/.exec(text) ?? []
  if (!/^\d*\.?\d*$/.test(text)) return DOUBLE
  if (fraction === undefined) return typeOfWhole(BigInt(whole))
  const digits = whole.length + fraction.length
  return digits > 38 ? DOUBLE : decimal(digits, fraction.length)
}

function typeOfWhole(value: bigint): SqlType {
  if (value < 2n ** 31n) return INTEGER
  if (value < 2n ** 63n) return BIGINT
  return value < 2n ** 127n ? HUGEINT : DOUBLE
}

/** As DuckDB writes it. */
export function typeName(type: SqlType): string {
  switch (type.kind) {
    case 'integer':
      return { 32: 'INTEGER', 64: 'BIGINT', 128: 'HUGEINT' }[type.bits]
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`
    case 'text':
      return 'VARCHAR'
    default:
      return type.kind.toUpperCase()
  }
}
