import type { Entity } from '../model/types.ts'
import { foundIds, lookupJoins } from '../plan/lookup.ts'
import { relationOf } from '../plan/names.ts'
import { bronzeRows, silverFields, stageSelect } from '../plan/stage.ts'
import type { BronzeTable } from '../plan/types.ts'
import type { Contract } from '../project/types.ts'
import { SELECTED } from './figure.ts'
import { fieldSql, type OriginInput } from './origin.ts'
import { plainColumn } from './plain.ts'

/** A column of the rows asked about, and the field of the entity that carries the same value. */
export interface Match {
  readonly column: string
  readonly field: string
}

/**
 * Query: rows of a source that did not become silver rows (held back, superseded, deleted, dismissed) and carry the values asked about: fate,
 * reasons (JSON), by_delivery, by_row, _source_file, _row_number, _delivery, value (text). The rows are read from bronze as
 * they came, cleaned as the contract says. Undefined when the source has no files or lacks one of the fields.
 */
export function lostRowsSql(
  { d, project }: OriginInput,
  contract: Contract,
  bronze: BronzeTable | undefined,
  matches: readonly Match[],
  value: string | undefined,
): string | undefined {
  const fields = silverFields(contract)
  const known = (field: string) =>
    field === 'source' || fields.includes(field) || foundIds(contract, field).length > 0
  if (!bronze || bronze.deliveries.length === 0 || !matches.every(({ field }) => known(field)))
    return undefined
  const source = d.literal(contract.source)
  const lost = [
    `select _delivery, _row_number, 'quarantined' as fate, reasons, cast(null as bigint) as by_delivery, cast(null as bigint) as by_row from silver.quarantine where source = ${source}`,
    `select _delivery, _row_number, fate, cast(null as varchar), by_delivery, by_row from silver._fates where source = ${source}`,
  ].join(' union all ')
  const same = (a: string, b: string) =>
    `${a}._delivery = ${b}._delivery and ${a}._row_number = ${b}._row_number`
  const from = `(select x.* from ${bronzeRows(d, contract.source, bronze, bronze.deliveries)} x join (${lost}) y on ${same('x', 'y')})`
  const staged = stageSelect(d, project, contract, bronze, { from, decided: false })
  const conditions = matches.map(
    ({ column, field }) =>
      `cast(s.${d.ident(column)} as varchar) = cast(f.${d.ident(`_m_${field}`)} as varchar)`,
  )
  const columns = matches.map(({ field }) => `${fieldSql(d, contract, field)} as ${d.ident(`_m_${field}`)}`)
  const shown =
    value !== undefined && fields.includes(value)
      ? `cast(${d.ident(value)} as varchar)`
      : 'cast(null as varchar)'
  return [
    `select l.fate, l.reasons, l.by_delivery, l.by_row, f._source_file, f._row_number, f._delivery, f._value as value`,
    `from (select ${[...columns, `${shown} as _value`].join(', ')}, _source_file, _row_number, _delivery from (${staged}) g${lookupJoins(d, project, contract)}) f`,
    `join (${lost}) l on ${same('f', 'l')}`,
    `where exists (select 1 from ${SELECTED} s where ${conditions.join(' and ')})`,
    'order by f._delivery, f._row_number',
  ].join(' ')
}

/**
 * Which field of an entity carries each of the columns: the column of the relation between them (`via`), handed on
 * unchanged. Undefined when one is computed, so that a row that never got there cannot be told by it.
 */
export function matchesOf(
  { catalog }: OriginInput,
  relation: string,
  entity: Entity,
  columns: readonly { readonly column: string; readonly via: string | undefined }[],
): readonly Match[] | undefined {
  const target = `conformed.${relationOf[entity.name]}`
  const matches = columns.map(({ column, via }) => {
    const field = via === undefined ? undefined : plainColumn(catalog, relation, via, target)
    return field === undefined ? undefined : { column, field }
  })
  return matches.some((match) => match === undefined) ? undefined : matches.filter((m) => m !== undefined)
}
