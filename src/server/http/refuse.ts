import type { Hook } from '@hono/zod-openapi'
import { C360Error, type Problem } from '../../errors.ts'
import type { Env } from '../context.ts'

const MOST = 10

/** A request that does not fit its schema: the places are named, the values never. */
// biome-ignore lint/suspicious/noExplicitAny: the library's own type of a hook that fits every route.
export const refuseInvalid: Hook<any, Env, any, any> = (result) => {
  if (result.success) return
  const problems: Problem[] = result.error.issues.slice(0, MOST).map((issue) => ({
    code: 'bad_request',
    message: `${result.target}${pathOf(issue.path)}: ${wordsFor(issue)}`,
  }))
  throw new C360Error('USAGE', 'The request is not as the API takes it.', {
    hint: 'See /api/docs for what each request takes.',
    problems,
  })
}

/** Keys of a record may be anything, personal values among them: only plain words are repeated. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `.${/^[a-z_]{1,40}$|^\d{1,4}$/i.test(String(part)) ? String(part) : '?'}`).join('')

interface Issue {
  readonly code?: string | undefined
  readonly expected?: unknown
  readonly minimum?: unknown
  readonly maximum?: unknown
}

function wordsFor({ code, expected, minimum, maximum }: Issue): string {
  switch (code) {
    case 'invalid_type':
      return `must be ${String(expected)}`
    case 'too_small':
      return `must be at least ${String(minimum)}`
    case 'too_big':
      return `must be at most ${String(maximum)}`
    case 'unrecognized_keys':
      return 'has a key that is not known'
    case 'invalid_format':
      return 'is not in the format it must have'
    default:
      return 'is not one of the values it may have'
  }
}
