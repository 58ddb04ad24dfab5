import { C360Error, type ErrorCode } from '../errors.ts'
import type { Service } from './cloud.ts'

/** What a service says of a failure, in the words of either of them. */
export interface Told {
  /** `ItemNotFound` and the like. */
  readonly code: string | undefined
  readonly message: string | undefined
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const word = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined

/**
 * Reads an error object: Fabric's `{ errorCode, message, moreDetails }`, Power BI's `{ error: { code, message } }`, or what
 * a failed operation has in `error`.
 */
export function toldIn(body: unknown): Told {
  const outer = record(body)
  const inner = outer.errorCode === undefined ? record(outer.error) : outer
  const details = Array.isArray(inner.moreDetails) ? inner.moreDetails : []
  const more = details.flatMap((one) => word(record(one).message) ?? [])
  const message = [word(inner.message), ...more].filter((text) => text !== undefined).join(' ')
  return { code: word(inner.errorCode) ?? word(inner.code), message: word(message) }
}

export interface Failed {
  readonly service: Service
  /** `creating the report` */
  readonly doing: string
  readonly status: number
  readonly told: Told
  readonly requestId: string | undefined
}

/** A refused request as it is thrown. The address and what was sent are not repeated. */
export function failureOf({ service, doing, status, told, requestId }: Failed): C360Error {
  const facts = [told.code, `HTTP ${status}`, requestId && `request ${requestId}`].filter(Boolean).join(', ')
  const message = `${service.name} refused ${doing}${told.message ? `: ${closed(told.message)}` : '.'} (${facts})`
  const hint = hintFor(status, told.code)
  return new C360Error(codeFor(status), message, hint === undefined ? {} : { hint })
}

const closed = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

function codeFor(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'TARGET_DENIED'
  if (status === 404) return 'NOT_FOUND'
  if (status === 409) return 'CONFLICT'
  if (status === 429) return 'TOO_BUSY'
  return status >= 500 ? 'TARGET_UNREACHABLE' : 'DEPLOY_FAILED'
}

const RESUME = 'Run the same command again: it goes on where this one stopped.'

function hintFor(status: number, code: string | undefined): string | undefined {
  if (status === 401)
    return 'The token is not valid for this service or has run out. Sign in again (`az login`), or renew C360_FABRIC_TOKEN.'
  if (status === 403)
    return 'It takes the role Contributor in the workspace; to bind, refresh and schedule, the owner of the model. Applications also need the tenant setting "Service principals can call Fabric public APIs".'
  if (status === 404) return 'It may have been removed meanwhile, or this user does not see it.'
  if (status === 409 || code === 'ItemDisplayNameAlreadyInUse')
    return 'Another item has this name. Look into the workspace, then run again.'
  return status === 429 || status >= 500 ? RESUME : undefined
}

export const unreachable = ({ name, url }: Service, doing: string, cause: unknown): C360Error =>
  new C360Error('TARGET_UNREACHABLE', `${name} (${new URL(url).host}) did not answer while ${doing}.`, {
    cause,
    hint: `Check the network. ${RESUME}`,
  })

/** Ctrl-C: what was begun over there is not stopped by it. */
export const cancelled = (what: string): C360Error => new C360Error('CANCELLED', what, { hint: RESUME })
