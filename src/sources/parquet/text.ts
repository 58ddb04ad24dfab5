import type { SchemaTree } from 'hyparquet'

/**
 * SQL over column `x` that makes of its value the text the rest of the system wants: decimals exact, ISO dates and times (those
 * that are instants with `Z`), whole numbers without `.0`, bytes as hexadecimal, nested values as JSON; no value is ''.
 */
export const textOf = (column: SchemaTree, x: string): string => `coalesce(${present(column, x)}, '')`

function present({ element, children }: SchemaTree, x: string): string {
  if (children.length > 0 || element.repetition_type === 'REPEATED') return `cast(to_json(${x}) as varchar)`
  const { type, logical_type: logical, converted_type: converted } = element
  const kind = logical?.type
  if (kind === 'TIMESTAMP') return logical?.isAdjustedToUTC === true ? instant(x) : wallClock(x)
  // Spark, which is who still writes INT96, means instants by it and by the old annotations.
  if (type === 'INT96' || converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS')
    return instant(x)
  if (kind === 'FLOAT16' || type === 'FLOAT' || type === 'DOUBLE') return plainFloat(x)
  if (isBytes(type) && kind === undefined && (converted === undefined || converted === 'BSON'))
    return `lower(hex(${x}))`
  return `cast(${x} as varchar)`
}

const isBytes = (type: string | undefined): boolean =>
  type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY'

const wallClock = (x: string): string => `replace(cast(cast(${x} as timestamp) as varchar), ' ', 'T')`

/** The session's time zone must not show. */
const instant = (x: string): string =>
  `replace(cast(timezone('UTC', cast(${x} as timestamptz)) as varchar), ' ', 'T') || 'Z'`

const plainFloat = (x: string): string => `regexp_replace(cast(${x} as varchar), '\\.0$', '')`
