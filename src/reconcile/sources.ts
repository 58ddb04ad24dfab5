import { entityNamed } from '../model/entities.ts'
import { fieldType } from '../plan/columns.ts'
import { silverFields } from '../plan/stage.ts'
import type { Contract, Project } from '../project/types.ts'
import { didYouMean, snakeCase } from '../project/words.ts'
import type { Dialect } from '../sql/dialect.ts'
import { foldedColumn } from './tsql/stage.ts'
import { type Column, Refused, type Relation, type SqlType } from './tsql/types.ts'

/** Silver under the names the landing files have: what a legacy view was written against. */
export interface LegacySources {
  /** Makes the sources that queries read into temporary tables, with the columns they name. */
  readonly statements: (queries: readonly string[]) => string[]
  readonly find: (name: string, line: number | undefined) => Relation
}

const TYPES: Readonly<Record<ReturnType<typeof fieldType>, SqlType>> = {
  text: 'text',
  integer: 'int',
  decimal: 'decimal',
  date: 'date',
  timestamp: 'datetime',
  boolean: 'bit',
}

/** Columns every source view has beside those a view may name: the row's key, for comparing rows with gold's. */
export const keyColumn = (field: string): string => `_key_${field}`

export function legacySources(d: Dialect, project: Project): LegacySources {
  const all = project.contracts.map((contract) => ({ contract, columns: columnsOf(contract) }))
  const relations = new Map(
    all.map(({ contract, columns }) => [
      contract.source,
      {
        kind: 'source',
        contract,
        columns,
        numbered: true,
        sql: d.ident(tableName(contract)),
      } satisfies Relation,
    ]),
  )
  return {
    statements: (queries) => {
      const names = (name: string) => queries.some((query) => query.includes(d.ident(name)))
      return all
        .filter(({ contract }) => names(tableName(contract)))
        .map(({ contract, columns }) => tableSql(d, contract, columns, names))
    },
    find: (name, line) => {
      const contract = project.contracts.find((candidate) => namesOf(candidate).includes(bare(name)))
      const relation = contract && relations.get(contract.source)
      if (relation) return relation
      const hint = didYouMean(
        snakeCase(name),
        project.contracts.map(({ source }) => source),
      )
      throw new Refused('legacy_name', `no source stands for the table \`${name}\``, hint, line)
    },
  }
}

const tableName = ({ source }: Contract): string => `legacy ${source}`

const bare = (name: string): string => snakeCase(name).replaceAll('_', '')

/** A table goes by the source's name, or by that of its files without date, number and ending. */
const namesOf = ({ source, files }: Contract): string[] =>
  [source, ...files.map((glob) => glob.replace(/^.*\//, '').replace(/[*?[{.].*$/, ''))]
    .map(bare)
    .filter((name) => name !== '')

/** The header's names first; canonical names that the header does not use are known too. */
function columnsOf(contract: Contract): (Column & { readonly field: string })[] {
  const named = contract.columns.map((column) => ({ name: column.name.trim(), field: column.field }))
  const taken = new Set(named.map(({ name }) => name.toLowerCase()))
  const more = silverFields(contract)
    .filter((field) => !taken.has(field))
    .map((field) => ({ name: field, field }))
  return [...named, ...more].map(({ name, field }) => ({
    name,
    field,
    type: TYPES[fieldType(contract, field)],
    hidden: isPersonal(contract, field),
    ...(TYPES[fieldType(contract, field)] === 'text' ? { folded: foldedColumn(name) } : {}),
    origin: { contract, field },
  }))
}

/** Ids may be shown: they are what lets somebody look a row up. Everything else personal may not. */
function isPersonal(contract: Contract, field: string): boolean {
  const entity = entityNamed(contract.entity)
  const known = entity.fields.find(({ name }) => name === field)
  const column = contract.columns.find((candidate) => candidate.field === field)
  if (entity.key.includes(field) || known?.references !== undefined || column?.references !== undefined)
    return false
  return (column?.pii ?? known?.pii ?? 'none') !== 'none'
}

/** Times are shown as the source wrote them: wall clock in the contract's zone. */
function tableSql(
  d: Dialect,
  contract: Contract,
  columns: readonly (Column & { readonly field: string })[],
  isNamed: (column: string) => boolean,
): string {
  const list = columns
    .filter(({ name, folded }) => isNamed(name) || (folded !== undefined && isNamed(folded)))
    .flatMap(({ name, field, type, folded }) => [
      `${valueSql(d, contract, field, type)} as ${d.ident(name)}`,
      ...(folded === undefined ? [] : [`tsql_text(${d.ident(field)}) as ${d.ident(folded)}`]),
    ])
  const keys = [...new Set([...contract.key, ...entityNamed(contract.entity).key])]
    .filter((field) => silverFields(contract).includes(field))
    .map((field) => `${d.ident(field)} as ${d.ident(keyColumn(field))}`)
  return `create temp table ${d.ident(tableName(contract))} as select ${[...list, ...keys, 'row_number() over () as _row'].join(', ')} from silver.${d.ident(contract.source)}`
}

function valueSql(d: Dialect, contract: Contract, field: string, type: SqlType): string {
  const sql = d.ident(field)
  if (type === 'datetime') return d.localTime(sql, d.literal(contract.timeZone))
  return type === 'bit' ? `cast(${sql} as integer)` : sql
}
