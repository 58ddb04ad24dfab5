#!/usr/bin/env node
import { resolve } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { C360Error } from '../errors.ts'
import type { Command, Context } from './command.ts'
import { reportFailure } from './problems.ts'
import { paintFor } from './style.ts'

/** Commands in the order a newcomer meets them; each file is loaded only when it is called. */
const commands: Readonly<Record<string, { summary: string; load: () => Promise<{ command: Command }> }>> = {
  demo: {
    summary: 'make a project with generated data, run it and show the result',
    load: () => import('./demo.ts'),
  },
  generate: { summary: 'write realistic, dirty landing files', load: () => import('./generate.ts') },
  init: { summary: 'draft a project from a folder of exports', load: () => import('./init.ts') },
  profile: { summary: 'show what a file holds', load: () => import('./profile.ts') },
  landing: {
    summary: 'put files where they arrive, and see what lies there',
    load: () => import('./landing.ts'),
  },
  check: {
    summary: 'check c360.yaml, contracts and models; every problem at once',
    load: () => import('./check.ts'),
  },
  secrets: {
    summary: 'what c360.yaml names and does not hold: list, check, set',
    load: () => import('./secrets.ts'),
  },
  plan: { summary: 'show what a run would do, and why', load: () => import('./plan.ts') },
  run: {
    summary: 'landing files -> bronze -> silver -> certified gold, published',
    load: () => import('./run.ts'),
  },
  watch: {
    summary: 'run whenever files come, until Ctrl-C',
    load: () => import('./watch.ts'),
  },
  serve: {
    summary: 'open the web app: dashboards, customers, quarantine, SQL',
    load: () => import('./serve.ts'),
  },
  runs: { summary: 'published versions and recent runs', load: () => import('./runs.ts') },
  diff: { summary: 'compare gold in two versions', load: () => import('./diff.ts') },
  rollback: {
    summary: 'make an older version current, until `c360 unpin`',
    load: () => import('./rollback.ts'),
  },
  unpin: { summary: 'go back to the newest version', load: () => import('./unpin.ts') },
  quarantine: {
    summary: 'rows held back: list, show, edit, dismiss, reopen, export',
    load: () => import('./quarantine.ts'),
  },
  retract: { summary: 'take a landed file back, or restore it', load: () => import('./retract.ts') },
  accept: { summary: 'let a full load delete what it lacks', load: () => import('./accept.ts') },
  lake: {
    summary: 'the Delta tables: status, compact, vacuum, export',
    load: () => import('./lake.ts'),
  },
  sql: { summary: 'query the published version, read-only', load: () => import('./sql.ts') },
  reconcile: {
    summary: 'compare a legacy view in T-SQL with a certified model, and say why it differs',
    load: () => import('./reconcile.ts'),
  },
  parity: {
    summary: 'whether two places hold the same gold, with a certificate',
    load: () => import('./parity.ts'),
  },
  export: {
    summary: 'files for other tools: Power BI, Azure SQL, Databricks, Synapse',
    load: () => import('./export.ts'),
  },
  deploy: {
    summary: 'bring the Power BI project into a Fabric workspace and refresh it',
    load: () => import('./deploy.ts'),
  },
  explain: {
    summary: 'where a column or a figure comes from, down to file and row',
    load: () => import('./explain.ts'),
  },
}

const common: NonNullable<ParseArgsConfig['options']> = {
  project: { type: 'string', short: 'p' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
}

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview())
    return 0
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${(await import('./version.ts')).version}\n`)
    return 0
  }
  const entry = commands[name]
  if (!entry)
    throw new C360Error('USAGE', `There is no command \`${name}\`.`, {
      hint: `Commands: ${Object.keys(commands).join(', ')}.`,
    })
  const { command } = await entry.load()
  const { values, positionals } = parse(name, command, rest)
  if (values.help) {
    process.stdout.write(`c360 ${name} ${command.usage}\n\n${command.help.trim()}\n\n${commonHelp}`)
    return 0
  }
  return command.run(contextFor(values, positionals))
}

function parse(
  name: string,
  command: Command,
  args: readonly string[],
): Pick<Context, 'values' | 'positionals'> {
  try {
    return parseArgs({ args: [...args], options: { ...common, ...command.options }, allowPositionals: true })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new C360Error('USAGE', message, { hint: `Usage: c360 ${name} ${command.usage}`, cause: error })
  }
}

function contextFor(values: Context['values'], positionals: Context['positionals']): Context {
  const cancel = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => cancel.abort())
  return {
    values,
    positionals,
    project: resolve(typeof values.project === 'string' ? values.project : '.'),
    json: values.json === true,
    print: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    paint: paintFor(process.stdout),
    interactive: process.stderr.isTTY === true,
    signal: cancel.signal,
  }
}

const commonHelp = `Common options
  -p, --project DIR   the folder with c360.yaml (default: this folder)
      --json          machine-readable output
  -h, --help          this text
`

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  return `c360: a retailer's scattered files become one trustworthy picture of its customers.

Usage: c360 COMMAND [options]

${lines.join('\n')}

${commonHelp}
Start with \`c360 demo my-project\`, or \`c360 COMMAND --help\`.
`
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
})

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.exitCode = reportFailure(error, process.argv.includes('--json'))
  },
)
