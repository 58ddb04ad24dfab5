import { C360Error, type ErrorCode } from '../../errors.ts'
import { cancelled } from '../statement.ts'

/** What went wrong where. */
export interface Telling {
  /** `Azure SQL at host/database`. */
  readonly where: string
  /** What was being done: `connecting`, or the head of a statement. */
  readonly doing: string
  /** Seconds a statement may take. */
  readonly seconds?: number | undefined
}

/** What the driver says: a word for its own failures, a number for the server's. */
interface Fault {
  readonly code?: unknown
  readonly number?: unknown
  readonly message?: unknown
  readonly lineNumber?: unknown
  readonly originalError?: unknown
  readonly cause?: unknown
}

/** The service is being moved, scaled or is busy: Microsoft's list of what to try again. */
const PASSING = new Set([
  615, 926, 4060, 4221, 10053, 10054, 10060, 10922, 10928, 10929, 40143, 40197, 40501, 40540, 40613, 42108,
  42109, 49918, 49919, 49920,
])

const NO_CONNECTION = new Set([
  'ESOCKET',
  'ETIMEOUT',
  'ECONNCLOSED',
  'ENOTOPEN',
  'EINSTLOOKUP',
  'ECONNRESET',
  'ETIMEDOUT',
])

/** True where the same attempt may succeed later; the attempt must be one that may be made twice. */
export function mayPass(error: unknown): boolean {
  const fault = faultOf(error)
  if (typeof fault.number === 'number') return PASSING.has(fault.number)
  return NO_CONNECTION.has(String(fault.code)) && !isCertificate(fault)
}

/** Any failure as C360Error. What the server says is repeated only as far as it can hold no value of a row. */
export function failure(error: unknown, telling: Telling): unknown {
  if (error instanceof C360Error || !(error instanceof Error)) return error
  const fault = faultOf(error)
  const { code, number } = fault
  if (code === 'ECANCEL' || code === 'EABORT') return cancelled(error)
  if (typeof number === 'number' && number > 0) return ofServer(fault, number, telling)
  if (code === 'ELOGIN') return denied(telling, 'it does not let us in')
  if (code === 'ETIMEOUT' && telling.doing !== 'connecting') return timedOut(telling)
  if (NO_CONNECTION.has(String(code))) return unreachable(fault, telling)
  return new C360Error(
    'SQL_FAILED',
    `${telling.where}, \`${telling.doing}\`: the driver failed (${wordOf(code)}).`,
  )
}

const wordOf = (code: unknown): string =>
  typeof code === 'string' && /^[A-Z_]+$/.test(code) ? code : 'no code'

/** Of several errors in a row the first is the reason; the driver hands over the last. */
function faultOf(error: unknown): Fault {
  const fault = (typeof error === 'object' && error !== null ? error : {}) as Fault & {
    readonly precedingErrors?: readonly Fault[]
  }
  const [first] = (fault.precedingErrors ?? []).filter(({ number }) => typeof number === 'number')
  return first ?? fault
}

function unreachable(fault: Fault, { where, doing }: Telling): C360Error {
  if (isCertificate(fault))
    return new C360Error('TARGET_UNREACHABLE', `${where}, ${doing}: its certificate is not trusted.`, {
      hint: 'Is `server` the right one? For an authority of your own set NODE_EXTRA_CA_CERTS to its certificate.',
    })
  return new C360Error(
    'TARGET_UNREACHABLE',
    `${where}, ${doing}: it cannot be reached (${wordOf(fault.code)}).`,
    {
      hint: 'Check the network, `server` and `port`. A serverless database may be waking up: try again in a minute.',
    },
  )
}

const CERTIFICATE = /certificate|CERT_|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|ERR_TLS/i

const isCertificate = ({ message, originalError, cause }: Fault): boolean =>
  [message, originalError, cause].some((said) =>
    CERTIFICATE.test(String((said as Fault | undefined)?.message ?? said)),
  )

const timedOut = ({ where, seconds }: Telling): C360Error =>
  new C360Error('TIMED_OUT', `${where} did not end a statement within ${seconds} s.`, {
    hint: 'Raise `statement_timeout` of the target, or give the database more power.',
  })

const denied = (
  { where, doing }: Telling,
  what: string,
  hint = 'Check `user` and `password` of the target; for `auth: default`, whether this identity is a user of the database.',
): C360Error => new C360Error('TARGET_DENIED', `${where}, ${doing}: ${what}.`, { hint })

const GRANT = 'Grant what is missing: `c360 export azure-sql` writes roles with the least rights.'

/** What the server's number means; `said` may be repeated where a message names objects and never values. */
const MEANINGS: Readonly<Record<number, readonly [code: ErrorCode, what: string, hint?: string]>> = {
  18456: ['TARGET_DENIED', 'it does not accept user and password (18456)'],
  18452: ['TARGET_DENIED', 'it does not accept who we are (18452)'],
  4060: ['TARGET_DENIED', 'there is no such database, or this user may not enter it (4060)'],
  40532: ['TARGET_DENIED', 'there is no such server, or this user may not enter it (40532)'],
  40615: [
    'TARGET_DENIED',
    'its firewall does not let this machine in (40615)',
    'Add this machine to the firewall rules of the server.',
  ],
  47073: [
    'TARGET_DENIED',
    'it is closed to public networks (47073)',
    'Run inside its virtual network, by its private endpoint.',
  ],
  245: ['SQL_FAILED', 'a text could not be converted (245)'],
  8114: ['SQL_FAILED', 'a value could not be converted (8114)'],
  8115: ['SQL_FAILED', 'a number does not fit its type (8115)'],
  8134: ['SQL_FAILED', 'a division by zero (8134)'],
  2601: ['SQL_FAILED', 'a key would stand twice (2601)'],
  2627: ['SQL_FAILED', 'a key would stand twice (2627)'],
  2628: ['SQL_FAILED', 'a text is longer than its column: a key has 450 bytes at most (2628)'],
  8152: ['SQL_FAILED', 'a text is longer than its column: a key has 450 bytes at most (8152)'],
  9820: ['SQL_FAILED', 'a store has a time zone that Azure SQL does not know (9820)'],
  1205: ['LAKE_CONFLICT', 'it was the victim of a deadlock with another session (1205)', 'Run again.'],
  1222: ['LAKE_CONFLICT', 'another session holds what is needed (1222)', 'Run again.'],
  3960: ['LAKE_CONFLICT', 'another session changed the same rows (3960)', 'Run again.'],
  1105: ['DISK_FULL', 'the database is full (1105)', 'Give it more storage.'],
  9002: [
    'DISK_FULL',
    'the transaction log is full (9002)',
    'Give the database more storage or a larger service objective.',
  ],
  40544: ['DISK_FULL', 'the database has reached its size quota (40544)', 'Give it more storage.'],
  701: ['OUT_OF_MEMORY', 'it has no memory left (701)', 'Give the database a larger service objective.'],
  8645: ['OUT_OF_MEMORY', 'it has no memory left (8645)', 'Give the database a larger service objective.'],
}

/** Messages that name objects of the database, never values. */
const NAMING = new Set([
  102, 103, 104, 105, 107, 108, 109, 116, 120, 145, 147, 156, 164, 174, 195, 201, 205, 206, 207, 208, 209,
  213, 229, 230, 262, 264, 297, 300, 306, 319, 402, 421, 451, 457, 468, 547, 915, 916, 1033, 1750, 1767, 1769,
  1776, 1778, 1785, 2714, 2705, 2760, 3701, 3705, 3728, 3732, 4104, 4145, 4502, 4511, 4701, 4902, 4922, 5074,
  8111, 8116, 8117, 8120, 8144, 8155, 8156, 8158, 8159, 8162, 10742, 11501, 11526, 15151, 15247,
])

/** Rights that are missing. */
const RIGHTS = new Set([229, 230, 262, 297, 300, 915, 916, 15151, 15247])

/** Objects that are not there: said so that a reader of the message can tell. */
const MISSING = new Set([208, 3701, 4701, 4902])

function ofServer({ message, lineNumber }: Fault, number: number, telling: Telling): C360Error {
  const { where, doing } = telling
  const known = MEANINGS[number]
  if (known) {
    const [code, what, hint] = known
    if (code === 'TARGET_DENIED') return denied(telling, what, hint)
    return new C360Error(code, `${where}, \`${doing}\`: ${what}.`, hint === undefined ? {} : { hint })
  }
  if (PASSING.has(number))
    return new C360Error('TARGET_UNREACHABLE', `${where}, ${doing}: it is busy or being moved (${number}).`, {
      hint: 'Try again in a minute.',
    })
  const line = typeof lineNumber === 'number' && lineNumber > 1 ? ` (line ${lineNumber})` : ''
  if (!NAMING.has(number))
    return new C360Error(
      'SQL_FAILED',
      `${where}, \`${doing}\`: the statement failed with error ${number}${line}.`,
    )
  const said = `${String(message).slice(0, 400).trim()}${MISSING.has(number) ? ' It does not exist.' : ''}${line}`
  return RIGHTS.has(number)
    ? new C360Error('TARGET_DENIED', `${where}, \`${doing}\`: ${said}`, { hint: GRANT })
    : new C360Error('SQL_FAILED', `${where}, \`${doing}\`: ${said}`)
}
