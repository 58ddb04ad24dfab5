import { cp, mkdir, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { prepare } from '../run/prepare.ts'
import { type RunResult, run } from '../run/run.ts'
import type { GeneratorName } from '../samples/index.ts'
import { type Command, type Context, flag, toJson } from './command.ts'
import { comparison, type Figures, headlines } from './demo-figures.ts'
import { generate, wholeNumber } from './generate.ts'
import { progressFor } from './progress.ts'
import { runReport } from './report.ts'
import { DEFAULT_PORT, ended, openBrowser } from './serve.ts'
import { count, duration, table } from './style.ts'
import { version } from './version.ts'

const examples = fileURLToPath(new URL('../../examples/', import.meta.url))

/** The first is shown in full. */
const demos: readonly { readonly name: GeneratorName; readonly about: string }[] = [
  { name: 'unified', about: 'nine CSV exports and four workbooks about the same customers' },
  { name: 'retail', about: 'nine CSV exports' },
  { name: 'choice', about: 'four Excel workbooks' },
]

export const command: Command = {
  usage: '[DIR] [--customers N] [--seed S] [--no-serve]',
  help: `
Makes three projects in DIR (default: demo) from the examples, with generated files, runs them and shows what came of it:
unified in full, retail and choice in short. Done again on the same folder it just runs: nothing changed, and it says so.
On a terminal it then opens the web app over all three, until Ctrl-C.

  --customers N    default 10000, in each
  --seed S         default 1
  --no-serve       end after the report, on a terminal too
`,
  options: { customers: { type: 'string' }, seed: { type: 'string' }, 'no-serve': { type: 'boolean' } },
  async run(context) {
    const dir = resolve(context.positionals[0] ?? 'demo')
    const done: Demo[] = []
    for (const { name, about } of demos) {
      const demo = await runDemo(context, name, join(dir, name), about)
      if (!context.json)
        context.print(name === demos[0]?.name ? inFull(demo, context) : inShort(demo, context))
      done.push(demo)
    }
    if (context.json)
      context.print(
        toJson(
          done.map(({ name, result, figures, agreement }) => {
            const { outcome, version } = result
            return { project: name, outcome, version, figures, agreesWithGenerator: agreement.agrees }
          }),
        ),
      )
    else context.print(next(dir, context))
    if (isWatched(context)) await serve(context, dir)
    return done.every(({ agreement }) => agreement.agrees) ? 0 : 1
  },
}

/** Somebody sits in front of it: without a terminal the demo ends by itself. */
const isWatched = (context: Context): boolean =>
  context.interactive && process.stdout.isTTY === true && !context.json && !flag(context, 'no-serve')

/** The web app over the three projects, until Ctrl-C. */
async function serve(context: Context, dir: string): Promise<void> {
  const { startServer } = await import('../server/start.ts')
  const start = (port: number) =>
    startServer({
      roots: demos.map(({ name }) => join(dir, name)),
      port,
      host: '127.0.0.1',
      program: version,
      log: () => undefined,
    })
  // Another demo may have the usual port.
  const running = await start(DEFAULT_PORT).catch(() => start(0))
  context.print(
    `\n${context.paint('bold', 'The web app')}\n  ${running.url}\n  Ctrl-C ends it; again later: npx c360 serve ${shown(dir)}/unified`,
  )
  openBrowser(running.url)
  await ended(context.signal)
  await running.close()
}

interface Demo {
  readonly name: GeneratorName
  readonly about: string
  readonly result: RunResult
  readonly report: string
  readonly figures: readonly Figures[]
  readonly agreement: { readonly agrees: boolean; readonly text: string }
}

async function runDemo(context: Context, name: GeneratorName, dir: string, about: string): Promise<Demo> {
  if (!(await exists(join(dir, 'landing')))) await makeProject(context, name, dir)
  else context.note(`${shown(dir)} is there already: running it again.`)
  const prepared = await prepare(dir)
  const { onEvent, done } = progressFor(context)
  const result = await run(prepared, { signal: context.signal, onEvent }).finally(done)
  return {
    name,
    about,
    result,
    report: runReport(prepared.project, result, context.paint),
    figures: await headlines(prepared.project, name),
    agreement: await comparison(prepared.project, result),
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const shown = (dir: string): string => relative(process.cwd(), dir) || '.'

/** The landing folder comes last, and whole: what was cancelled before is begun again. */
async function makeProject(context: Context, name: GeneratorName, dir: string): Promise<void> {
  const customers = wholeNumber(context, 'customers', 10_000)
  context.note(`Making a retailer with ${count(customers)} customers in ${shown(dir)}/landing ...`)
  await mkdir(dir, { recursive: true })
  await cp(join(examples, name), dir, { recursive: true })
  await generate(context, name, join(dir, 'landing'), {
    customers,
    seed: wholeNumber(context, 'seed', 1),
    dirt: true,
  })
}

const title = ({ name, about }: Demo, { paint }: Context): string => `${paint('bold', name)}: ${about}`

function inFull(demo: Demo, context: Context): string {
  const figures = demo.figures.map(
    ({ title: heading, columns, rows }) =>
      `${context.paint('bold', heading)}\n${table(columns, rows, context.paint)}`,
  )
  return [`\n${title(demo, context)}`, demo.report, ...figures, demo.agreement.text].join('\n\n')
}

function inShort(demo: Demo, context: Context): string {
  const { manifest, outcome, seconds, version } = demo.result
  const accounts = Object.values(manifest?.accounts ?? {}).flat()
  const sum = (of: 'rows' | 'kept' | 'superseded' | 'quarantined') =>
    count(accounts.reduce((total, account) => total + account[of], 0))
  const certified = Object.values(manifest?.models ?? {}).filter(({ certificate }) => certificate.certified)
  const state = outcome === 'unchanged' ? 'Nothing changed' : `Version ${version} published`
  return [
    `\n${title(demo, context)}`,
    `  ${accounts.length} files, ${sum('rows')} rows: ${sum('kept')} kept, ${sum('superseded')} superseded, ${sum('quarantined')} quarantined`,
    `  ${certified.length} of ${Object.keys(manifest?.models ?? {}).length} gold models certified. ${state} (${duration(seconds)}).`,
    `  ${demo.agreement.text}`,
  ].join('\n')
}

function next(dir: string, context: Context): string {
  const at = `${shown(dir)}/unified`
  const c360 = 'npx c360'
  return [
    '',
    context.paint('bold', 'Where everything lies'),
    `  ${at}/landing     the files as they came`,
    `  ${at}/lake        bronze: every row as text, Delta tables any Spark or delta-rs reads`,
    `  ${at}/warehouse   silver and gold: one DuckDB file per version`,
    `  ${at}/contracts   what each source means; change one and run again`,
    '',
    context.paint('bold', 'What to do next'),
    `  ${c360} serve --open ${at}              dashboards and customers in the browser`,
    `  ${c360} quarantine list -p ${at}`,
    `  ${c360} sql -p ${at} "select * from customer_360 order by total_spend desc limit 5"`,
    `  ${c360} explain -p ${at} customer_360.total_spend`,
    `  ${c360} reconcile -p ${shown(dir)}/retail legacy/View_CustomerSegmentation.sql`,
    `  ${c360} init my-shop --from FOLDER      your own exports`,
    '  npm run demo                            again: nothing changed',
  ].join('\n')
}
