import { writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ParseArgsConfig } from 'node:util'
import { C360Error, fromSystemError } from '../errors.ts'
import type { Paint } from './style.ts'

export interface Context {
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
  /** Absolute path of the project. */
  readonly project: string
  readonly json: boolean
  /** Writes a line (or several) to standard output. */
  print(text: string): void
  /** Writes a line to standard error: progress and remarks. */
  note(text: string): void
  readonly paint: Paint
  /** Standard error is a terminal: progress may be drawn. */
  readonly interactive: boolean
  readonly signal: AbortSignal
}

/** One command: `run` gives the exit code; failures are thrown as C360Error. */
export interface Command {
  /** What follows the command's name. */
  readonly usage: string
  /** Shown by `--help` below the usage line. */
  readonly help: string
  readonly options?: NonNullable<ParseArgsConfig['options']>
  run(context: Context): Promise<number>
}

export const text = (context: Context, name: string): string | undefined => {
  const value = context.values[name]
  return typeof value === 'string' ? value : undefined
}

export const flag = (context: Context, name: string): boolean => context.values[name] === true

/** Numbers too large for JSON's readers are written as text only when they would lose digits. */
export const toJson = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, item: unknown) =>
      typeof item === 'bigint' ? (Number.isSafeInteger(Number(item)) ? Number(item) : String(item)) : item,
    2,
  )

/** Writes what the user asked to have in a file. USAGE when its folder is not there. */
export async function writeTo(file: string, content: string): Promise<void> {
  const path = resolve(file)
  try {
    await writeFile(path, content)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new C360Error('USAGE', `There is no folder ${dirname(path)}.`, { cause: error })
    throw fromSystemError(error, `writing ${path}`)
  }
}
