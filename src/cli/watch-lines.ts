import type { Failure, Reason, WatchEvent } from '../watch/types.ts'
import { problemLines } from './problems.ts'
import { count, duration, type Paint } from './style.ts'

const reasons: Readonly<Record<Reason, string>> = {
  start: 'first look',
  files: 'landing changed',
  project: 'the project changed',
  message: 'told by the queue',
  again: 'trying again',
  schedule: 'scheduled',
}

/** An event as a line for people; undefined for those that a bar shows better. */
export function watchLine(event: WatchEvent, paint: Paint, now: Date = new Date()): string | undefined {
  const text = textOf(event, paint)
  return text === undefined ? undefined : `${paint('dim', clock(now))}  ${text}`
}

function textOf(event: WatchEvent, paint: Paint): string | undefined {
  switch (event.type) {
    case 'watching':
      return `watching ${event.landing} by ${event.by.join(' and ')} (every ${duration(event.poll)}, settled after ${duration(event.settle)})`
    case 'begins':
      return [reasons[event.reason], filesText(event.files, event.count)].filter(Boolean).join(': ')
    case 'ended':
      return endText(event, paint)
    case 'failed':
      return failedText(event, paint)
    case 'note':
      return event.severity === 'warn' ? `${paint('yellow', 'warning')}  ${event.message}` : event.message
    case 'cancelled':
      return 'cancelled; nothing was published'
    case 'progress':
      return event.event.type === 'waiting' ? `waiting for ${event.event.holder}` : undefined
  }
}

function filesText(files: readonly string[], all: number): string {
  const more = all - files.length
  return files.join(', ') + (more > 0 ? ` and ${count(more)} more` : '')
}

function endText(event: Extract<WatchEvent, { type: 'ended' }>, paint: Paint): string {
  const { outcome, version, files, rows, refused, seconds } = event
  const took = paint('dim', `(${duration(seconds)})`)
  const lost =
    refused === 0
      ? ''
      : `; ${paint('yellow', `${count(refused)} ${refused === 1 ? 'file' : 'files'} refused`)}: see \`c360 run\``
  if (outcome === 'unchanged')
    return `${version === null ? 'nothing to do' : `nothing changed, version ${version}`}${lost} ${took}`
  const brought = `${count(rows)} ${rows === 1 ? 'row' : 'rows'} of ${count(files)} ${files === 1 ? 'file' : 'files'}`
  return `${paint('green', `version ${version} published`)}: ${brought}${lost} ${took}`
}

function failedText(event: Extract<WatchEvent, { type: 'failed' }>, paint: Paint): string {
  const { failure, attempt, again } = event
  const next = again === undefined ? '' : ` Next try in ${duration(again / 1000)}.`
  const tries = attempt > 1 ? ` (try ${attempt})` : ''
  return `${paint('red', failure.code)}  ${failure.message}${tries}${next}${detail(failure, paint)}`
}

const detail = ({ problems, hint }: Failure, paint: Paint): string =>
  `${problems.length > 0 ? `\n${problemLines(problems, paint)}` : ''}\n          ${paint('dim', hint)}`

const clock = (now: Date): string => now.toTimeString().slice(0, 8)
