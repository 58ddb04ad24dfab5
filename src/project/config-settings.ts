import type { Problem } from '../errors.ts'
import { HIDDEN, type Use } from './config-references.ts'
import { isReference, type Reference } from './reference.ts'
import { reject } from './shape.ts'
import type { YamlFile } from './yaml.ts'

/** What a reference stands for, or why nothing was found. */
export type Answer =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string; readonly hint: string }

/** Answers by the reference as written. */
export type Answers = ReadonlyMap<string, Answer>

/** A value and the text that stands for it. */
export interface Put {
  readonly text: string
  readonly value: string
}

/** Puts the values where the references stand; what was not found is told to `file`. */
export function putSettings(uses: readonly Use[], answers: Answers, file: YamlFile): readonly Put[] {
  const put: Put[] = []
  for (const { node, text, parts, path, line } of uses.filter(({ kind }) => kind === 'setting')) {
    const failed = parts.flatMap((part) => (isReference(part) ? failureOf(answers.get(part.text)) : []))
    for (const { message, hint } of failed)
      reject({ file, label: '', line }, 'missing_reference', `\`${path.join('.')}\`: ${message}`, hint)
    if (failed.length > 0) continue
    const whole = parts.map((part) => (isReference(part) ? foundIn(answers, part) : part)).join('')
    put.push({ text, value: whole })
    put.push(...parts.filter(isReference).map((part) => ({ text: part.text, value: foundIn(answers, part) })))
    setText(node, whole)
  }
  return put
}

const unasked = { message: 'was not looked up', hint: 'load the project from its folder' }
const failureOf = (answer: Answer | undefined) =>
  answer === undefined ? [unasked] : answer.ok ? [] : [answer]

function foundIn(answers: Answers, { text }: Reference): string {
  const answer = answers.get(text)
  return answer?.ok ? answer.value : ''
}

/** As if the value had been typed there: `${env:THREADS}` may be a number. */
function setText(node: Use['node'], value: string): void {
  const isNumber = node.type === 'PLAIN' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value)
  const isWord = node.type === 'PLAIN' && /^(true|false)$/.test(value)
  node.value = isNumber ? Number(value) : isWord ? value === 'true' : value
  node.source = value
}

const TOLD = ['missing_reference', 'secret_in_clear', 'bad_reference', 'no_key_vault']

/**
 * The problems of c360.yaml as they may be shown: the text of a reference in place of its value, and nothing about a
 * place whose reference or secret is already told of.
 */
export function withoutValues(problems: readonly Problem[], put: readonly Put[]): Problem[] {
  const told = problems.filter(({ code }) => TOLD.includes(code))
  const hide = hiding(put)
  return problems.flatMap((problem) => {
    if (TOLD.includes(problem.code)) return [problem]
    return told.some((other) => isEcho(problem, other)) ? [] : [masked(problem, hide)]
  })
}

/** Told problems begin with the path of their key: "`rules.tier_order.0` ..". */
function isEcho(problem: Problem, told: Problem): boolean {
  const key = /^`([^`]*?)(\.\d+)*`/.exec(told.message)?.[1]?.split('.').at(-1)
  return (
    problem.message.includes(HIDDEN) || (problem.line === told.line && problem.message.includes(`\`${key}\``))
  )
}

function masked(problem: Problem, hide: (message: string) => string): Problem {
  const { hint, ...rest } = problem
  const message = hide(problem.message)
  const shown = hint === undefined ? undefined : hide(hint)
  if (message === problem.message && shown === hint) return problem
  const isGuess = shown === undefined || shown.startsWith('did you mean')
  return { ...rest, message, hint: isGuess ? UNSHOWN : shown }
}

const UNSHOWN = 'what the reference stands for is not shown'

/** Messages quote 60 characters at most, so a long value may be cut there. */
function hiding(put: readonly Put[]): (message: string) => string {
  const written = new Map(put.toReversed().map(({ text, value }) => [value.toLowerCase(), text]))
  const cut = new Map([...written].map(([value, text]) => [value.slice(0, 60), text] as const))
  const values = [...written.keys(), ...cut.keys()].filter((value) => value !== '')
  if (values.length === 0) return (message) => message
  const longest = values.toSorted((a, b) => b.length - a.length).map(literal)
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${longest.join('|')})(?![\\p{L}\\p{N}])`, 'giu')
  return (message) =>
    message.replace(
      pattern,
      (found) => written.get(found.toLowerCase()) ?? cut.get(found.toLowerCase()) ?? '',
    )
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
