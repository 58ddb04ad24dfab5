import { C360Error } from '../errors.ts'
import { type Compacted, groupedFiles } from '../run/compact.ts'
import { publishedDatabase } from '../run/history.ts'
import { type Exported, exportVersion } from '../run/lake-export.ts'
import { compactLake, lakeStatus, type TableStatus, type Vacuumed, vacuumLake } from '../run/maintain.ts'
import { loadProjectOrFail, prepare } from '../run/prepare.ts'
import { warehouseOf } from '../run/stores.ts'
import { Versions } from '../run/versions.ts'
import { type Command, type Context, flag, text, toJson } from './command.ts'
import { problemLines } from './problems.ts'
import { bytes, count, table } from './style.ts'

export const command: Command = {
  usage: '[status | compact | vacuum [--dry-run] [--days N] | export] [--project DIR]',
  help: `
The Delta tables of the lake: bronze, and silver and gold where \`lake_export\` of c360.yaml asks for them.

  status    what lies there: rows, files, bytes, what a compaction and a vacuum would do
  compact   makes few files of bronze's many small ones; nothing is lost, runs may go on meanwhile
  vacuum    removes files that were replaced, or never committed, more than \`keep.lake_days\` (7) days ago,
            and the entries of the log before a checkpoint as old
  export    brings silver and gold in the lake in line with the published version; every publication does so by itself

Options
      --dry-run    vacuum: only list what would be removed
      --days N     vacuum: another retention, at least 1 and longer than the longest run
`,
  options: { 'dry-run': { type: 'boolean' }, days: { type: 'string' } },
  async run(context) {
    const [word = 'status'] = context.positionals
    const action = actions[word]
    if (!action)
      throw new C360Error('USAGE', `\`c360 lake\` has no \`${word}\`.`, {
        hint: `Known: ${Object.keys(actions).join(', ')}.`,
      })
    return action(context)
  },
}

const actions: Readonly<Record<string, (context: Context) => Promise<number>>> = {
  status,
  compact,
  vacuum,
  export: exportNow,
}

async function status(context: Context): Promise<number> {
  const found = await lakeStatus(await loadProjectOrFail(context.project))
  if (context.json) context.print(toJson(found))
  else context.print(found.length === 0 ? 'The lake has no tables yet: c360 run' : statusText(context, found))
  return 0
}

function statusText({ paint }: Context, found: readonly TableStatus[]): string {
  const rows = found.map((one) => [
    one.table,
    count(one.version),
    one.rows === undefined ? 'unknown' : count(one.rows),
    count(one.files),
    bytes(one.bytes),
    one.small === 0 ? '' : `${count(one.small)} -> ${count(one.compactsTo)}`,
    one.old === 0 ? '' : `${count(one.old)} (${bytes(one.oldBytes)})`,
  ])
  const numbers = ['version', 'rows', 'files', 'size', 'compact', 'old files'].map((title) => ({
    title,
    align: 'right' as const,
  }))
  const small = found.reduce((n, one) => n + one.small, 0)
  const old = found.reduce((n, one) => n + one.old, 0)
  return [
    table([{ title: 'table' }, ...numbers], rows, paint),
    '',
    ...(small === 0 ? [] : [`${count(small)} small files could be fewer: c360 lake compact`]),
    ...(old === 0
      ? ['No file lies there in vain.']
      : [`Old files are for readers of older versions: c360 lake vacuum --dry-run says which may go.`]),
  ].join('\n')
}

async function compact(context: Context): Promise<number> {
  const project = await loadProjectOrFail(context.project)
  const done = await compactLake(project, {
    signal: context.signal,
    onTable: (one) => {
      if (!context.json && groupedFiles(one) > 0) context.print(compactLine(one))
    },
  })
  if (context.json) context.print(toJson(done))
  else if (done.every((one) => groupedFiles(one) === 0))
    context.print('No table has small files to put together.')
  else
    context.print(
      'Readers of older versions still have the old files: c360 lake vacuum removes them in time.',
    )
  return 0
}

const compactLine = ({ table: name, before, after, bytesBefore, bytesAfter, overtaken }: Compacted): string =>
  [
    `${name}: ${count(before)} files -> ${count(after)}, ${bytes(bytesBefore)} -> ${bytes(bytesAfter)}`,
    ...(overtaken === 0 ? [] : [`${overtaken} groups left as they are: another writer was there first`]),
  ].join('; ')

async function vacuum(context: Context): Promise<number> {
  const project = await loadProjectOrFail(context.project)
  const dryRun = flag(context, 'dry-run')
  const written = text(context, 'days')
  const days = written === undefined ? project.keep.lakeDays : Number(written)
  if (!Number.isFinite(days)) throw new C360Error('USAGE', `--days takes a number, not \`${written}\`.`)
  const found = await vacuumLake(project, { dryRun, days, signal: context.signal })
  if (context.json) {
    const list = found.map(({ table: name, files, log }) => ({ table: name, files, log }))
    context.print(toJson({ dryRun, days, tables: list }))
  } else context.print(vacuumText(found, dryRun, days))
  return 0
}

function vacuumText(found: readonly Vacuumed[], dryRun: boolean, days: number): string {
  const gone = found.flatMap(({ files, log }) => [...files, ...log])
  const whose = `older than ${count(days)} ${days === 1 ? 'day' : 'days'} that no version since needs`
  if (gone.length === 0) return `There is no file ${whose}.`
  const size = bytes(gone.reduce((sum, file) => sum + file.size, 0))
  const list = gone.map((file) => `  ${file.path}  ${bytes(file.size)}`)
  return dryRun
    ? [
        ...list,
        `${count(gone.length)} files (${size}) ${whose}. Nothing was removed: c360 lake vacuum does.`,
      ].join('\n')
    : `${count(gone.length)} files (${size}) ${whose} were removed.`
}

async function exportNow(context: Context): Promise<number> {
  const prepared = await prepare(context.project)
  const { project } = prepared
  if (project.lakeExport.length === 0)
    throw new C360Error('USAGE', 'c360.yaml does not ask for an export.', {
      hint: 'Add `lake_export: [silver, gold]`, or one of them.',
    })
  const versions = new Versions(warehouseOf(project))
  const { manifest } = await publishedDatabase(project)
  const done = await exportVersion(
    { prepared, versions, options: { signal: context.signal } },
    manifest,
    true,
  )
  const problems = done.flatMap(({ problem }) => (problem ? [problem] : []))
  if (context.json) context.print(toJson({ version: manifest.version, tables: done }))
  else {
    context.print(exportText(context, done, manifest.version))
    if (problems.length > 0) context.print(problemLines(problems, context.paint))
  }
  return problems.length > 0 ? 1 : 0
}

function exportText({ paint }: Context, done: readonly Exported[], version: number): string {
  const written = done.filter(({ outcome }) => outcome === 'written')
  const rows = written.map((one) => [one.table, count(one.rows ?? 0)])
  const rest = done.filter(({ outcome }) => outcome === 'unchanged').length
  return [
    ...(rows.length === 0
      ? []
      : [table([{ title: 'table' }, { title: 'rows', align: 'right' }], rows, paint), '']),
    `Version ${version}: ${count(written.length)} tables written, ${count(rest)} were up to date.`,
  ].join('\n')
}
