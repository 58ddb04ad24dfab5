import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { C360Error, fromSystemError, type Problem } from '../errors.ts'
import { loadProject } from '../project/load.ts'
import { currency, timeZone } from './answers.ts'
import { draftFrom } from './draft.ts'
import type { Draft, Question } from './draft-types.ts'
import { type InspectOptions, inspect } from './inspect.ts'
import { landingFor, projectFiles, projectName } from './project-files.ts'
import type { Link, PassedOver, TableProfile } from './types.ts'

/** Gives the answer to a question; the empty text takes the fallback. */
export type Ask = (question: Question, problem?: string) => Promise<string>

export interface Initialised {
  readonly root: string
  /** The folder with the files, absolute. */
  readonly from: string
  readonly draft: Draft
  readonly tables: readonly TableProfile[]
  readonly links: readonly Link[]
  readonly passed: readonly PassedOver[]
  readonly answers: Readonly<Record<Question['id'], string>>
  /** Questions a person answered rather than the defaults. */
  readonly asked: readonly Question['id'][]
  /** Files written, relative to the project. */
  readonly written: readonly string[]
  /** What `c360 check` says of it. */
  readonly problems: readonly Problem[]
}

/** What was found in a folder, and the project that could be made of it. Nothing is written yet. */
export interface Drafted {
  /** The folder with the files, absolute. */
  readonly from: string
  readonly draft: Draft
  readonly tables: readonly TableProfile[]
  readonly links: readonly Link[]
  readonly passed: readonly PassedOver[]
}

/** Answers to a draft's questions; those in `asked` were given by a person. */
export interface Answers {
  readonly answers: Readonly<Record<Question['id'], string>>
  readonly asked: ReadonlySet<Question['id']>
}

/**
 * Drafts a project for the files in a folder and writes it; the files themselves are only read. Throws C360Error USAGE when
 * there is a project already, or nothing that can be drafted.
 */
export async function initProject(
  root: string,
  from: string,
  ask: Ask | undefined,
  options: InspectOptions = {},
): Promise<Initialised> {
  landingFor(root, from)
  await refuseExisting(root)
  const drafted = await draftProject(from, options)
  return writeProject(root, drafted, await answered(drafted.draft.questions, ask))
}

/** The first half: looks at the files and drafts. USAGE when there is no such folder or nothing that can be drafted. */
export async function draftProject(from: string, options: InspectOptions = {}): Promise<Drafted> {
  await refuseMissing(from)
  const found = await inspect(from, options, async (look, context) => ({
    draft: await draftFrom(context, look),
    tables: look.tables.map(({ profile }) => profile),
    links: look.links,
    passed: look.passed,
  }))
  if (found.draft.contracts.length === 0) throw nothingToDraft(from, found)
  return { from, ...found }
}

/** The second half: writes the project, whose files lie in `drafted.from` by now. USAGE when there is a project already. */
export async function writeProject(
  root: string,
  drafted: Drafted,
  { answers, asked }: Answers,
  name: string = projectName(root),
): Promise<Initialised> {
  const landing = landingFor(root, drafted.from)
  await refuseExisting(root)
  const files = projectFiles(drafted.draft, { name, landing, answers, asked: new Set(asked) })
  for (const { path, text } of files) await writeNew(join(root, path), text)
  const { problems } = await loadProject(root)
  return {
    root,
    ...drafted,
    answers,
    asked: [...asked],
    written: files.map(({ path }) => path),
    problems,
  }
}

/** Answers that came all at once, as from a form; what is not given takes its fallback. USAGE names every one that cannot be. */
export function givenAnswers(
  questions: readonly Question[],
  given: Readonly<Record<string, string>>,
): Answers {
  const answers = { ...FALLBACKS }
  const asked = new Set<Question['id']>()
  const problems: Problem[] = []
  for (const { id, fallback } of questions) {
    const text = given[id]?.trim() ?? ''
    const valid = text === '' ? fallback : validated(id, text)
    if (valid === undefined) problems.push({ code: 'answer', message: notValid(id, text) })
    answers[id] = valid ?? fallback
    if (text !== '') asked.add(id)
  }
  if (problems.length > 0) throw new C360Error('USAGE', 'Some answers cannot be taken:', { problems })
  return { answers, asked }
}

async function refuseExisting(root: string): Promise<void> {
  const names: readonly string[] = await readdir(root).catch(() => [])
  const contracts: readonly string[] = await readdir(join(root, 'contracts')).catch(() => [])
  const there = names.includes('c360.yaml')
    ? 'c360.yaml'
    : contracts.some((name) => /\.ya?ml$/.test(name))
      ? 'contracts'
      : undefined
  if (there === undefined) return
  throw new C360Error('USAGE', `There is a project in ${root} already (${there}); it is left as it is.`, {
    hint: 'Name another folder and take over from there what you need, or remove c360.yaml and contracts/ first.',
  })
}

async function refuseMissing(from: string): Promise<void> {
  try {
    await readdir(from)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw fromSystemError(error, `reading ${from}`)
    throw new C360Error(
      'USAGE',
      code === 'ENOENT' ? `There is no folder ${from}.` : `${from} is no folder.`,
      {
        hint: 'Name the folder that holds the exports: c360 init my-project --from exports',
        cause: error,
      },
    )
  }
}

function nothingToDraft(
  from: string,
  { draft, passed }: { draft: Draft; passed: readonly PassedOver[] },
): C360Error {
  const left = draft.leftOut.map(
    ({ files, why, hint }): Problem => ({ code: 'left_out', message: `${files.join(', ')}: ${why}`, hint }),
  )
  const others = passed.map(
    ({ path, why, hint, kind }): Problem => ({
      code: kind,
      message: `${path}: ${why}`,
      ...(hint === undefined ? {} : { hint }),
      severity: kind === 'ignored' ? 'warn' : 'error',
    }),
  )
  return new C360Error('USAGE', `No contract can be drafted from the files in ${from}.`, {
    hint:
      left.length + others.length === 0
        ? 'The folder is empty: put the exports there.'
        : 'Each file and why is named above. Nothing was written.',
    problems: [...left, ...others],
  })
}

const FALLBACKS: Readonly<Record<Question['id'], string>> = {
  counted_statuses: 'all',
  time_zone: 'UTC',
  currency: 'USD',
}

async function answered(questions: readonly Question[], ask: Ask | undefined): Promise<Answers> {
  const answers = { ...FALLBACKS }
  const asked = new Set<Question['id']>()
  for (const question of questions) {
    answers[question.id] = question.fallback
    // With no status in the files there is nothing to choose.
    if (!ask || (question.id === 'counted_statuses' && question.choices.length === 0)) continue
    answers[question.id] = await askUntilValid(question, ask)
    asked.add(question.id)
  }
  return { answers, asked }
}

async function askUntilValid(question: Question, ask: Ask): Promise<string> {
  let problem: string | undefined
  for (;;) {
    const given = (await ask(question, problem)).trim()
    if (given === '') return question.fallback
    const valid = validated(question.id, given)
    if (valid !== undefined) return valid
    problem = notValid(question.id, given)
  }
}

const validated = (id: Question['id'], given: string): string | undefined =>
  id === 'time_zone' ? timeZone(given) : id === 'currency' ? currency(given) : given

const notValid = (id: Question['id'], given: string): string =>
  `there is no ${id === 'time_zone' ? 'time zone' : 'currency'} \`${given}\``

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    throw fromSystemError(error, `writing ${path}`)
  }
}
