import { ident, named, unicode } from '../engines/azure-sql/names.ts'
import { createSchema, fieldTypes, KEY_TEXT } from '../engines/azure-sql/tables.ts'
import { fieldType } from '../plan/columns.ts'
import { silverFields } from '../plan/stage.ts'
import type { Contract } from '../project/types.ts'

/** Bytes that a clustered key may have, and those of a text in one. */
const CLUSTERED = 900
const TEXT_BYTES = 450

/** The tables that the flows fill, with their keys, as a script that may be run again: a table that is there stays as it is. */
export function tablesScript(schema: string, contracts: readonly Contract[]): string {
  const statements = [createSchema(schema), ...contracts.map((contract) => table(schema, contract))]
  return `${HEAD}\n\n${statements.map((statement) => `${statement};\ngo\n`).join('\n')}`
}

const HEAD =
  '-- Tables for the data flows of `c360 export synapse`. Run it on the database before the pipeline.'

function table(schema: string, contract: Contract): string {
  const full = named(schema, contract.source)
  const lines = silverFields(contract).map((field) => {
    const type = fieldType(contract, field)
    const isKey = contract.key.includes(field)
    return `  ${ident(field)} ${isKey && type === 'text' ? KEY_TEXT : fieldTypes[type]} ${isKey ? 'not null' : 'null'}`
  })
  return `if object_id(${unicode(full)}, N'U') is null\ncreate table ${full} (\n${[...lines, ...key(contract)].join(',\n')}\n)`
}

function key(contract: Contract): string[] {
  if (contract.key.length === 0) return []
  const texts = contract.key.filter((field) => fieldType(contract, field) === 'text').length
  const bytes = texts * TEXT_BYTES + (contract.key.length - texts) * 8
  const kind = bytes <= CLUSTERED ? 'clustered' : 'nonclustered'
  return [
    `  constraint ${ident(`pk_${contract.source}`)} primary key ${kind} (${contract.key.map(ident).join(', ')})`,
  ]
}
