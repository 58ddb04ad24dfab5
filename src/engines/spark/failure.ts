import { C360Error, type ErrorCode } from '../../errors.ts'
import { ThriftFault } from './thrift.ts'
import { WireFault } from './thrift-http.ts'
import { ServiceFault } from './thrift-service.ts'

/** What went wrong where. */
export interface Telling {
  /** `Spark at host:port`. */
  readonly where: string
  /** What was being done: `connecting`, or the head of a statement. */
  readonly doing: string
  readonly databricks: boolean
}

/** Any failure as C360Error. What the service says is repeated only as far as it can hold no value of a row. */
export function failure(error: unknown, telling: Telling): unknown {
  if (error instanceof C360Error) return error
  if (error instanceof WireFault) return wireFailure(error, telling)
  if (error instanceof ServiceFault) return serviceFailure(error, telling)
  if (error instanceof ThriftFault)
    return new C360Error('TARGET_UNREACHABLE', `${telling.where}, ${telling.doing}: ${error.message}.`, {
      hint: 'Is it the HTTP address of a Thrift server (hive.server2.transport.mode=http)? Check `host`, `port` and `http_path`.',
    })
  return error
}

function wireFailure(
  { status, message, cause }: WireFault,
  { where, doing, databricks }: Telling,
): C360Error {
  const fail = (code: ErrorCode, what: string, hint: string) =>
    new C360Error(code, `${where}, ${doing}: ${what}.`, { hint })
  if (status === 401)
    return fail(
      'TARGET_DENIED',
      'it does not accept who we are (HTTP 401)',
      databricks
        ? 'Make a new token (Databricks: Settings, Developer, Access tokens) and put it where `token` points to.'
        : 'Check `user` and `password` of the target.',
    )
  if (status === 403)
    return fail(
      'TARGET_DENIED',
      'it forbids this (HTTP 403)',
      databricks
        ? 'The identity of the token needs CAN USE on the SQL warehouse; an IP access list may keep this machine out.'
        : 'Ask who runs it to let this user in.',
    )
  if (status === 404 || status === 405)
    return fail(
      'TARGET_UNREACHABLE',
      `there is no Thrift server under that path (HTTP ${status})`,
      databricks
        ? 'Copy `http_path` from the Connection details of the SQL warehouse; it may have been deleted.'
        : 'Check `http_path`; Spark calls it hive.server2.thrift.http.path.',
    )
  if (status !== undefined)
    return fail('TARGET_UNREACHABLE', `it is busy or failing (${message})`, 'Try again in a minute.')
  if (isCertificate(cause))
    return fail(
      'TARGET_UNREACHABLE',
      `its certificate is not trusted (${message})`,
      'Is `host` the right one? For an authority of your own set NODE_EXTRA_CA_CERTS to its certificate.',
    )
  return fail(
    'TARGET_UNREACHABLE',
    `it cannot be reached (${message})`,
    databricks
      ? 'Check the network and `host`; is the SQL warehouse running?'
      : 'Check the network, `host` and `port`; is its Thrift server running in HTTP mode?',
  )
}

const isCertificate = (cause: unknown): boolean =>
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|ERR_SSL|ERR_TLS|EPROTO/.test(
    String((cause as NodeJS.ErrnoException | undefined)?.code),
  )

function serviceFailure({ message, sqlState, gone }: ServiceFault, { where, doing }: Telling): C360Error {
  if (gone)
    return new C360Error('TARGET_UNREACHABLE', `${where}, ${doing}: it does not know our session any more.`, {
      hint: 'It was restarted, or closed a session that was idle for long. Run again.',
    })
  const { word, said, state } = readMessage(message, sqlState)
  const named = word === undefined ? '' : ` [${word}]`
  const code = codeOf(word, state, message)
  return new C360Error(code, `${where}, \`${doing}\`:${named} ${said}`, hintFor(code))
}

const hintFor = (code: ErrorCode): { hint?: string } =>
  code === 'TARGET_DENIED'
    ? { hint: 'Grant what is named above to the user or service principal of the target.' }
    : {}

function codeOf(word: string | undefined, state: string | undefined, message: string): ErrorCode {
  if (
    state === '42501' ||
    /PERMISSION_DENIED|INSUFFICIENT_P(ERMISSIONS|RIVILEGES)/.test(`${word} ${message}`)
  )
    return 'TARGET_DENIED'
  if (/^DELTA_CONCURRENT_|^DELTA_METADATA_CHANGED|^DELTA_PROTOCOL_CHANGED/.test(word ?? ''))
    return 'LAKE_CONFLICT'
  return /OutOfMemoryError|maxResultSize/.test(message) ? 'OUT_OF_MEMORY' : 'SQL_FAILED'
}

interface Said {
  /** Spark's name of the failure, such as TABLE_OR_VIEW_NOT_FOUND. */
  readonly word: string | undefined
  readonly said: string
  readonly state: string | undefined
}

/**
 * "Error running query: [WORD] org.apache..Exception: [WORD] What happened. SQLSTATE: 42P01; line 1 pos 14; plan" and stack traces.
 * Only of a mistake in the text of a statement (states 42..) is the sentence shown, without what it quotes as values.
 */
function readMessage(message: string, given: string | undefined): Said {
  const word = /\[([A-Z][A-Z0-9_]*(?:\.[A-Z0-9_]+)*)\]/.exec(message)?.[1]
  const state = /SQLSTATE: ?([0-9A-Z]{5})/.exec(message)?.[1] ?? given
  const place = /; line (\d+) pos (\d+)/.exec(message) ?? /\(line (\d+), pos (\d+)\)/.exec(message)
  const at = place ? ` (line ${place[1]}, position ${place[2]})` : ''
  const isOfText = state?.startsWith('42') === true && word !== undefined
  const sentence = isOfText ? sentenceAfter(message, word) : undefined
  const otherwise =
    state === undefined ? 'The statement failed.' : `The statement failed (SQLSTATE ${state}).`
  return { word, said: `${sentence ?? otherwise}${at}`, state }
}

function sentenceAfter(message: string, word: string): string | undefined {
  const [first = ''] = message
    .slice(message.lastIndexOf(`[${word}]`) + word.length + 2)
    .split(/\n| SQLSTATE/, 1)
  const clean = first.replace(/'[^']*'|"[^"]*"/g, "'..'").trim()
  return clean === '' ? undefined : clean.slice(0, 400)
}
