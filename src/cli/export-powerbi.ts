import { join, resolve } from 'node:path'
import { dialect } from '../engines/duckdb/dialect.ts'
import { C360Error } from '../errors.ts'
import { lint } from '../powerbi/lint.ts'
import type { Mode } from '../powerbi/model/types.ts'
import { type PowerBiProject, powerBiProject } from '../powerbi/project.ts'
import type { Empty } from '../powerbi/report/shown.ts'
import type { Source } from '../powerbi/source/types.ts'
import { all } from '../run/execute.ts'
import { publishedDatabase } from '../run/history.ts'
import { type Prepared, prepare } from '../run/prepare.ts'
import { goldTypes } from '../run/target/gold-types.ts'
import { connectTo } from '../run/work.ts'
import { describe } from '../semantic/catalogue.ts'
import { contextSql, toContext } from '../semantic/context.ts'
import { type Context, flag, text, toJson } from './command.ts'
import type { ExportKind } from './export.ts'
import { type Written, writeFiles } from './export-files.ts'
import { writeData } from './export-powerbi-data.ts'
import { goldTables, madeRows } from './export-powerbi-gold.ts'
import { sourceFrom } from './export-powerbi-source.ts'
import { refuse, writtenLines } from './export-written.ts'

export const kind: ExportKind = {
  async run(context) {
    const prepared = await prepare(context.project)
    const out = resolve(text(context, 'out') ?? join(context.project, 'powerbi'))
    const { project, source, mode } = await builtProject(context, prepared, out)
    const written = await writeFiles(out, project.files, flag(context, 'force'))
    if (written.conflicts.length > 0) return refuse(context, out, written)
    const tables = await writeData(context, prepared, project, source, out)
    if (context.json)
      context.print(toJson({ out, source, mode, ...written, leftOut: project.model.leftOut, data: tables }))
    else context.print(reportText(project, source, out, written, tables))
    return 0
  },
}

/** The project as the options say, in memory: what is written to a folder, or brought into a workspace. */
export async function builtProject(
  context: Context,
  prepared: Prepared,
  out: string,
): Promise<{ readonly project: PowerBiProject; readonly source: Source; readonly mode: Mode }> {
  const { source, mode } = sourceFrom(context, prepared.project, out)
  const types = await goldTypes(prepared)
  const { name, currency } = prepared.project
  const project = powerBiProject({
    name,
    currency,
    mode,
    source,
    withPersonal: flag(context, 'with-personal'),
    gold: await goldTables(prepared, types),
    made: await madeRows(source, types),
    empty: await emptyMeasures(prepared, context.signal),
  })
  const [finding] = lint(project.model, project.pages)
  if (finding)
    throw new C360Error('INTERNAL', `The export would be wrong: ${finding.at}: ${finding.message}.`)
  return { project, source, mode }
}

/** Measures without any row in the published version; without one, nothing is known to be empty. */
async function emptyMeasures({ project }: Prepared, signal: AbortSignal): Promise<Empty> {
  const published = await publishedDatabase(project).catch((error: unknown) => {
    if (error instanceof C360Error && error.code === 'NOT_FOUND') return undefined
    throw error
  })
  if (!published) return new Set()
  await using session = await connectTo(project, { database: published.path, readOnly: true })
  const context = toContext(await all(session, contextSql(dialect), signal))
  return new Set(
    describe(context)
      .measures.filter(({ hasData }) => !hasData)
      .map(({ label }) => label),
  )
}

function reportText(
  { model, pages }: PowerBiProject,
  source: Source,
  out: string,
  written: Written,
  data: readonly string[],
): string {
  const measures = model.tables.reduce((sum, table) => sum + table.measures.length, 0)
  const kindText = model.mode === 'import' ? 'Import' : 'DirectQuery'
  return [
    `${model.name}.pbip: ${model.tables.length} tables, ${measures} measures, ${pages.length} pages; ${kindText} from ${source.kind}`,
    ...model.leftOut.map(({ measure, because }) => `  without ${measure}: ${because}`),
    ...writtenLines(written),
    ...(data.length === 0 ? [] : [`${data.length} files of data`]),
    `Written to ${out}. Open ${model.name}.pbip in Power BI Desktop and refresh.`,
  ].join('\n')
}
