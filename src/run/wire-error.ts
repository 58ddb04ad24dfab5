import { C360Error, type ErrorCode, errorTable, type Problem } from '../errors.ts'

/** A failure as it travels between processes. */
export interface WireError {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly problems: readonly Problem[]
}

export function toWire(error: unknown): WireError {
  if (error instanceof C360Error) {
    const { code, message, hint, problems } = error
    return { code, message, hint, problems }
  }
  const aborted = error instanceof Error && error.name === 'AbortError'
  const message = error instanceof Error ? error.message : String(error)
  return { code: aborted ? 'CANCELLED' : 'INTERNAL', message, hint: '', problems: [] }
}

export function fromWire({ code, message, hint, problems }: WireError): Error {
  const known = (code in errorTable ? code : 'INTERNAL') as ErrorCode
  // What nobody foresaw may quote anything; the server tells it in general words, from a failure that is none of ours.
  if (known === 'INTERNAL') return new Error(message)
  return new C360Error(known, message, { problems, ...(hint === '' ? {} : { hint }) })
}
