import { C360Error, type ErrorCode } from '../errors.ts'
import type { SecretRef } from '../project/types.ts'

/** Why a secret could not be had. */
export type Why =
  | 'not_set'
  | 'empty'
  | 'no_file'
  | 'unreadable'
  | 'no_secret'
  | 'disabled'
  | 'forbidden'
  | 'firewall'
  | 'not_signed_in'
  | 'unreachable'
  | 'no_sdk'
  | 'refused'

export type Found =
  | { readonly ok: true; readonly value: string; readonly warning?: string }
  | { readonly ok: false; readonly why: Why; readonly message: string; readonly hint: string }

export const missing = (why: Why, message: string, hint: string): Found => ({ ok: false, why, message, hint })

/** The user can mend it in what he wrote or set; everything else is the world's, and may be gone at the next try. */
export const isMistake = (why: Why): boolean =>
  ['not_set', 'empty', 'no_file', 'unreadable', 'no_secret', 'disabled'].includes(why)

const CODES: Partial<Record<Why, ErrorCode>> = { unreachable: 'STORAGE_UNREACHABLE', no_sdk: 'SDK_MISSING' }

export const codeOf = (why: Why): ErrorCode => CODES[why] ?? 'SECRET_MISSING'

/** The failure as it is thrown: which secret, where it is used, what to do. */
export function failure(ref: SecretRef, found: Found & { ok: false }): C360Error {
  const message = `\`${ref.key}\` (c360.yaml:${ref.line}): ${found.message}.`
  return new C360Error(codeOf(found.why), message, { hint: sentence(found.hint) })
}

export const sentence = (text: string): string => {
  const begun = text.slice(0, 1).toUpperCase() + text.slice(1)
  return /[.?]$/.test(begun) ? begun : `${begun}.`
}
