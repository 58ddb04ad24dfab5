import type { Client } from './client.ts'
import { dataSourcesOf, findConnections, shown } from './connections.ts'
import { type Difference, difference, isDirectQuery, parametersIn, withModel } from './definition.ts'
import { definitionIn, findItem } from './items.ts'
import type { ConnectionDetails, ItemType, LocalItem, Schedule, Wish, Workspace } from './types.ts'

/** What a deployment would do to one item. */
export interface Change {
  readonly type: ItemType
  readonly name: string
  /** undefined: it would be created. */
  readonly id: string | undefined
  readonly parts: Difference
}

export interface Planned {
  readonly workspace: Workspace
  readonly model: Change
  readonly report: Change
  readonly parameters: Readonly<Record<string, string>>
  readonly connections: readonly { readonly name: string; readonly type: string; readonly path: string }[]
  /** What the model reads from as it is now; empty when there is none yet. */
  readonly sources: readonly ConnectionDetails[]
  readonly schedule: Schedule | undefined
  readonly refresh: 'would_start' | 'not_asked' | 'direct_query'
}

/** Compares what is to be with what is there. Reads only. */
export async function plan(client: Client, workspace: Workspace, wish: Wish): Promise<Planned> {
  const { model, report } = wish.project
  const connections = await findConnections(client, wish.connections)
  const modelChange = await changeOf(client, workspace, model)
  const parts = withModel(report.parts, modelChange.id ?? 'to be created')
  const sources = modelChange.id === undefined ? [] : await dataSourcesOf(client, workspace, modelChange.id)
  return {
    workspace,
    model: modelChange,
    report: await changeOf(client, workspace, { ...report, parts }),
    parameters: Object.fromEntries(
      parametersIn(model.parts).map(({ name, value }) => [name, withoutQuery(value)]),
    ),
    connections: connections.map((one) => ({ name: shown(one), ...one.connectionDetails })),
    sources: sources.map(({ connectionDetails }) => connectionDetails),
    schedule: wish.schedule,
    refresh: isDirectQuery(model.parts) ? 'direct_query' : wish.refresh ? 'would_start' : 'not_asked',
  }
}

/** The query of an address may be a signature. */
const withoutQuery = (value: string): string => value.replace(/^(https?:[^?]*)\?.*$/s, '$1?..')

async function changeOf(
  client: Client,
  workspace: Workspace,
  { type, name, parts }: LocalItem,
): Promise<Change> {
  const there = await findItem(client, workspace, type, name)
  const before = there ? await definitionIn(client, workspace, type, there.id) : new Map<string, Buffer>()
  return { type, name, id: there?.id, parts: difference(parts, before) }
}
