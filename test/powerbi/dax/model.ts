import { selectOf } from '../../../src/cli/export-powerbi-data.ts'
import type { Model, Table } from '../../../src/powerbi/model/types.ts'
import type { PowerBiProject } from '../../../src/powerbi/project.ts'
import type { Run } from '../../semantic/support.ts'
import { placeOf, readTmdl, type TmdlObject } from '../tmdl.ts'
import { Evaluator, Fixed, type Link, type Row, type TableData, type Value } from './evaluate.ts'

/** The model as its TMDL says it is, over the rows that its source would give. */
export async function modelOver(
  { model, files }: PowerBiProject,
  run: Run,
  sensitive = false,
): Promise<Evaluator> {
  const folder = `${model.name}.SemanticModel/definition`
  const at = (path: string) => readTmdl(files.get(`${folder}/${path}`) ?? '')
  const links = at('relationships.tmdl').map(linkOf)
  const tables: TableData[] = []
  for (const table of model.tables) {
    const [read] = at(`tables/${table.name}.tmdl`)
    if (!read) throw new Error(`no table ${table.name}`)
    tables.push(await tableOf(read, await rowsOf(table, model, run), links, sensitive))
  }
  return new Evaluator(tables, links, sensitive)
}

const linkOf = ({ properties }: TmdlObject): Link => ({
  from: placeOf(properties.fromColumn ?? ''),
  to: placeOf(properties.toColumn ?? ''),
  isActive: properties.isActive !== 'false',
})

async function tableOf(
  { name, children }: TmdlObject,
  raw: readonly Readonly<Record<string, unknown>>[],
  links: readonly Link[],
  sensitive: boolean,
): Promise<TableData> {
  const columns = children.filter(({ kind }) => kind === 'column')
  const measures = children.filter(({ kind }) => kind === 'measure')
  const read = columns.filter(({ properties }) => properties.sourceColumn !== undefined)
  const computed = columns.filter(({ text }) => text !== undefined)
  const own = new Evaluator([], links, sensitive)
  const rows = raw.map((record) => {
    const row: Record<string, Value> = {}
    for (const column of read)
      row[column.name] = cellOf(
        record[(column.properties.sourceColumn ?? '').toLowerCase()],
        column.properties.dataType ?? '',
      )
    for (const column of computed) row[column.name] = own.ofRow(column.text ?? '', name, row)
    return row as Row
  })
  return { name, rows, measures: Object.fromEntries(measures.map((one) => [one.name, one.text ?? ''])) }
}

const DAY = 86_400_000

function cellOf(value: unknown, dataType: string): Value {
  if (value === null || value === undefined) return null
  switch (dataType) {
    case 'boolean':
      return value === true
    case 'decimal':
      return Fixed.of(Number(value))
    case 'int64':
    case 'double':
      return Number(value)
    case 'dateTime':
      return Math.floor(Date.parse(`${String(value).slice(0, 10)}T00:00:00Z`) / DAY)
    default:
      return String(value)
  }
}

async function rowsOf(
  table: Table,
  { mode }: Model,
  run: Run,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  if (!table.isDate || mode === 'direct') return run(selectOf(table))
  const [span] = await run(
    `select min(d) as first, max(d) as last from (select date as d from gold.dim_date union all select first_day from gold.reporting_period union all select last_day from gold.reporting_period)`,
  )
  const years = [span?.first, span?.last].map((day) => Number(String(day).slice(0, 4)))
  return calendar(years[0] ?? 2000, years[1] ?? 2000)
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** What the date query of an import comes to: whole years. */
function calendar(first: number, last: number): readonly Readonly<Record<string, unknown>>[] {
  const rows: Readonly<Record<string, unknown>>[] = []
  for (let time = Date.UTC(first, 0, 1); time <= Date.UTC(last, 11, 31); time += DAY) {
    const day = new Date(time)
    const weekday = day.getUTCDay()
    rows.push({
      date: day.toISOString().slice(0, 10),
      year: day.getUTCFullYear(),
      quarter: Math.floor(day.getUTCMonth() / 3) + 1,
      month: day.getUTCMonth() + 1,
      iso_weekday: weekday === 0 ? 7 : weekday,
      day_of_week: WEEKDAYS[weekday],
      is_weekend: weekday === 0 || weekday === 6,
    })
  }
  return rows
}
