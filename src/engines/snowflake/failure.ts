import { C360Error, type ErrorCode } from '../../errors.ts'
import { cancelled } from '../statement.ts'

/** What went wrong where. */
export interface Telling {
  /** `Snowflake at acme-eu1`. */
  readonly where: string
  /** What was being done: `connecting`, or the head of a statement. */
  readonly doing: string
}

/** What the driver says of a failure. */
interface Fault {
  /** A number: of Snowflake (six figures, 390100) or of the driver (400000 and more). */
  readonly code: number
  readonly sqlState: string | undefined
  readonly message: string
  readonly status: number | undefined
  /** The network's own word, such as ECONNREFUSED. */
  readonly network: string | undefined
}

/** Any failure as C360Error. What Snowflake says is repeated only as far as it can hold no value of a row, and no secret. */
export function failure(error: unknown, telling: Telling): unknown {
  if (error instanceof C360Error) return error
  if (!(error instanceof Error)) return error
  const fault = faultOf(error)
  if (fault === undefined) return error
  return enteringFailure(fault, telling) ?? networkFailure(fault, telling) ?? statementFailure(fault, telling)
}

function faultOf(error: Error): Fault | undefined {
  const { code, sqlState, response, cause } = error as Error & {
    readonly code?: unknown
    readonly sqlState?: unknown
    readonly response?: { readonly statusCode?: unknown; readonly status?: unknown }
  }
  if (code === undefined || Number.isNaN(Number(code))) return undefined
  const status = Number(response?.statusCode ?? response?.status)
  const network = (cause as NodeJS.ErrnoException | undefined)?.code
  return {
    code: Number(code),
    sqlState: typeof sqlState === 'string' ? sqlState : undefined,
    message: error.message,
    status: Number.isInteger(status) ? status : undefined,
    network: typeof network === 'string' ? network : undefined,
  }
}

/** Snowflake's codes of a refused login, and what to do. */
const refusals: readonly (readonly [codes: readonly number[], said: string, hint: string])[] = [
  [
    [390100, 390101, 390102, 390103, 390106, 390107],
    'it does not accept who we are',
    'Check `account`, `user` and `password` of the target; a user who was locked is unlocked by ALTER USER .. SET MINS_TO_UNLOCK = 0.',
  ],
  [
    [390144, 394304, 394300],
    'it does not accept the key',
    'Give the user the public half of `private_key` (ALTER USER .. SET RSA_PUBLIC_KEY), check `account` and `user`, and the clock of this machine.',
  ],
  [[390186, 390189], 'the role is not granted to the user', 'GRANT ROLE .. TO USER .., or check `role`.'],
  [
    [390201],
    'the database or warehouse does not exist, or the role may not use it',
    'Check `database`, `warehouse` and `role`; see the script of least rights in docs/snowflake.md.',
  ],
  [
    [390422, 390432],
    'its network policy keeps this machine out',
    "Ask who runs it to let this machine's address in.",
  ],
  [
    [390127, 390142],
    'it wants a second factor or a new password of this user',
    'Use a service user with a key pair.',
  ],
]

function enteringFailure({ code, network }: Fault, { where, doing }: Telling): C360Error | undefined {
  const refused = refusals.find(([codes]) => codes.includes(code))
  if (refused)
    return new C360Error('TARGET_DENIED', `${where}, ${doing}: ${refused[1]} (${code}).`, {
      hint: refused[2],
    })
  // The driver's own checks, before anything is sent; of the key the reason would quote what it found.
  if (code >= 404_000 && code < 405_000)
    return new C360Error(
      'TARGET_DENIED',
      `${where}, ${doing}: the driver does not take these settings (${code}).`,
      {
        hint: 'Check `account`, `user` and the key: PEM, PKCS 8, with `private_key_passphrase` where it has one.',
      },
    )
  if (network?.startsWith('ERR_OSSL'))
    return new C360Error('TARGET_DENIED', `${where}, ${doing}: the private key cannot be read.`, {
      hint: 'It must be PEM (PKCS 8), with `private_key_passphrase` where it has one.',
    })
  return undefined
}

function networkFailure(
  { code, status, network, sqlState }: Fault,
  { where, doing }: Telling,
): C360Error | undefined {
  if (code < 400_000 || sqlState !== undefined) return undefined
  const unreachable = (what: string, hint: string) =>
    new C360Error('TARGET_UNREACHABLE', `${where}, ${doing}: ${what}.`, { hint })
  if (network !== undefined && CERTIFICATE.test(network))
    return unreachable(
      `its certificate is not trusted (${network})`,
      'Is `account` or `host` right? For an authority of your own set NODE_EXTRA_CA_CERTS to its certificate.',
    )
  if (status === 403 || status === 404)
    return unreachable(
      `there is no account under that name (HTTP ${status})`,
      'Check `account`, for example acme-eu1.',
    )
  if (status !== undefined)
    return unreachable(`it is busy or failing (HTTP ${status})`, 'Try again in a minute.')
  return unreachable(
    `it cannot be reached (${network ?? code})`,
    'Check the network and `account` (or `host` and `port`).',
  )
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|ERR_SSL|ERR_TLS|EPROTO/

function statementFailure(fault: Fault, { where, doing }: Telling): C360Error {
  const { code, sqlState } = fault
  if (code === 604) return cancelled()
  const kind = codeOf(fault)
  return new C360Error(
    kind,
    `${where}, \`${doing}\`: ${said(fault)} (${[code, sqlState].filter(Boolean).join(', ')})`,
    {
      ...hintFor(kind),
    },
  )
}

function codeOf({ code, sqlState }: Fault): ErrorCode {
  if (code === 630) return 'TIMED_OUT'
  // Insufficient privileges; no warehouse that may be used.
  if (code === 3001 || sqlState === '42501' || code === 606) return 'TARGET_DENIED'
  // Session or token gone; the account was suspended.
  if ([390104, 390111, 390112, 390114, 390195].includes(code)) return 'TARGET_UNREACHABLE'
  // Another transaction holds the table.
  return code === 625 || code === 628 ? 'LAKE_CONFLICT' : 'SQL_FAILED'
}

function hintFor(kind: ErrorCode): { hint?: string } {
  if (kind === 'TARGET_DENIED')
    return { hint: 'Grant what is named above to the role of the target; see docs/snowflake.md.' }
  if (kind === 'TIMED_OUT')
    return { hint: 'Raise `statement_timeout` of the target, or give it a larger warehouse.' }
  return kind === 'TARGET_UNREACHABLE' ? { hint: 'Run again.' } : {}
}

/** Names of objects may be shown; a value that could not be read may not. */
function said({ message, sqlState, code }: Fault): string {
  const isOfNames = sqlState === '42S02' || sqlState === '42501' || code === 3001 || code === 2003
  const isOfText = isOfNames || sqlState?.startsWith('42') === true
  if (!isOfText) return 'The statement failed.'
  const text = message
    .replace(/^SQL (compilation|access control) error:\s*/i, '')
    .replace(/\s+/g, ' ')
    .trim()
  return (isOfNames ? text : text.replace(/'[^']*'|"[^"]*"/g, "'..'")).slice(0, 400)
}
