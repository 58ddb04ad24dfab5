import { C360Error } from '../errors.ts'
import type { Client } from './client.ts'
import { type Binding, bind, bindingsOf, dataSourcesOf, findConnections, shown } from './connections.ts'
import { isDirectQuery, namesIn, parametersIn, withModel } from './definition.ts'
import type { Journal } from './journal.ts'
import { type Placed, place } from './place.ts'
import { endOf, type Refresh, reasonOf, setSchedule, startRefresh } from './refresh.ts'
import type { Connection, Parts, Schedule, Wish, Workspace } from './types.ts'

export interface Refreshed {
  readonly requestId: string
  /** `Completed`, `Failed`, `Cancelled`, `Disabled`, as Power BI says it. */
  readonly status: string
  /** By Power BI's clock. */
  readonly seconds: number | undefined
  readonly reason?: string
}

export interface Deployed {
  readonly workspace: Workspace
  readonly model: Placed
  readonly report: Placed
  readonly bound: readonly Bound[]
  readonly schedule: Schedule | undefined
  /** Why there was none: it was not asked for, or the model stores no rows. */
  readonly refresh: Refreshed | 'not_asked' | 'direct_query'
}

export interface Bound {
  readonly connection: string
  readonly type: string
  readonly path: string
  readonly how: 'bound' | 'as_it_was'
}

/**
 * Brings model and report into a workspace: the model first, as the report refers to it by id; then the connections, the
 * schedule and the refresh. Each step may be done again without harm; the journal spares those that were done.
 */
export async function deploy(
  client: Client,
  workspace: Workspace,
  { project, connections: asked, schedule, refresh }: Wish,
  journal: Journal,
): Promise<Deployed> {
  const connections = await findConnections(client, asked)
  const model = await place(client, workspace, project.model, journal)
  const parts = withModel(project.report.parts, model.id)
  const report = await place(client, workspace, { ...project.report, parts }, journal)
  const bound = await bindAll(client, workspace, model.id, connections)
  if (schedule) {
    client.note(`schedule  ${schedule.times.join(', ')} (${schedule.zone})`)
    await setSchedule(client, workspace, model.id, schedule)
  }
  const common = { workspace, model, report, bound, schedule }
  const none = isDirectQuery(project.model.parts) ? 'direct_query' : refresh ? undefined : 'not_asked'
  const refreshed = none ?? (await refreshModel(client, workspace, model, project.model.parts, journal))
  await journal.close()
  return { ...common, refresh: refreshed }
}

/** Fabric learns what a model reads from a little after it has the definition. */
const SETTLES = 5
const SETTLE_MS = 5000

async function bindAll(
  client: Client,
  workspace: Workspace,
  modelId: string,
  connections: readonly Connection[],
): Promise<readonly Bound[]> {
  if (connections.length === 0) return []
  const bindings = await settledBindings(client, workspace, modelId, connections)
  for (const binding of bindings.filter(({ done }) => !done)) {
    client.note(`binding   ${binding.source.connectionDetails.path} to ${shown(binding.connection)}`)
    await bind(client, workspace, modelId, binding)
  }
  return bindings.map(({ connection, source, done }) => ({
    connection: shown(connection),
    ...source.connectionDetails,
    how: done ? 'as_it_was' : 'bound',
  }))
}

async function settledBindings(
  client: Client,
  workspace: Workspace,
  modelId: string,
  connections: readonly Connection[],
): Promise<readonly Binding[]> {
  for (let looks = 1; ; looks++) {
    const sources = await dataSourcesOf(client, workspace, modelId)
    try {
      return bindingsOf(sources, connections)
    } catch (error) {
      if (!(error instanceof C360Error) || looks === SETTLES) throw error
      await client.wait(SETTLE_MS, 'Cancelled before the connection was bound.')
    }
  }
}

async function refreshModel(
  client: Client,
  workspace: Workspace,
  model: Placed,
  parts: Parts,
  journal: Journal,
): Promise<Refreshed> {
  const begun = model.how === 'kept' ? journal.refresh : undefined
  client.note(begun === undefined ? 'refresh   started' : 'refresh   goes on from before')
  const end =
    (begun === undefined ? undefined : await endIfListed(client, workspace, model.id, begun)) ??
    (await freshRefresh(client, workspace, model.id, journal))
  const seconds = secondsBetween(end.startTime, end.endTime)
  const known = new Set([...namesIn(parts), ...parametersIn(parts).map(({ value }) => value)])
  const reason = end.status === 'Completed' ? undefined : reasonOf(end, known)
  return {
    requestId: end.requestId,
    status: end.status,
    seconds,
    ...(reason === undefined ? {} : { reason }),
  }
}

async function freshRefresh(
  client: Client,
  workspace: Workspace,
  modelId: string,
  journal: Journal,
): Promise<Refresh> {
  const requestId = await startRefresh(client, workspace, modelId, journal.keepRefresh)
  await journal.keepRefresh(requestId)
  return endOf(client, workspace, modelId, requestId)
}

/** The end of a refresh that an interrupted deployment began; undefined when Power BI knows nothing of it. */
async function endIfListed(
  client: Client,
  workspace: Workspace,
  modelId: string,
  requestId: string,
): Promise<Refresh | undefined> {
  return endOf(client, workspace, modelId, requestId).catch((error: unknown) => {
    if (error instanceof C360Error && error.code === 'DEPLOY_FAILED') return undefined
    throw error
  })
}

function secondsBetween(start: string | undefined, end: string | undefined): number | undefined {
  const ms = Date.parse(end ?? '') - Date.parse(start ?? '')
  return Number.isNaN(ms) ? undefined : Math.round(ms / 1000)
}
