import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { dialect } from '../engines/duckdb/dialect.ts'
import { facts } from '../model/semantic/facts.ts'
import type { Table } from '../powerbi/model/types.ts'
import type { PowerBiProject } from '../powerbi/project.ts'
import type { Source } from '../powerbi/source/types.ts'
import { publishedDatabase } from '../run/history.ts'
import type { Prepared } from '../run/prepare.ts'
import { toCsv, toParquet } from '../run/query.ts'
import { type Context, flag } from './command.ts'
import { MADE_FILES } from './export-powerbi-gold.ts'

/** The files a file source reads: the published version, and of it only what the model has. */
export async function writeData(
  context: Context,
  { project }: Prepared,
  { model }: PowerBiProject,
  source: Source,
  out: string,
): Promise<readonly string[]> {
  if ((source.kind !== 'csv' && source.kind !== 'parquet') || flag(context, 'no-data')) return []
  const { path } = await publishedDatabase(project)
  const folder = join(out, 'data')
  await mkdir(folder, { recursive: true })
  const options = { database: path, signal: context.signal }
  const write = source.kind === 'csv' ? toCsv : toParquet
  const files = [
    ...model.tables.map((table) => [fileOf(table), selectOf(table)] as const),
    ['reporting_period', 'select first_day, last_day from gold.reporting_period'] as const,
  ]
  for (const [name, select] of files) await write(options, select, join(folder, `${name}.${source.kind}`))
  return files.map(([name]) => `${name}.${source.kind}`)
}

const fileOf = ({ name, made, gold }: Table): string =>
  made === undefined ? gold : MADE_FILES[name as keyof typeof MADE_FILES]

/** Rows in one order, so that the same version gives the same files. */
export function selectOf({ made, gold, columns }: Table): string {
  const names = columns.flatMap(({ source }) => (source === undefined ? [] : [dialect.ident(source)]))
  const from = made === undefined ? `gold.${dialect.ident(gold)}` : `(${facts[made].select})`
  return `select ${names.join(', ')} from ${from} order by all`
}
