import { duckdb } from '../engines/duckdb/index.ts'
import type { Session } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import type { Project } from '../project/types.ts'
import { decide, type NewDecision, rowsOfBronze } from '../quarantine/decide.ts'
import {
  type HeldFilter,
  type HeldRow,
  heldCsv,
  heldRowById,
  heldRows,
  reasonCounts,
} from '../quarantine/held.ts'
import { publishedDatabase } from '../run/history.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import { type Command, type Context, text, toJson, writeTo } from './command.ts'
import { count, table } from './style.ts'

export const command: Command = {
  usage: 'list|show|edit|dismiss|reopen|export [ID ...] [options]',
  help: `
Rows that did not fit their contract are held back with every reason, and nothing else is touched.

  list                      reasons, by rows and by value held back
  list --rows               the rows themselves (ids, files, reasons; no values)
  show ID                   one row with its raw values
  edit ID --set COLUMN=TEXT new text for a column (repeat --set); the row is judged again at the next run
  dismiss ID ...            the row will never count; or all of --source S / --reason R
  reopen ID ...             forget edits and dismissals of a row
  export --out FILE         the rows as CSV, raw values included

  --source S, --reason R    only these         --limit N   at most N rows (default 50 for list --rows)
  --why TEXT                kept with the decision

Ids look like customers/1/17: source, delivery, row in the file. Decisions are kept in the lake and replayed by every rebuild.
`,
  options: {
    rows: { type: 'boolean' },
    source: { type: 'string' },
    reason: { type: 'string' },
    limit: { type: 'string' },
    set: { type: 'string', multiple: true },
    why: { type: 'string' },
    out: { type: 'string' },
  },
  async run(context) {
    const [action = 'list', ...ids] = context.positionals
    const project = await loadProjectOrFail(context.project)
    const { path, version } = await publishedDatabase(project)
    await using session = await duckdb.connect({ database: path, readOnly: true })
    const work: Work = { context, project, session, ids, version }
    const done = actions[action]
    if (!done)
      throw new C360Error('USAGE', `There is no \`quarantine ${action}\`.`, {
        hint: `One of: ${Object.keys(actions).join(', ')}.`,
      })
    await done(work)
    return 0
  },
}

interface Work {
  readonly context: Context
  readonly project: Project
  readonly session: Session
  readonly ids: readonly string[]
  /** The published version the rows are shown of. */
  readonly version: number
}

const actions: Readonly<Record<string, (work: Work) => Promise<void>>> = {
  list: async (work) => (work.context.values.rows ? listRows(work) : listReasons(work)),
  show,
  edit,
  dismiss,
  reopen,
  export: exportRows,
}

async function listReasons({ context, session }: Work): Promise<void> {
  const reasons = await reasonCounts(session)
  if (context.json) return context.print(toJson(reasons))
  if (reasons.length === 0) return context.print('Nothing is held back.')
  const rows = reasons.map(({ source, column, reason, rows: n, valueHeld }) => [
    reason,
    column ?? '(whole record)',
    source,
    count(n),
    valueHeld ?? '',
  ])
  const columns = [
    { title: 'reason' },
    { title: 'column' },
    { title: 'source' },
    { title: 'rows', align: 'right' as const },
    { title: 'value held', align: 'right' as const },
  ]
  context.print(
    `${table(columns, rows, context.paint)}\n\nThe rows: c360 quarantine list --rows --source ${reasons[0]?.source}`,
  )
}

const filterOf = (context: Context, limit?: number): HeldFilter => {
  const [source, reason] = [text(context, 'source'), text(context, 'reason')]
  const asked = text(context, 'limit')
  const most = asked === undefined ? limit : Number(asked)
  if (most !== undefined && !(Number.isInteger(most) && most > 0))
    throw new C360Error('USAGE', '--limit takes a whole number above 0.')
  return {
    ...(source === undefined ? {} : { source }),
    ...(reason === undefined ? {} : { reason }),
    ...(most === undefined ? {} : { limit: most }),
  }
}

const reasonText = ({ reasons }: HeldRow): string =>
  reasons.map(({ column, reason }) => (column === null ? reason : `${column}: ${reason}`)).join('; ')

async function listRows({ context, session }: Work): Promise<void> {
  const rows = await heldRows(session, duckdb.dialect, filterOf(context, 50))
  if (context.json) return context.print(toJson(rows.map(({ raw: _, ...row }) => row)))
  if (rows.length === 0) return context.print('Nothing is held back.')
  const lines = rows.map((row) => [row.id, row.file, String(row.row), reasonText(row)])
  context.print(
    table(
      [{ title: 'id' }, { title: 'file' }, { title: 'row', align: 'right' }, { title: 'reasons' }],
      lines,
      context.paint,
    ),
  )
}

async function show({ context, session, ids }: Work): Promise<void> {
  for (const id of needed(ids)) {
    const row = await heldRowById(session, duckdb.dialect, id)
    if (context.json) context.print(toJson(row))
    else {
      context.print(
        `${context.paint('bold', row.id)}  ${row.file}, row ${row.row}: ${context.paint('yellow', reasonText(row))}`,
      )
      const bad = new Set(row.reasons.map(({ column }) => column))
      const lines = Object.entries(row.raw).map(([column, value]) => [
        bad.has(column) ? '>' : ' ',
        column,
        value ?? '(none)',
      ])
      context.print(table([{ title: '' }, { title: 'column' }, { title: 'raw value' }], lines, context.paint))
    }
  }
}

async function edit({ context, project, session, ids, version }: Work): Promise<void> {
  const [id] = needed(ids)
  const edits = assignments(context)
  const row = await heldRowById(session, duckdb.dialect, id ?? '')
  const known =
    project.contracts.find(({ source }) => source === row.source)?.columns.map(({ name }) => name) ?? []
  const unknown = Object.keys(edits).filter((column) => !known.includes(column))
  if (unknown.length > 0)
    throw new C360Error(
      'USAGE',
      `${row.source} has no column ${unknown.map((name) => `\`${name}\``).join(', ')}.`,
      { hint: `Columns: ${known.join(', ')}.` },
    )
  await decide(project, [{ ...decisionAbout('edit', row), edits }], text(context, 'why'), version)
  context.print(
    `${row.id} is judged again with the new ${Object.keys(edits).join(', ')} at the next run: c360 run`,
  )
}

function assignments(context: Context): Record<string, string> {
  const list = Array.isArray(context.values.set) ? context.values.set.map(String) : []
  if (list.length === 0) throw new C360Error('USAGE', 'What is to be changed? --set COLUMN=TEXT')
  return Object.fromEntries(
    list.map((item) => {
      const at = item.indexOf('=')
      if (at < 1) throw new C360Error('USAGE', `\`${item}\` is not COLUMN=TEXT.`)
      return [item.slice(0, at), item.slice(at + 1)]
    }),
  )
}

async function dismiss({ context, project, session, ids, version }: Work): Promise<void> {
  const filter = filterOf(context)
  if (ids.length === 0 && filter.source === undefined && filter.reason === undefined)
    throw new C360Error('USAGE', 'Which rows? Give ids, or --source and/or --reason.')
  const rows = ids.length > 0 ? await byIds(session, ids) : await heldRows(session, duckdb.dialect, filter)
  await decide(
    project,
    rows.map((row) => decisionAbout('dismiss', row)),
    text(context, 'why'),
    version,
  )
  context.print(
    `${count(rows.length)} row${rows.length === 1 ? '' : 's'} dismissed from the next run on: c360 run`,
  )
}

/** Reopening needs no row in quarantine: an edited row may be kept, a dismissed one is counted apart. */
async function reopen({ context, project, ids, version }: Work): Promise<void> {
  const rows = await rowsOfBronze(project, needed(ids))
  const decisions = rows.map((row): NewDecision => ({ kind: 'reopen', ...row }))
  await decide(project, decisions, text(context, 'why'), version)
  context.print(
    `${decisions.length} row${decisions.length === 1 ? '' : 's'} judged anew, as they came, at the next run: c360 run`,
  )
}

async function byIds(session: Session, ids: readonly string[]): Promise<HeldRow[]> {
  const rows: HeldRow[] = []
  for (const id of ids) rows.push(await heldRowById(session, duckdb.dialect, id))
  return rows
}

const decisionAbout = (kind: NewDecision['kind'], { source, file, delivery, row }: HeldRow): NewDecision => ({
  kind,
  source,
  file,
  delivery,
  row,
})

function needed(ids: readonly string[]): readonly string[] {
  if (ids.length === 0)
    throw new C360Error('USAGE', 'Which row? Give its id: see `c360 quarantine list --rows`.')
  return ids
}

async function exportRows({ context, session }: Work): Promise<void> {
  const out = text(context, 'out')
  const rows = await heldRows(session, duckdb.dialect, filterOf(context))
  const csv = heldCsv(rows)
  if (out === undefined) return context.print(csv.trimEnd())
  await writeTo(out, csv)
  context.print(`${count(rows.length)} rows written to ${out}`)
}
