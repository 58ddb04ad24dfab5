import { C360Error } from '../errors.ts'
import { type Answer, type Client, isLost } from './client.ts'
import { isMinute } from './operations.ts'
import { isApplication } from './tokens.ts'
import type { Schedule, Workspace } from './types.ts'

/** One entry of a model's history of refreshes. */
export interface Refresh {
  readonly requestId: string
  /** `Unknown` while it goes on. */
  readonly status: 'Unknown' | 'Completed' | 'Failed' | 'Disabled' | 'Cancelled' | (string & {})
  readonly refreshType?: string
  readonly startTime?: string
  readonly endTime?: string
  readonly serviceExceptionJson?: string
}

const datasetPath = (workspace: Workspace, modelId: string, what: string): string =>
  `/v1.0/myorg/groups/${encodeURIComponent(workspace.id)}/datasets/${encodeURIComponent(modelId)}/${what}`

async function history(client: Client, workspace: Workspace, modelId: string): Promise<readonly Refresh[]> {
  const { body } = await client.send('powerbi', {
    method: 'GET',
    path: datasetPath(workspace, modelId, 'refreshes'),
    query: { $top: '20' },
    doing: 'reading the history of refreshes',
  })
  return ((body ?? {}) as { readonly value?: readonly Refresh[] }).value ?? []
}

const isRunning = ({ status }: Refresh): boolean => status === 'Unknown'

/** Milliseconds between looks at a refresh: short at first, as small models take seconds. */
const LOOKS = [1000, 2000, 3000, 5000, 10_000]
const EVERY_MS = 15_000
/** Longer than any refresh may take. */
const LONGEST_MS = 6 * 3600_000

const lookMs = (number: number): number => LOOKS[number] ?? EVERY_MS

/**
 * Begins a refresh, after one that is already going on: that one may have read the model as it was. Its id; `onTold` has it
 * as soon as the service says one.
 */
export async function startRefresh(
  client: Client,
  workspace: Workspace,
  modelId: string,
  onTold: (id: string) => Promise<void>,
): Promise<string> {
  let before = await history(client, workspace, modelId)
  for (let tries = 1; ; tries++) {
    const going = before.find(isRunning)
    if (going) await endOf(client, workspace, modelId, going.requestId, 'an earlier refresh')
    const answer = await client.once('powerbi', {
      method: 'POST',
      path: datasetPath(workspace, modelId, 'refreshes'),
      body: { notifyOption: 'NoNotification' },
      doing: 'starting the refresh',
    })
    const known = new Set(before.map(({ requestId }) => requestId))
    if (isLost(answer)) {
      const id = await startedId(client, workspace, modelId, known, undefined)
      if (id !== undefined) return id
    } else if (!('refused' in answer)) {
      const told = idIn(answer)
      if (told !== undefined) await onTold(told)
      const id = await startedId(client, workspace, modelId, known, told)
      if (id !== undefined) return id
      throw new C360Error('DEPLOY_FAILED', 'Power BI took the refresh, and does not list it.')
    }
    before = await history(client, workspace, modelId)
    if ('refused' in answer && !before.some(isRunning)) throw answer.error
    if (tries === 3) throw 'refused' in answer ? answer.error : lostFailure(answer.lost)
  }
}

const lostFailure = (cause: unknown): C360Error =>
  cause instanceof C360Error
    ? cause
    : new C360Error('TARGET_UNREACHABLE', 'Power BI did not answer while starting the refresh.', { cause })

/** The documentation has the id in one header, the service was seen to send it in another. */
const idIn = ({ headers }: Answer): string | undefined =>
  headers.get('requestid') ??
  headers.get('x-ms-request-id') ??
  /\/refreshes\/([^/?]+)/.exec(headers.get('location') ?? '')?.[1]

const LISTED = 3

/** The id that the history has for a refresh: the one that was told; else of one that is new there and came over the API. */
async function startedId(
  client: Client,
  workspace: Workspace,
  modelId: string,
  known: ReadonlySet<string>,
  told: string | undefined,
): Promise<string | undefined> {
  const goesOn =
    told === undefined
      ? 'Waiting was cancelled: a refresh may go on in Power BI.'
      : `Waiting was cancelled: the refresh goes on in Power BI (request ${told}).`
  for (let looks = 0; ; looks++) {
    await client.wait(lookMs(looks), goesOn)
    const all = await history(client, workspace, modelId)
    const fresh = all.filter(({ requestId, refreshType }) => !known.has(requestId) && isOurs(refreshType))
    const exact = fresh.find(({ requestId }) => requestId.toLowerCase() === told?.toLowerCase())
    const isLast = looks + 1 === LISTED
    const found = exact ?? (told === undefined || isLast ? fresh[0] : undefined)
    if (found || isLast) return found?.requestId ?? told
  }
}

const isOurs = (type: string | undefined): boolean => type === undefined || /api/i.test(type)

/** Waits for the end of a refresh. TIMED_OUT, CANCELLED (it goes on), DEPLOY_FAILED when it is not listed. */
export async function endOf(
  client: Client,
  workspace: Workspace,
  modelId: string,
  requestId: string,
  what = 'the refresh',
): Promise<Refresh> {
  const goesOn = `Waiting was cancelled: ${what} goes on in Power BI (request ${requestId}).`
  let missing = 0
  for (let looks = 0, waited = 0; waited <= LONGEST_MS; waited += lookMs(looks), looks++) {
    await client.wait(lookMs(looks), goesOn)
    if (isMinute(waited, lookMs(looks))) client.note(`waiting   ${what} goes on`)
    const all = await history(client, workspace, modelId)
    const found = all.find((one) => one.requestId.toLowerCase() === requestId.toLowerCase())
    if (found && !isRunning(found)) return found
    missing = found ? 0 : missing + 1
    if (missing === 10)
      throw new C360Error(
        'DEPLOY_FAILED',
        `Power BI took ${what} (request ${requestId}), and does not list it.`,
      )
  }
  throw new C360Error('TIMED_OUT', `After six hours ${what} still goes on (request ${requestId}).`)
}

/**
 * Why a refresh failed, in Power BI's words. Such messages may repeat values of the data: only names of the model are left
 * in them.
 */
export function reasonOf({ serviceExceptionJson }: Refresh, names: ReadonlySet<string>): string | undefined {
  const { code, text } = exceptionIn(serviceExceptionJson)
  if (text === undefined) return code
  const shown = text
    .replaceAll(/<(ccon|pii|oii|euii)>([\s\S]*?)<\/\1>/gi, (_, _tag, inner: string) => knownOr(inner, names))
    .replaceAll(
      /(?<!\w)(['"])([^'"]*)\1(?!\w)/g,
      (_, quote: string, inner: string) => quote + knownOr(inner, names) + quote,
    )
  return code === undefined ? shown : `${shown} (${code})`
}

const knownOr = (text: string, names: ReadonlySet<string>): string => (names.has(text) ? text : '..')

function exceptionIn(json: string | undefined): { code: string | undefined; text: string | undefined } {
  const word = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  try {
    const parsed = JSON.parse(json ?? '{}') as { errorCode?: unknown; errorDescription?: unknown }
    return { code: word(parsed.errorCode), text: word(parsed.errorDescription) }
  } catch {
    return { code: undefined, text: undefined }
  }
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** Every day at these times. An application gets no mail, so it may not ask for one. */
export async function setSchedule(
  client: Client,
  workspace: Workspace,
  modelId: string,
  { times, zone }: Schedule,
): Promise<void> {
  const notifyOption = isApplication(await client.token('powerbi')) ? 'NoNotification' : 'MailOnFailure'
  await client.send('powerbi', {
    method: 'PATCH',
    path: datasetPath(workspace, modelId, 'refreshSchedule'),
    body: { value: { enabled: true, days: DAYS, times, localTimeZoneId: zone, notifyOption } },
    doing: 'setting the schedule of refreshes',
  })
}
