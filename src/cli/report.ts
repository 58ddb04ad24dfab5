import type { Certificate } from '../plan/certify.ts'
import type { Project } from '../project/types.ts'
import type { FileOutcome } from '../run/events.ts'
import type { RunResult } from '../run/run.ts'
import type { DeliveryAccount, LookupFound, Manifest } from '../run/versions.ts'
import { problemLines } from './problems.ts'
import { count, duration, type Paint, table } from './style.ts'

/** What a run came to, for a person: files and the fates of their rows, gold and its certificates, what to look at. */
export function runReport(project: Project, result: RunResult, paint: Paint): string {
  const { manifest } = result
  const parts = [
    ...(result.outcome === 'unchanged' ? [] : [fileTable(result, paint), modelTable(result, paint)]),
    remarks(project, result, paint),
    headline(result, paint),
  ]
  return (manifest ? parts : [...parts.slice(-2)]).filter((part) => part !== '').join('\n\n')
}

function headline({ outcome, version, seconds }: RunResult, paint: Paint): string {
  const took = paint('dim', `(${duration(seconds)})`)
  switch (outcome) {
    case 'unchanged':
      return version === undefined
        ? `Nothing to do: the landing folder has no files. ${took}`
        : `Nothing changed: version ${version} is up to date. ${took}`
    case 'candidate':
      return `Version ${version} is ready and not published: compare it with \`c360 diff\`. ${took}`
    case 'published':
      return `${paint('green', `Version ${version} published.`)} ${took}`
  }
}

const fates = ['kept', 'superseded', 'quarantined', 'dismissed', 'deleted'] as const

function fileTable({ manifest, plan, files }: RunResult, paint: Paint): string {
  const touched = new Set(plan?.steps.flatMap((step) => (step.kind === 'source' ? [step.name] : [])))
  const outcomes = new Map(files.map((file) => [`${file.source}/${file.delivery}`, file]))
  const accounts = Object.entries(manifest?.accounts ?? {}).filter(([source]) => touched.has(source))
  const shown = fates.filter(
    (fate) => fate === 'kept' || accounts.some(([, list]) => list.some((account) => account[fate] > 0)),
  )
  const rows = accounts.flatMap(([source, list]) =>
    list.map((account) => [
      account.path,
      source,
      count(account.rows),
      ...shown.map((fate) => fateCell(account, fate, paint)),
      blanks(outcomes.get(`${source}/${account.delivery}`)),
    ]),
  )
  if (rows.length === 0) return ''
  const right = (title: string) => ({ title, align: 'right' as const })
  return table(
    [{ title: 'file' }, { title: 'source' }, right('rows'), ...shown.map(right), right('blank lines')],
    rows,
    paint,
  )
}

function fateCell(account: DeliveryAccount, fate: (typeof fates)[number], paint: Paint): string {
  const value = account[fate]
  if (value === 0) return paint('dim', '·')
  return fate === 'quarantined' ? paint('yellow', count(value)) : count(value)
}

const blanks = (file: FileOutcome | undefined): string => (file?.blankLines ? count(file.blankLines) : '')

function modelTable({ manifest, plan }: RunResult, paint: Paint): string {
  const made = plan?.steps.flatMap((step) => (step.kind === 'model' ? [step.name] : [])) ?? []
  const rows = made.flatMap((name) => {
    const model = manifest?.models[name]
    return model ? [[name, count(model.rows), certificateText(model, paint)]] : []
  })
  if (rows.length === 0) return ''
  return table(
    [{ title: 'gold model' }, { title: 'rows', align: 'right' }, { title: 'certificate' }],
    rows,
    paint,
  )
}

function certificateText({ certificate }: Manifest['models'][string], paint: Paint): string {
  const mark = certificate.certified ? paint('green', 'certified') : paint('red', 'NOT certified')
  return `${mark}  ${paint('dim', agreed(certificate))}`
}

/** `total_sales = 15,044.67 (excluded: 6,799.35)`: the money that was reconciled, else the number of checks. */
function agreed({ checks }: Certificate): string {
  const sums = checks.filter(({ kind, actual }) => kind === 'reconciliation' && actual?.includes('.'))
  const texts = sums.slice(0, 1).map(({ name, actual, remainder }) => {
    const left = Number(remainder ?? 0) === 0 ? '' : ` (excluded: ${money(remainder)})`
    return `${name.split(' where ')[0]} = ${money(actual)}${left}`
  })
  const warned = checks
    .filter(({ ok }) => !ok)
    .map(({ name, failing }) => `${count(failing ?? 0)} rows are not ${name}`)
  return [`${checks.length} checks`, ...texts, ...warned].join(', ')
}

const money = (text: string | undefined): string =>
  Number(text ?? 0).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** What a person should know: refused files, drift, held deletions, quarantine, warnings. */
function remarks(project: Project, { files, manifest, warnings }: RunResult, paint: Paint): string {
  const held = Object.entries(manifest?.held ?? {}).flatMap(([source, loads]) =>
    loads.map(({ path, wouldDelete, living }) => ({
      code: 'deletions_held',
      severity: 'warn' as const,
      file: path,
      message: `would delete ${count(wouldDelete)} of ${count(living)} keys of ${source}; nothing was deleted.`,
      hint: `If the file is complete: c360 accept ${path}`,
    })),
  )
  const drift = files.flatMap((file) => [
    ...(file.newColumns
      ? [
          warning(
            file,
            `has columns the contract does not name: ${file.newColumns.join(', ')}. They are kept in bronze.`,
          ),
        ]
      : []),
    ...(file.missingColumns
      ? [warning(file, `lacks ${file.missingColumns.join(', ')}; read as empty.`)]
      : []),
    ...(file.notes ?? []).map((note) => warning(file, `${note}.`)),
    ...(file.outcome === 'changed_while_read'
      ? [warning(file, 'was being written while it was read; it is left for the next run.')]
      : []),
  ])
  const problems = [
    ...files.flatMap(({ problem }) => (problem ? [problem] : [])),
    ...held,
    ...drift,
    ...warnings,
  ]
  const lines = [
    ...(problems.length > 0 ? [problemLines(problems, paint)] : []),
    ...Object.entries(manifest?.lookups ?? {}).flatMap(([source, found]) =>
      found.map((of) => lookupText(source, of)),
    ),
  ]
  const rows = Object.values(manifest?.accounts ?? {})
    .flat()
    .reduce((sum, { quarantined }) => sum + quarantined, 0)
  if (rows > 0)
    lines.push(
      `${paint('yellow', count(rows))} rows are held back, each with its reasons: c360 quarantine list${projectOption(project)}`,
    )
  return lines.join('\n')
}

/** `web_orders.customer_email: 95 of 100 rows found their customer by email (95.0 %); 3 match none, 2 match several` */
function lookupText(
  source: string,
  { field, entity, by, matched, unmatched, ambiguous }: LookupFound,
): string {
  const rows = matched + unmatched + ambiguous
  if (rows === 0) return `${source}.${field}: no row refers to its ${entity} by ${by}`
  const rate = ((100 * matched) / rows).toFixed(1)
  return `${source}.${field}: ${count(matched)} of ${count(rows)} rows found their ${entity} by ${by} (${rate} %); ${count(unmatched)} match none, ${count(ambiguous)} match several`
}

const warning = (file: FileOutcome, message: string) => ({
  code: 'drift',
  severity: 'warn' as const,
  file: file.path,
  message,
})

/** ` --project DIR` for a hint, when the command would be typed somewhere else. */
export const projectOption = (project: Project): string =>
  project.root === process.cwd() ? '' : ` --project ${relativeTo(process.cwd(), project.root)}`

function relativeTo(from: string, to: string): string {
  return to.startsWith(`${from}/`) ? to.slice(from.length + 1) : to
}
