import type { GoldModel } from '../model/gold-model.ts'
import type { Entity } from '../model/types.ts'
import { relationOf } from '../plan/names.ts'
import type { BronzeTable } from '../plan/types.ts'
import { all } from '../run/execute.ts'
import { one } from './behind.ts'
import type { LostRow, PartExplained, RowsInput } from './explained.ts'
import { lostRowsSql, type Match, matchesOf } from './fates.ts'
import { type Part, SELECTED } from './figure.ts'
import type { Origin } from './origin.ts'
import { plainColumn } from './plain.ts'

/** The column of the relation that tells which row of the model a row belongs to: of the same name and value, or handed on unchanged. */
async function viaOf(
  { session, catalog, d }: RowsInput,
  model: GoldModel,
  { counted, population: { target } }: Part,
  column: string,
): Promise<string | undefined> {
  const named = catalog.columns(target.path)?.includes(column)
  if (named) {
    const x = d.ident(column)
    const { n } = await one(
      session,
      `select count(*) as n from ${counted} b where not exists (select 1 from ${SELECTED} s where s.${x} = b.${x})`,
    )
    if (Number(n) === 0) return column
  }
  return plainColumn(catalog, model.name.toLowerCase(), column, target.path)
}

/** Rows of the files that carry the values asked about and never became rows of silver, with what became of them. */
export async function lostRows(
  input: RowsInput,
  model: GoldModel,
  part: Part,
  origins: readonly Origin[],
): Promise<Pick<PartExplained, 'lost' | 'lostUnknown'>> {
  const { target, terms } = part.population
  const columns: { column: string; via: string | undefined }[] = []
  for (const column of model.grain) columns.push({ column, via: await viaOf(input, model, part, column) })
  const none = { count: 0, shown: [] }
  const computed = columns.find(({ via }) => via === undefined)
  if (computed) return { lost: none, lostUnknown: unknown(computed.column) }
  const value = terms.find(({ aggregate }) => aggregate === 'sum')?.expressions[0]
  const found: LostRow[] = []
  for (const { entity } of origins) {
    const matches = matchesOf(input, target.path, entity, columns)
    // A stub's rows hold its key under another entity: only what carries every column can be told.
    if (!matches) {
      if (origins.length === 1) return { lost: none, lostUnknown: unknown(model.grain.join(', ')) }
      continue
    }
    const relation = `conformed.${relationOf[entity.name]}`
    const field = value === undefined ? undefined : plainColumn(input.catalog, target.path, value, relation)
    found.push(...(await lostOf(input, entity, matches, field)))
  }
  return { lost: { count: found.length, shown: found.slice(0, input.limit) } }
}

const unknown = (column: string): string =>
  `${column} is computed on the way, so that rows which did not get there cannot be told by it`

async function lostOf(
  input: RowsInput,
  entity: Entity,
  matches: readonly Match[],
  value: string | undefined,
): Promise<LostRow[]> {
  const found: LostRow[] = []
  for (const contract of input.project.contracts.filter((c) => c.entity === entity.name)) {
    const bronze = input.bronze[contract.source]
    const sql = lostRowsSql(input, contract, bronze, matches, value)
    if (sql === undefined) continue
    for (const row of await all(input.session, sql)) found.push(lostRow(contract.source, bronze, row))
  }
  return found
}

function lostRow(
  source: string,
  bronze: BronzeTable | undefined,
  row: Readonly<Record<string, unknown>>,
): LostRow {
  const by = bronze?.deliveries.find(({ delivery }) => delivery === Number(row.by_delivery))
  return {
    source,
    file: String(row._source_file),
    row: Number(row._row_number),
    delivery: Number(row._delivery),
    fate: row.fate as LostRow['fate'],
    reasons: row.reasons === null ? [] : (JSON.parse(String(row.reasons)) as LostRow['reasons']),
    ...(by ? { by: { file: by.path, ...(row.by_row === null ? {} : { row: Number(row.by_row) }) } } : {}),
    ...(row.value === null ? {} : { value: String(row.value) }),
  }
}
