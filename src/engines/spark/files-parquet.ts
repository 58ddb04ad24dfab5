import type { EngineField, EngineFile } from '../files.ts'
import { exactly } from './files-csv.ts'
import { ident } from './literals.ts'

const parquetAt = ({ url }: EngineFile): string => `parquet.${ident(exactly(url))}`

export const parquetHead = (file: EngineFile): string => `describe query select * from ${parquetAt(file)}`

/** SELECT of f0, f1, .. (the columns as text), b (where its stretch begins) and i (number of the task and place in it). */
export function parquetRows(file: EngineFile, fields: readonly EngineField[]): string {
  const values = fields.map((field, index) => `${textOf(field)} as f${index}`)
  return `select ${values.join(', ')}, _metadata.file_block_start as b, monotonically_increasing_id() as i from ${parquetAt(file)}`
}

/** All of a row, for a hash. */
export const parquetText = (fields: readonly EngineField[]): string =>
  fields.map((_, index) => `f${index}`).join(', ')

/** As the runner writes it: decimals exact, ISO times (instants with `Z`), whole numbers without `.0`, bytes as hexadecimal, nested values as JSON; no value is ''. */
function textOf({ name, type = 'string' }: EngineField): string {
  const x = ident(name)
  return `coalesce(${present(x, type.toLowerCase())}, '')`
}

function present(x: string, type: string): string {
  if (/^(array|map|struct)</.test(type)) return `to_json(${x}, map('ignoreNullFields', 'false'))`
  switch (type) {
    case 'timestamp':
      return `replace(cast(${x} as string), ' ', 'T') || 'Z'`
    case 'timestamp_ntz':
      return `replace(cast(${x} as string), ' ', 'T')`
    case 'float':
    case 'double':
      return `case when ${plainly(x)} then regexp_replace(cast(cast(${x} as decimal(38,20)) as string), '[.]?0+$', '') else regexp_replace(cast(${x} as string), '[.]0$', '') end`
    case 'binary':
      return `lower(hex(${x}))`
    default:
      return `cast(${x} as string)`
  }
}

/** Java writes these with an exponent, the embedded engine without. */
const plainly = (x: string): string =>
  `(abs(${x}) >= 1e7 and abs(${x}) < 1e16) or (abs(${x}) >= 1e-4 and abs(${x}) < 1e-3)`
