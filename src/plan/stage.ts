import { entityNamed } from '../model/entities.ts'
import type { FieldType } from '../model/types.ts'
import { contractHash, stableHash } from '../project/hash.ts'
import type { Column, Contract, Project } from '../project/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import { castTo, joined } from '../sql/spelling.ts'
import { type ColumnSql, columnSql, fieldType, splitFields, stageNames } from './columns.ts'
import type { BronzeTable, Delivery } from './types.ts'

/** What the staging query reads: a FROM item with bronze's columns, and whether rows of it have been decided upon. */
export interface StageInput {
  readonly from: string
  readonly decided: boolean
}

/** The bronze table of decisions. */
export const DECIDED = '_decisions'
export const DECISIONS = 'c360_decisions'
export const DISMISSED = 'dismissed'
const TECHNICAL = ['_source_file', '_row_number', '_delivery', '_run_id']

/** The fields of a silver table, in order: the entity's that are mapped, split or constant, then the contract's own. */
export function silverFields(contract: Contract): string[] {
  const split = contract.columns.flatMap(({ split: kind }) =>
    kind === 'name' ? ['first_name', 'last_name'] : kind === 'city_state' ? ['city', 'state'] : [],
  )
  const given = new Set([
    ...contract.columns.map(({ field }) => field),
    ...split,
    ...Object.keys(contract.set),
  ])
  const known = entityNamed(contract.entity).fields.map(({ name }) => name)
  return [...known.filter((name) => given.has(name)), ...[...given].filter((name) => !known.includes(name))]
}

/**
 * Bronze -> typed rows: one SELECT giving the silver fields, the technical columns, `_reasons` (a JSON array
 * of {column, reason}, NULL for a good row) and `_raw` (a JSON object of the raw texts, only where there are reasons).
 */
export function stageSelect(
  d: Dialect,
  project: Project,
  contract: Contract,
  bronze: BronzeTable,
  input: StageInput,
): string {
  const columns = contract.columns.map((column, index) => columnSql(d, project, contract, column, index))
  const raw = rawSelect(d, contract, bronze, input)
  const cleaned = `select *, ${columns.map(({ cleaned: x }, i) => `${x} as ${stageNames(i).text}`).join(', ')} from (${raw}) s0`
  const typed = `select *, ${columns.map(({ typed: x }, i) => `${x} as ${stageNames(i).value}`).join(', ')} from (${cleaned}) s1`
  const texts = reasonTexts(d, project, contract, columns)
  const codes = texts.length === 0 ? d.literal('') : d.joinTexts(',', texts)
  const checked = `select *, ${verdict(d, input)} as _reasons from (select *, ${codes} as _codes from (${typed}) s2) s3`
  return [
    `select ${fieldSelect(d, contract).join(', ')}, ${TECHNICAL.join(', ')}, _reasons,`,
    `case when _reasons is not null then ${rawJson(d, bronze)} end as _raw`,
    `from (${checked}) s4`,
  ].join(' ')
}

/** A FROM item with all of bronze's columns, also those that none of the deliveries' files has. */
export function bronzeRows(
  d: Dialect,
  source: string,
  bronze: BronzeTable,
  deliveries: readonly Delivery[],
): string {
  if (deliveries.length === 0) return noRows(d, bronze)
  const urls = new Set(deliveries.flatMap((delivery) => delivery.urls))
  const wanted = new Set(deliveries.map(({ delivery }) => delivery))
  return d.bronze({
    table: source,
    urls: [...urls],
    columns: bronze.columns.map(({ name }) => name),
    deliveries: [...wanted],
    mixed: bronze.deliveries.some(
      ({ delivery, urls: files }) => !wanted.has(delivery) && files.some((url) => urls.has(url)),
    ),
  })
}

export const nullOf = (d: Dialect, type: FieldType): string => castTo(d, 'null', type)

/** A FROM item with bronze's columns and no rows, for a source that has no files yet. */
const noRows = (d: Dialect, bronze: BronzeTable): string => {
  const names = [
    ...bronze.columns.map(({ name }) => d.ident(name)),
    '_raw_record',
    '_raw_error',
    '_source_file',
    '_run_id',
  ]
  const numbers = ['_row_number', '_delivery']
  const nulls = [
    ...names.map((name) => `${nullOf(d, 'text')} as ${name}`),
    ...numbers.map((name) => `${nullOf(d, 'integer')} as ${name}`),
  ]
  return `(select ${nulls.join(', ')} where 1 = 0)`
}

const sameHeader = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()

const bronzeName = (bronze: BronzeTable, column: Column): string | undefined =>
  bronze.columns.find(({ original }) => sameHeader(original, column.name))?.name

function rawSelect(d: Dialect, contract: Contract, bronze: BronzeTable, input: StageInput): string {
  const edited = (original: string, x: string) =>
    input.decided
      ? `case when e.kind = 'edit' then coalesce(${d.jsonText('e.edits', original)}, ${x}) else ${x} end`
      : x
  const mapped = contract.columns.map((column, index) => {
    const name = bronzeName(bronze, column)
    const x = name === undefined ? nullOf(d, 'text') : edited(column.name, `b.${d.ident(name)}`)
    return `${x} as ${stageNames(index).raw}`
  })
  const all = bronze.columns.map(({ name }, index) => `b.${d.ident(name)} as o${index}`)
  const technical = [...TECHNICAL, '_raw_record'].map((name) => `b.${name} as ${name}`)
  const error = input.decided ? `case when e.kind = 'edit' then null else b._raw_error end` : 'b._raw_error'
  const decision = input.decided ? ['e.kind as _decision'] : []
  const join = input.decided
    ? ` left join ${d.table('work', DECISIONS)} e on e.source = ${d.literal(contract.source)} and e.delivery = b._delivery and e.row_number = b._row_number`
    : ''
  const list = [...mapped, ...all, ...technical, `${error} as _raw_error`, ...decision]
  return `select ${list.join(', ')} from ${input.from} b${join}`
}

function fieldSelect(d: Dialect, contract: Contract): string[] {
  const sql = new Map<string, string>()
  for (const [field, value] of Object.entries(contract.set)) {
    sql.set(field, castTo(d, d.literal(value), fieldType(contract, field)))
  }
  contract.columns.forEach((column, index) => {
    for (const split of splitFields(d, column, stageNames(index).text)) sql.set(split.field, split.sql)
  })
  contract.columns.forEach((column, index) => {
    sql.set(column.field, stageNames(index).value)
  })
  return silverFields(contract).map((field) => `${sql.get(field)} as ${d.ident(field)}`)
}

const reasonJson = (d: Dialect, column: string | null, reason: string): string =>
  d.literal(JSON.stringify({ column, reason }))

/** Reasons as texts to be joined; each is NULL where nothing is wrong. */
function reasonTexts(
  d: Dialect,
  project: Project,
  contract: Contract,
  columns: readonly ColumnSql[],
): string[] {
  const perColumn = columns
    .filter(({ checks }) => checks.length > 0)
    .map(({ column, checks }) => {
      const branches = checks.map(
        ({ when, reason }) => `when ${when} then ${reasonJson(d, column.name, reason)}`,
      )
      return `case ${branches.join(' ')} end`
    })
  return [...perColumn, ...orphanReasons(d, project, contract), ...chronologyReasons(d, contract)]
}

/** Contracts whose silver tables hold the things a reference of this contract points at. */
export const parentsOf = (project: Project, contract: Contract, column: Column): Contract[] =>
  project.contracts.filter(
    ({ entity, idSpace }) => entity === column.references?.entity && idSpace === contract.idSpace,
  )

/** Columns whose orphans are held back until the parent arrives. */
export const heldReferences = (project: Project, contract: Contract): Column[] =>
  contract.columns.filter(
    (column) => column.references?.orphan === 'quarantine' && parentsOf(project, contract, column).length > 0,
  )

/** Hash of all that decides a source's silver besides bronze: its contract, the currency, and whom it holds orphans back for. */
export const silverHash = (project: Project, contract: Contract): string =>
  stableHash([
    contractHash(contract),
    project.currency,
    heldReferences(project, contract).map((column) =>
      parentsOf(project, contract, column).map(({ source }) => source),
    ),
  ])

function orphanReasons(d: Dialect, project: Project, contract: Contract): string[] {
  return heldReferences(project, contract).map((column) => {
    const { value } = stageNames(contract.columns.indexOf(column))
    const keys = parentsOf(project, contract, column).map(
      ({ source, entity }) =>
        `select ${d.ident(entityNamed(entity).key[0] ?? '')} from ${d.table('silver', source)}`,
    )
    const orphan = `${value} is not null and ${value} not in (${keys.join(' union all ')})`
    return `case when ${orphan} then ${reasonJson(d, column.name, 'orphan')} end`
  })
}

function chronologyReasons(d: Dialect, contract: Contract): string[] {
  const at = (field: string) => contract.columns.findIndex((column) => column.field === field)
  return (entityNamed(contract.entity).chronology ?? []).flatMap(({ earlier, later }) => {
    const [first, second] = [at(earlier), at(later)]
    const column = contract.columns[second]
    if (first < 0 || !column) return []
    const wrong = `${stageNames(second).value} < ${stageNames(first).value}`
    return [`case when ${wrong} then ${reasonJson(d, column.name, `before_${earlier}`)} end`]
  })
}

/** One text of all reasons; a dismissed row is marked as such, a record that could not be split has only that reason. */
function verdict(d: Dialect, input: StageInput): string {
  const unsplit = joined(d, [`'[{"column":null,"reason":"'`, '_raw_error', `'"}]'`])
  return [
    'case',
    ...(input.decided ? [`when _decision = 'dismiss' then ${d.literal(DISMISSED)}`] : []),
    `when _raw_error is not null then ${unsplit}`,
    `when _codes <> '' then ${joined(d, ["'['", '_codes', "']'"])} end`,
  ].join(' ')
}

/** Bronze has NULL where a file lacks the column: that is left out, so that a table growing wider changes no row held back before. */
function rawJson(d: Dialect, bronze: BronzeTable): string {
  const columns = bronze.columns.map(({ original }, index) => [original, `o${index}`] as const)
  const whole = d.jsonObject([['_raw_record', '_raw_record']])
  return columns.length === 0
    ? whole
    : `case when _raw_record is null then ${d.jsonObject(columns)} else ${whole} end`
}
