import { C360Error, errorTable, type Problem } from '../errors.ts'
import { type Paint, paintFor } from './style.ts'

/** `file:line  message`, the hint below it. */
export function problemLines(problems: readonly Problem[], paint: Paint): string {
  return problems
    .map(({ file, line, message, hint, severity }) => {
      const where =
        file === undefined ? '' : `${paint('bold', line === undefined ? file : `${file}:${line}`)}  `
      const mark = severity === 'warn' ? paint('yellow', 'warning') : paint('red', 'error')
      return `${mark}  ${where}${message}${hint ? `\n         ${paint('dim', hint)}` : ''}`
    })
    .join('\n')
}

/** Says what failed and what to do, on standard error (as JSON on standard output if asked); gives the exit code. */
export function reportFailure(error: unknown, json: boolean): number {
  const failure =
    error instanceof C360Error
      ? error
      : new C360Error('INTERNAL', error instanceof Error ? (error.stack ?? error.message) : String(error))
  const { code, message, hint, problems, exit } = failure
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ error: { code, message, hint, transient: errorTable[code].transient, problems } }, null, 2)}\n`,
    )
    return exit
  }
  const paint = paintFor(process.stderr)
  const list = problems.length > 0 ? `\n${problemLines(problems, paint)}` : ''
  process.stderr.write(`${paint('red', code)}  ${message}${list}\n${paint('dim', hint)}\n`)
  return exit
}
