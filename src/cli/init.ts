import { relative, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { C360Error } from '../errors.ts'
import type { DraftContract, Question } from '../profile/draft-types.ts'
import { type Ask, type Initialised, initProject } from '../profile/init.ts'
import { type Command, type Context, flag, text, toJson } from './command.ts'
import { problemLines } from './problems.ts'
import { count, table } from './style.ts'

export const command: Command = {
  usage: 'DIR --from FOLDER [--yes]',
  help: `
Looks at the files in FOLDER and drafts a project in DIR: c360.yaml and a commented contract for each kind of file, with the
evidence for every guess. What changes figures and only you know is marked TODO decide. The files are read, never changed, and
stay where they are: FOLDER becomes the project's landing folder. An existing project is never overwritten.

  --from FOLDER   the exports (default: DIR/landing)
  --yes           ask nothing: take the stated defaults (also without a terminal)

On a terminal three things are asked: which statuses count as sales, the time zone, the currency.
`,
  options: { from: { type: 'string' }, yes: { type: 'boolean', short: 'y' } },
  async run(context) {
    const dir = context.positionals[0] ?? text(context, 'project')
    if (dir === undefined)
      throw new C360Error('USAGE', 'Where shall the project be?', {
        hint: 'c360 init my-project --from exports',
      })
    const root = resolve(dir)
    const from = resolve(text(context, 'from') ?? resolve(root, 'landing'))
    const asks = !flag(context, 'yes') && !context.json && process.stdin.isTTY === true && context.interactive
    const made = await initProject(root, from, asks ? askOnTerminal(context) : undefined, {
      signal: context.signal,
      onTable: (name) => {
        if (context.interactive) process.stderr.write(`\r\u001b[2Klooking at ${name}`)
      },
    })
    if (context.interactive) process.stderr.write('\r\u001b[2K')
    context.print(context.json ? toJson(made) : summary(made, context))
    return 0
  },
}

/** Asks on standard error, so that standard output holds the summary alone. */
function askOnTerminal({ paint, signal }: Context): Ask {
  return async (question, problem) => {
    process.stderr.write('\r\u001b[2K')
    const lines = createInterface({ input: process.stdin, output: process.stderr })
    try {
      if (problem !== undefined) process.stderr.write(`${paint('red', problem)}\n`)
      return await lines.question(prompt(question, paint), { signal })
    } catch (error) {
      throw new C360Error('CANCELLED', 'Cancelled.', { cause: error, hint: 'Nothing was written.' })
    } finally {
      lines.close()
    }
  }
}

function prompt({ text: asked, fallback, why, choices }: Question, paint: Context['paint']): string {
  const known = choices.map(({ value, about }) => `  ${value.padEnd(16)} ${paint('dim', about)}`)
  return [paint('bold', asked), ...known, `  Enter takes ${paint('bold', fallback)}: ${why}`, '> '].join('\n')
}

function summary(made: Initialised, context: Context): string {
  const { paint } = context
  const at = relative(process.cwd(), made.root) || '.'
  const rows = made.draft.contracts.map((contract) => [
    `contracts/${contract.source}.yaml`,
    contract.entity,
    contract.key.join(' + ') || 'none: every row is kept',
    count(contract.rows),
    contract.from.length > 2
      ? `${contract.from[0]} and ${contract.from.length - 1} more`
      : contract.from.join(', '),
  ])
  const titles = ['contract', 'describes', 'key', 'rows', 'from'].map((title) => ({
    title,
    ...(title === 'rows' ? { align: 'right' as const } : {}),
  }))
  return [
    table(titles, rows, paint),
    section(paint('bold', 'Taken'), taken(made)),
    section(paint('bold', 'You decide (figures depend on it)'), decisions(made)),
    section(
      paint('bold', 'Not sure'),
      made.draft.contracts.flatMap((contract) => remarks(contract, 'unsure')),
    ),
    section(paint('bold', 'Not read'), notRead(made)),
    ...(made.problems.length > 0 ? [problemLines(made.problems, paint)] : []),
    [
      `Written to ${at}: c360.yaml and ${count(made.draft.contracts.length)} contracts; files are read from ${relative(process.cwd(), made.from) || '.'}.`,
      `Next: read the contracts, then  npx c360 run -p ${at}`,
    ].join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${title}\n${lines.map((line) => `  ${line}`).join('\n')}`

const titles: Readonly<Record<Question['id'], string>> = {
  counted_statuses: 'sales',
  time_zone: 'time zone',
  currency: 'currency',
}

const taken = ({ draft, answers, asked }: Initialised): string[] =>
  draft.questions.map(
    ({ id, why }) =>
      `${titles[id].padEnd(10)} ${answers[id]}${asked.includes(id) ? ', as you said' : ` (${why})`}`,
  )

function decisions(made: Initialised): string[] {
  const unsure = made.draft.questions
    .filter(({ id, sure }) => !sure && !made.asked.includes(id))
    .map(({ id }) => `c360.yaml: ${titles[id]}`)
  return [...made.draft.contracts.flatMap((contract) => remarks(contract, 'decide')), ...unsure]
}

function remarks({ source, remarks: own, columns }: DraftContract, kind: 'decide' | 'unsure'): string[] {
  const ofColumns = columns.flatMap(({ header, remarks: some }) =>
    some.filter((remark) => remark.kind === kind).map((remark) => `${source}.${header}: ${remark.text}`),
  )
  return [
    ...own.filter((remark) => remark.kind === kind).map((remark) => `${source}: ${remark.text}`),
    ...ofColumns,
  ]
}

const notRead = ({ draft, passed }: Initialised): string[] => [
  ...draft.leftOut.map(({ files, why, hint }) => `${files.join(', ')}: ${why}. ${hint}`),
  ...passed.map(({ path, why, hint }) => `${path}: ${why}${hint === undefined ? '' : `. ${hint}`}`),
]
