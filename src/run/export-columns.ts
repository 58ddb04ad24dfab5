import { dialect } from '../engines/duckdb/dialect.ts'
import type { Session } from '../engines/engine.ts'
import { physicalName } from '../lake/names.ts'
import type { LakeColumn, LakeType } from '../lake/types.ts'
import { all } from './execute.ts'

/** A column as the lake has it, and the SQL that gives it. */
export interface ExportColumn extends LakeColumn {
  readonly sql: string
}

/** The columns of a table such as `gold/dim_customers` in the session's database, in order. */
export async function columnsOf(session: Session, table: string): Promise<readonly ExportColumn[]> {
  const [schema = '', name = ''] = table.split('/')
  const rows = await all(
    session,
    `select column_name as name, data_type as type from duckdb_columns() where schema_name = ${dialect.literal(schema)} and table_name = ${dialect.literal(name)} order by column_index`,
  )
  const taken = new Set<string>()
  return rows.map((row) => {
    const original = String(row.name)
    const physical = physicalName(original, taken)
    taken.add(physical)
    const { type, sql } = exported(String(row.type), dialect.ident(original))
    return { name: physical, type, sql, ...(physical === original ? {} : { original }) }
  })
}

const same: Readonly<Record<string, LakeType>> = {
  VARCHAR: 'string',
  BIGINT: 'long',
  INTEGER: 'integer',
  BOOLEAN: 'boolean',
  DATE: 'date',
  DOUBLE: 'double',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
}

const cast: Readonly<Record<string, readonly [LakeType, string]>> = {
  TINYINT: ['integer', 'integer'],
  SMALLINT: ['integer', 'integer'],
  UTINYINT: ['integer', 'integer'],
  USMALLINT: ['integer', 'integer'],
  UINTEGER: ['long', 'bigint'],
  UBIGINT: ['decimal(20,0)', 'decimal(20,0)'],
  HUGEINT: ['decimal(38,0)', 'decimal(38,0)'],
  FLOAT: ['double', 'double'],
}

/** A column's type in Delta and how the engine gives it; what Delta has no word for (lists, structures, times) becomes text. */
function exported(type: string, x: string): { readonly type: LakeType; readonly sql: string } {
  const known = same[type]
  if (known) return { type: known, sql: x }
  const [, digits, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? []
  if (digits !== undefined) return { type: `decimal(${Number(digits)},${Number(scale)})`, sql: x }
  const [wider, target] = cast[type] ?? []
  if (wider && target) return { type: wider, sql: `cast(${x} as ${target})` }
  // Times in silver and gold are UTC, and have no zone in the engine.
  if (type.startsWith('TIMESTAMP'))
    return { type: 'timestamp', sql: `timezone('UTC', cast(${x} as timestamp))` }
  const isNested = /[[\]]|^(STRUCT|MAP|UNION)\(/.test(type)
  return { type: 'string', sql: isNested ? `cast(to_json(${x}) as varchar)` : `cast(${x} as varchar)` }
}
