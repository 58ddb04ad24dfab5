import type { Problem } from '../errors.ts'

/** A file that cannot be read at all. Thrown inside this folder only; callers see its Problem as a value. */
export class Refusal extends Error {
  readonly problem: Problem

  constructor(code: string, message: string, hint: string) {
    super(message)
    this.name = 'Refusal'
    this.problem = { code, message, hint }
  }
}
